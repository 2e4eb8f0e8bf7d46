package signingkey

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	of := func(n int) string {
		return "whsec_" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", n)))
	}
	for secret, want := range map[string]string{
		of(24): "", of(32): "", of(64): "",
		"":                             "does not begin with whsec_",
		of(32)[6:]:                     "does not begin with whsec_",
		"WHSEC_" + of(32)[6:]:          "does not begin with whsec_",
		"whsec_":                       "holds 0 bytes, want 24 to 64",
		of(23):                         "holds 23 bytes, want 24 to 64",
		of(65):                         "holds 65 bytes, want 24 to 64",
		of(32) + "\n":                  "is not base64 after whsec_",
		of(32)[:20] + "\r\nA":          "is not base64 after whsec_",
		strings.TrimRight(of(32), "="): "is not base64 after whsec_",
		"whsec_?mistaken?":             "is not base64 after whsec_",
	} {
		err := Check(secret)
		if want == "" && err == nil {
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), want) || want == "" {
			t.Errorf("%q: %v, want %q", secret, err, want)
		} else if len(secret) > 10 && strings.Contains(err.Error(), secret[6:]) {
			t.Errorf("it quotes the secret: %v", err)
		}
	}
}
