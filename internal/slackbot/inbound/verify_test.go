package inbound

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"stopdesktops/internal/core"
)

// Slack's own vector, from its page about verifying requests.
const (
	vectorSecret    = "8f742231b10e8888abcd99yyyzzz85a5"
	vectorTimestamp = "1531420618"
	vectorSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
	vectorBody      = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)

// vectorTime is when the vector was signed. A bubble's clock is put there,
// because slack-go reads the clock itself.
var vectorTime = time.Unix(1531420618, 0)

// at runs a test at an instant.
func at(t *testing.T, instant time.Time, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(instant)) // No time passes: the bubble's clock jumps.
		test(t)
	})
}

func headers(timestamp, signature string) http.Header {
	h := http.Header{}
	h.Set(HeaderTimestamp, timestamp)
	h.Set(HeaderSignature, signature)
	return h
}

// sign is the test's own signature, by the words of Slack's documentation.
func sign(secret, timestamp, body string) string {
	h := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(h, "v0:%s:%s", timestamp, body)
	return "v0=" + hex.EncodeToString(h.Sum(nil))
}

func verifier(t testing.TB, secrets ...core.Secret) *Verifier {
	t.Helper()
	v, err := NewVerifier(secrets)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerifyVector(t *testing.T) {
	if got := sign(vectorSecret, vectorTimestamp, vectorBody); got != vectorSignature {
		t.Fatalf("the test's own signature is %s", got)
	}
	v := verifier(t, vectorSecret)
	at(t, vectorTime, func(t *testing.T) {
		if err := v.Verify(headers(vectorTimestamp, vectorSignature), []byte(vectorBody)); err != nil {
			t.Error(err)
		}
		if _, err := ParseCommand([]byte(vectorBody + "&api_app_id=A1")); err != nil {
			t.Error(err)
		}
	})
}

func TestVerify(t *testing.T) {
	const other = core.Secret("0123456789abcdef0123456789abcdef")
	plus := func(seconds int64) string { return strconv.FormatInt(vectorTime.Unix()+seconds, 10) }
	signed := func(timestamp string) http.Header {
		return headers(timestamp, sign(vectorSecret, timestamp, vectorBody))
	}
	twice := func(name, value string) http.Header {
		h := headers(vectorTimestamp, vectorSignature)
		h.Add(name, value)
		return h
	}
	lower := http.Header{"x-slack-signature": {vectorSignature}, "x-slack-request-timestamp": {vectorTimestamp}}
	digits := strings.TrimPrefix(vectorSignature, "v0=")
	for name, c := range map[string]struct {
		h       http.Header
		body    string
		secrets []core.Secret
		reason  string // of the refusal, empty where it is proven
	}{
		"good":                            {h: signed(vectorTimestamp)},
		"299 s old":                       {h: signed(plus(-299))},
		"299 s in the future":             {h: signed(plus(299))},
		"301 s old":                       {h: signed(plus(-301)), reason: "five minutes"},
		"301 s in the future":             {h: signed(plus(301)), reason: "five minutes"},
		"largest timestamp":               {h: signed("9223372036854775807"), reason: "five minutes"},
		"smallest timestamp":              {h: signed("-9223372036854775808"), reason: "five minutes"},
		"timestamp too large":             {h: signed("9223372036854775808"), reason: "Slack's form"},
		"timestamp is no number":          {h: signed("now"), reason: "Slack's form"},
		"timestamp with a plus":           {h: signed("+" + vectorTimestamp)}, // Harmless: the signature covers the text as it is.
		"timestamp with a zero":           {h: signed("0" + vectorTimestamp)},
		"no headers":                      {h: http.Header{}, reason: "missing"},
		"no signature":                    {h: headers(vectorTimestamp, ""), reason: "missing"},
		"no timestamp":                    {h: headers("", vectorSignature), reason: "missing"},
		"names in lower case":             {h: lower, reason: "missing"},
		"version 1":                       {h: headers(vectorTimestamp, "v1="+digits), reason: "Slack's form"},
		"no version":                      {h: headers(vectorTimestamp, digits), reason: "Slack's form"},
		"short":                           {h: headers(vectorTimestamp, vectorSignature[:60]), reason: "Slack's form"},
		"odd":                             {h: headers(vectorTimestamp, vectorSignature[:61]), reason: "Slack's form"},
		"not hexadecimal":                 {h: headers(vectorTimestamp, "v0="+strings.Repeat("zz", 32)), reason: "Slack's form"},
		"capitals":                        {h: headers(vectorTimestamp, "v0="+strings.ToUpper(digits))},
		"another signature":               {h: headers(vectorTimestamp, "v0="+strings.Repeat("00", 32)), reason: "no live signing secret"},
		"another body":                    {h: signed(vectorTimestamp), body: vectorBody + "&", reason: "no live signing secret"},
		"no body":                         {h: signed(vectorTimestamp), body: " ", reason: "no live signing secret"},
		"timestamp of another request":    {h: headers(plus(1), vectorSignature), reason: "no live signing secret"},
		"signature twice, good first":     {h: twice(HeaderSignature, "v0=00"), reason: "2 times"},
		"signature twice, the same":       {h: twice(HeaderSignature, vectorSignature), reason: "2 times"},
		"timestamp twice":                 {h: twice(HeaderTimestamp, vectorTimestamp), reason: "2 times"},
		"signatures joined by a platform": {h: headers(vectorTimestamp, vectorSignature+","+vectorSignature), reason: "Slack's form"},
		"timestamps joined by a platform": {h: headers(vectorTimestamp+","+vectorTimestamp, vectorSignature), reason: "Slack's form"},
		"another secret":                  {h: signed(vectorTimestamp), secrets: []core.Secret{other}, reason: "no live signing secret"},
		"rotation, current":               {h: signed(vectorTimestamp), secrets: []core.Secret{vectorSecret, other}},
		"rotation, next":                  {h: signed(vectorTimestamp), secrets: []core.Secret{other, vectorSecret}},
	} {
		if c.secrets == nil {
			c.secrets = []core.Secret{vectorSecret}
		}
		if c.body == "" {
			c.body = vectorBody
		}
		v := verifier(t, c.secrets...)
		at(t, vectorTime, func(t *testing.T) {
			err := v.Verify(c.h, []byte(c.body))
			if (err == nil) != (c.reason == "") {
				t.Errorf("%s: %v", name, err)
			}
			if err == nil {
				return
			}
			if core.CodeOf(err) != core.Unauthenticated || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%s: %v, want the reason %q", name, err, c.reason)
			}
			for _, s := range []string{digits[:8], vectorSecret, sign(vectorSecret, vectorTimestamp, c.body)[3:11], "zz"} {
				if strings.Contains(err.Error(), s) {
					t.Errorf("%s: the error holds %q: %v", name, s, err)
				}
			}
		})
	}
}

// TestVerifyEdge meets the five minutes themselves: they are good, as they are
// for Slack's own framework.
func TestVerifyEdge(t *testing.T) {
	v := verifier(t, vectorSecret)
	for _, skew := range []time.Duration{-5 * time.Minute, 5 * time.Minute} {
		at(t, vectorTime.Add(skew), func(t *testing.T) {
			if err := v.Verify(headers(vectorTimestamp, vectorSignature), []byte(vectorBody)); err != nil {
				t.Errorf("%s: %v", skew, err)
			}
		})
	}
}

func TestNewVerifier(t *testing.T) {
	good := core.Secret(vectorSecret)
	for name, c := range map[string]struct {
		secrets []core.Secret
		want    []string
	}{
		"none":       {nil, []string{"nobody could get in"}},
		"empty":      {[]core.Secret{""}, []string{"signing secret 1 is empty"}},
		"short":      {[]core.Secret{good, "0123456789abcde"}, []string{"signing secret 2 has 15 characters, want 16 to 128"}},
		"long":       {[]core.Secret{core.Secret(strings.Repeat("a", 129))}, []string{"has 129 characters"}},
		"space":      {[]core.Secret{good + " "}, []string{"holds a space"}},
		"not ASCII":  {[]core.Secret{good + "é"}, []string{"unprintable"}},
		"a token":    {[]core.Secret{"xoxb-1234567890-abcdef"}, []string{"is a token"}},
		"twice":      {[]core.Secret{good, good}, []string{"signing secret 2 is the same as signing secret 1"}},
		"all faults": {[]core.Secret{"", "a b", good}, []string{"signing secret 1 is empty", "signing secret 2 holds a space"}},
	} {
		_, err := NewVerifier(c.secrets)
		if err == nil {
			t.Errorf("%s is taken", name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v, want %q", name, err, w)
			}
		}
		if strings.Contains(err.Error(), vectorSecret[:8]) || strings.Contains(err.Error(), "xoxb-") {
			t.Errorf("%s: the error holds a secret: %v", name, err)
		}
	}
	if _, err := NewVerifier([]core.Secret{"0123456789abcdef", core.Secret(strings.Repeat("a", 128))}); err != nil {
		t.Error(err)
	}
}
