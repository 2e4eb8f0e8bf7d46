package webhook_test

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

func whsec(key string) core.Secret {
	return core.Secret("whsec_" + base64.StdEncoding.EncodeToString([]byte(key)))
}

// vectorSecret, delivery, now and body are the vector that the official Go and
// JavaScript libraries share; its signature is vectorSignature.
const (
	vectorSecret    = core.Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	vectorSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

var standardKit = kit{
	name: webhook.SchemeStandard,
	secrets: []core.Secret{vectorSecret, whsec(strings.Repeat("k", 24)), whsec(strings.Repeat("l", 64)),
		whsec(strings.Repeat("m", 32)), whsec(strings.Repeat("n", 32))},
	make: func(keys []webhook.Key) (webhook.Scheme, error) { return webhook.NewStandard(keys) },
	sign: func(secret core.Secret, id string, at time.Time, body []byte) http.Header {
		// The vendor's library signs, so that it is the caller here as it is the
		// judge in the product.
		hook, err := standardwebhooks.NewWebhook(secret.Reveal())
		if err != nil {
			panic(err)
		}
		signature, err := hook.Sign(id, at, body)
		if err != nil {
			panic(err)
		}
		return standardHeaders(id, strconv.FormatInt(at.Unix(), 10), signature)
	},
	proof:      "webhook-signature",
	headers:    []string{"webhook-id", "webhook-timestamp", "webhook-signature"},
	delivery:   "webhook-id",
	coversBody: true, coversID: true, coversTime: true,
}

func standardHeaders(id, at, signature string) http.Header {
	h := http.Header{}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", at)
	h.Set("webhook-signature", signature)
	return h
}

// TestStandardList is the list that the library tests itself with, and what it
// leaves out.
func TestStandardList(t *testing.T) {
	const wrong = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
	at := strconv.FormatInt(now.Unix(), 10)
	s := standardKit.scheme(t, webhook.Key{Sender: "alice", Secret: vectorSecret})
	tests := []struct {
		name          string
		id, at, proof string
		ok            bool
	}{
		{"the vector", delivery, at, vectorSignature, true},
		{"wrong signature", delivery, at, wrong, false},
		{"no version", delivery, at, vectorSignature[3:], false},
		{"nothing behind the version", delivery, at, "v1,", false},
		{"a version nobody knows", delivery, at, "v2" + vectorSignature[2:], false},
		{"the asymmetric version", delivery, at, "v1a" + vectorSignature[2:], false},
		{"version in upper case", delivery, at, "V1" + vectorSignature[2:], false},
		{"several signatures", delivery, at, wrong + " v2" + wrong[2:] + " " + vectorSignature + " " + wrong, true},
		{"several wrong signatures", delivery, at, wrong + " " + wrong, false},
		{"one beside an asymmetric one", delivery, at, "v1a,aGVsbG8= " + vectorSignature, true},
		{"two spaces between", delivery, at, wrong + "  " + vectorSignature, false},
		{"joined by a comma", delivery, at, vectorSignature + "," + wrong, false},
		{"joined by a comma and a space", delivery, at, vectorSignature + ", " + wrong, false},
		{"too many", delivery, at, strings.Repeat(wrong+" ", 16) + vectorSignature, false},
		{"as many as may be", delivery, at, strings.Repeat(wrong+" ", 15) + vectorSignature, true},
		{"padding left out", delivery, at, strings.TrimSuffix(vectorSignature, "="), false},
		{"other bits in the last letter", delivery, at, strings.TrimSuffix(vectorSignature, "E=") + "F=", false},
		{"time with a plus", delivery, "+" + at, vectorSignature, false},
		{"time with a zero in front", delivery, "0" + at, vectorSignature, false},
		{"time with a space", delivery, at + " ", vectorSignature, false},
		{"time with a fraction", delivery, at + ".0", vectorSignature, false},
		{"time in hex", delivery, "0x6037ad32", vectorSignature, false},
		{"time of zero", delivery, "0", vectorSignature, false},
		{"time before 1970", delivery, "-1", vectorSignature, false},
		{"huge time", delivery, "9223372036854775807", vectorSignature, false},
		{"time beyond 64 bits", delivery, "18446744075323816946", vectorSignature, false},
		{"ids joined by a comma", delivery + "," + delivery, at, vectorSignature, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			standardKit.expect(t, s, now, standardHeaders(tt.id, tt.at, tt.proof), body, tt.ok)
		})
	}
}

// TestADotInTheIdIsRefused shows why: moved from the id to the body, the dot
// gives the same signed text and so one signature for two messages.
func TestADotInTheIdIsRefused(t *testing.T) {
	s := standardKit.scheme(t, webhook.Key{Sender: "alice", Secret: vectorSecret})
	one := standardKit.sign(vectorSecret, "m1", now, []byte("5.x"))
	dotted := standardKit.sign(vectorSecret, "m1."+strconv.FormatInt(now.Unix(), 10), time.Unix(5, 0), []byte("x"))
	if one.Get("webhook-signature") != dotted.Get("webhook-signature") {
		t.Fatal("the two messages are signed apart, so this test shows nothing")
	}
	standardKit.accepts(t, s, now, one, []byte("5.x"))
	standardKit.refuses(t, s, time.Unix(5, 0), dotted, []byte("x"))
}

// A sender that signs the joined value of two headers is refused all the same:
// behind another front the two would be told apart.
func TestACommaInTheIdIsRefused(t *testing.T) {
	s := standardKit.scheme(t, webhook.Key{Sender: "alice", Secret: vectorSecret})
	standardKit.refuses(t, s, now, standardKit.sign(vectorSecret, "m1,m2", now, body), body)
}

// TestAnEmptySecretOpensNothing holds the one fault of the library that would
// let anybody in.
func TestAnEmptySecretOpensNothing(t *testing.T) {
	hook, err := standardwebhooks.NewWebhook("")
	if err != nil {
		t.Log("the library refuses an empty secret by now:", err)
	} else if signature, err := hook.Sign(delivery, now, body); err != nil || signature == "" {
		t.Fatalf("%q, %v", signature, err)
	}
	for name, secret := range map[string]core.Secret{
		"empty": "", "prefix only": "whsec_", "23 bytes": whsec(strings.Repeat("k", 23)), "65 bytes": whsec(strings.Repeat("k", 65)),
		"no prefix":        core.Secret(strings.TrimPrefix(vectorSecret.Reveal(), "whsec_")),
		"upper-case":       core.Secret(strings.Replace(vectorSecret.Reveal(), "whsec", "WHSEC", 1)),
		"public key":       "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"base64url":        core.Secret("whsec_" + base64.URLEncoding.EncodeToString([]byte(strings.Repeat("\xff", 32)))),
		"a line end":       vectorSecret + "\n",
		"a space in front": " " + vectorSecret,
	} {
		_, err := webhook.NewStandard([]webhook.Key{{Sender: "alice", Secret: secret}})
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if !strings.Contains(err.Error(), `signing secret 1 of sender "alice"`) {
			t.Errorf("%s: the error does not name the key: %v", name, err)
		}
		if s := secret.Reveal(); len(s) > 10 && (strings.Contains(err.Error(), s) || strings.Contains(err.Error(), s[6:])) {
			t.Errorf("%s: the error shows the secret: %v", name, err)
		}
	}
}

func FuzzStandard(f *testing.F) {
	at := strconv.FormatInt(now.Unix(), 10)
	f.Add(delivery, at, vectorSignature)
	f.Add("m.1", "5", "v1,")
	f.Add("", "99999999999999999999", "v1,a v2,b  ")
	s, err := webhook.NewStandard([]webhook.Key{{Sender: "alice", Secret: vectorSecret}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, id, at, proof string) {
		h := standardHeaders(id, at, proof)
		got, err := s.Verify(now, h, body)
		if err != nil {
			standardKit.silent(t, err)
			return
		}
		// Whatever is accepted is signed by the secret and names the delivery.
		seconds, _ := strconv.ParseInt(at, 10, 64)
		want := standardKit.sign(vectorSecret, id, time.Unix(seconds, 0), body).Get("webhook-signature")
		if got.Delivery != id || strings.Contains(id, ".") || !strings.Contains(proof, want) {
			t.Errorf("accepted id %q, time %q, signature %q as %+v", id, at, proof, got)
		}
	})
}
