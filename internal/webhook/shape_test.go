package webhook

import (
	"regexp"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// TestTokenIsB64Token compares a token's check with the grammar of RFC 6750,
// with every byte at either end, inside and before the equal signs.
func TestTokenIsB64Token(t *testing.T) {
	b64token := regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)
	a := strings.Repeat("a", minToken)
	for c := range 256 {
		one := string([]byte{byte(c)})
		for _, s := range []string{one + a, a + one, a + one + a, a + one + "==", one + strings.Repeat("=", minToken), a + "=" + one} {
			if got, want := checkToken(core.Secret(s)) == nil, b64token.MatchString(s); got != want {
				t.Errorf("%q: %v, but the grammar says %v", s, got, want)
			}
		}
	}
}

// TestSenderName compares the shape with its expression around its limits.
func TestSenderName(t *testing.T) {
	compiled := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	for _, length := range []int{0, 1, 2, 63, 64, 65} {
		for c := range 256 {
			one, a := string([]byte{byte(c)}), strings.Repeat("a", max(0, length-1))
			for _, s := range []string{one + a, a + one, a} {
				if got, want := senderName.MatchString(s), compiled.MatchString(s); got != want {
					t.Fatalf("%q: %v, but the expression says %v", s, got, want)
				}
			}
		}
	}
}
