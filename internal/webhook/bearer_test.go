package webhook_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

var bearerKit = kit{
	name: webhook.SchemeBearer,
	secrets: []core.Secret{"first-token-of-alice-0001", "second-token.of_bob~+/0002==", core.Secret(strings.Repeat("t", 24)),
		"some-other-token-of-carol", core.Secret(strings.Repeat("u", 512))},
	make: func(keys []webhook.Key) (webhook.Scheme, error) { return webhook.NewBearer(keys) },
	sign: func(secret core.Secret, id string, _ time.Time, _ []byte) http.Header {
		h := http.Header{}
		h.Set("Authorization", "Bearer "+secret.Reveal())
		h.Set("Idempotency-Key", id)
		return h
	},
	proof:    "Authorization",
	headers:  []string{"Authorization", "Idempotency-Key"},
	delivery: "Idempotency-Key",
}

func TestBearerHeader(t *testing.T) {
	good := bearerKit.secrets[0].Reveal()
	s := bearerKit.scheme(t, webhook.Key{Sender: "alice", Secret: bearerKit.secrets[0]})
	for value, ok := range map[string]bool{
		"Bearer " + good: true, "bearer " + good: true, "BEARER  " + good: true,
		good: false, "Bearer": false, "Bearer ": false, "Basic " + good: false, "Token " + good: false, " Bearer " + good: false,
		"Bearer " + good + " ": false, "Bearer " + strings.ToUpper(good): false, "Bearer\t" + good: false, "Bearer " + good + ",x": false,
	} {
		h := bearerKit.sign(bearerKit.secrets[0], delivery, now, body)
		h.Set("Authorization", value)
		bearerKit.expect(t, s, now, h, body, ok)
	}
}

func TestBearerSaysWhatIsWrongWithTheKey(t *testing.T) {
	s := bearerKit.scheme(t, webhook.Key{Sender: "alice", Secret: bearerKit.secrets[0]})
	for name, tt := range map[string]struct {
		change func(http.Header)
		want   string // "" is accepted
	}{
		"missing":     {func(h http.Header) { h.Del("Idempotency-Key") }, "is missing"},
		"empty":       {func(h http.Header) { h.Set("Idempotency-Key", "") }, "is missing"},
		"twice":       {func(h http.Header) { h.Add("Idempotency-Key", "b") }, "is sent 2 times"},
		"too long":    {func(h http.Header) { h.Set("Idempotency-Key", strings.Repeat("k", 256)) }, "1 to 255"},
		"not ASCII":   {func(h http.Header) { h.Set("Idempotency-Key", "clé") }, "printable ASCII"},
		"one letter":  {func(h http.Header) { h.Set("Idempotency-Key", "k") }, ""},
		"with spaces": {func(h http.Header) { h.Set("Idempotency-Key", "OPS-1, second try") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := bearerKit.sign(bearerKit.secrets[0], delivery, now, body)
			tt.change(h)
			_, err := s.Verify(now, h, body)
			if tt.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			var e *core.Error
			if !errors.As(err, &e) || e.Code != core.Invalid || len(e.Fields) != 1 || e.Fields[0].Field != "Idempotency-Key" || !strings.Contains(e.Fields[0].Problem, tt.want) {
				t.Errorf("got %v, want Invalid with %q", err, tt.want)
			}
			// A stranger is not told what a key must look like.
			h.Set("Authorization", "Bearer "+bearerKit.secrets[3].Reveal())
			if _, err := s.Verify(now, h, body); core.CodeOf(err) != core.Unauthenticated {
				t.Errorf("a stranger gets %v", err)
			}
		})
	}
}

func TestNewBearerRefusesWeakTokens(t *testing.T) {
	for name, secret := range map[string]core.Secret{
		"23 characters": core.Secret(strings.Repeat("t", 23)), "513 characters": core.Secret(strings.Repeat("t", 513)),
		"a space": "twenty-four characters ok", "a line end": "twenty-four-characters-ok\n", "not ASCII": "twenty-four-characters-ök",
		"a comma": "twenty-four,characters,ok", "a signing secret": vectorSecret,
	} {
		_, err := webhook.NewBearer([]webhook.Key{{Sender: "alice", Secret: secret}})
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), secret.Reveal()) || !strings.Contains(err.Error(), `bearer token 1 of sender "alice"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzBearer(f *testing.F) {
	good := bearerKit.secrets[0].Reveal()
	f.Add("Bearer "+good, delivery)
	f.Add("bearer  "+good, " ")
	f.Add("Bearer\x00", "")
	s, err := webhook.NewBearer([]webhook.Key{{Sender: "alice", Secret: bearerKit.secrets[0]}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, authorization, key string) {
		h := http.Header{}
		h.Set("Authorization", authorization)
		h.Set("Idempotency-Key", key)
		got, err := s.Verify(now, h, body)
		if err != nil {
			bearerKit.silent(t, err)
			return
		}
		if !strings.HasSuffix(authorization, " "+good) || got.Delivery != key || key == "" || len(key) > 255 {
			t.Errorf("accepted %q with key %q as %+v", authorization, key, got)
		}
	})
}
