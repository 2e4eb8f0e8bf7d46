package webhook_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

// attack is a request to the route of sender alice that alice did not send so.
// It is judged by what comes of it.
type attack struct {
	name string
	make func(k kit, body []byte) (http.Header, []byte)
	// at is when it arrives, after now.
	at time.Duration
	// opens says whether the scheme lets it in all the same, and why that does
	// no harm: "" is refused, "same" is the delivery that was there before.
	opens func(k kit) string
}

const (
	refused = ""
	same    = "same" // it is the delivery of before, so nothing happens twice
	secret  = "secret"
)

func never(kit) string { return refused }

// bySecret is let in where the scheme is a secret: whoever has that is alice.
func bySecret(k kit) string {
	if k.delivery == "Idempotency-Key" {
		return secret
	}
	return refused
}

func signedBy(i int) func(kit, []byte) (http.Header, []byte) {
	return func(k kit, body []byte) (http.Header, []byte) { return k.sign(k.secrets[i], delivery, now, body), body }
}

func altered(change func(k kit, h http.Header)) func(kit, []byte) (http.Header, []byte) {
	return func(k kit, body []byte) (http.Header, []byte) {
		h := k.sign(k.secrets[0], delivery, now, body)
		change(k, h)
		return h, body
	}
}

var attacks = []attack{
	{"no signature", func(_ kit, body []byte) (http.Header, []byte) { return http.Header{}, body }, 0, never},
	{"wrong key", signedBy(3), 0, never},
	{"old key after rotation", signedBy(4), 0, never},
	{"other sender's valid signature", signedBy(1), 0, never},
	{"body changed by one byte", func(k kit, body []byte) (http.Header, []byte) {
		changed := bytes.Replace(body, []byte("ecd-a"), []byte("ecd-c"), 1)
		return k.sign(k.secrets[0], delivery, now, body), changed
	}, 0, bySecret},
	{"id header changed", altered(func(k kit, h http.Header) {
		for _, name := range []string{k.delivery, "Idempotency-Key", "webhook-id"} {
			if name != "" {
				h.Set(name, delivery+"2")
			}
		}
	}), 0, func(k kit) string {
		switch {
		case k.coversID:
			return refused
		case k.delivery == "":
			return same
		}
		return secret
	}},
	{"timestamp changed", altered(func(k kit, h http.Header) {
		for _, name := range []string{"webhook-timestamp", "X-Zendesk-Webhook-Signature-Timestamp"} {
			if at := h.Get(name); at != "" {
				h.Set(name, strings.Replace(strings.Replace(at, "10Z", "11Z", 1), "330", "331", 1))
			}
		}
	}), 0, func(k kit) string {
		if k.coversTime {
			return refused
		}
		return same // it has none
	}},
	{"replay inside the window", signedBy(0), 4 * time.Minute, func(kit) string { return same }},
	{"replay outside the window", signedBy(0), 11 * time.Minute, func(k kit) string {
		if k.delivery == "Idempotency-Key" {
			return same
		}
		return refused
	}},
	{"header duplicated", altered(func(k kit, h http.Header) { h.Add(k.proof, h.Get(k.proof)) }), 0, never},
	{"header joined by the platform", altered(func(k kit, h http.Header) { h.Set(k.proof, h.Get(k.proof)+","+h.Get(k.proof)) }), 0, never},
	{"every header duplicated with another value", altered(func(k kit, h http.Header) {
		for _, name := range k.headers {
			h.Add(name, "x")
		}
	}), 0, never},
	{"truncated", altered(func(k kit, h http.Header) { h.Set(k.proof, h.Get(k.proof)[:len(h.Get(k.proof))-1]) }), 0, never},
	{"over-long", altered(func(k kit, h http.Header) { h.Set(k.proof, h.Get(k.proof)+strings.Repeat(" ", 8000)) }), 0, never},
	{"upper case", altered(func(k kit, h http.Header) { h.Set(k.proof, strings.ToUpper(h.Get(k.proof))) }), 0, never},
	{"signed for POST /stop", func(_ kit, body []byte) (http.Header, []byte) {
		return both(standardKit.sign(signing[0].Secret, delivery, now, body), bearerKit.sign(tokens[0].Secret, delivery, now, body)), body
	}, 0, never},
}

// TestAttacks walks every scheme and every attack at the route of one sender.
func TestAttacks(t *testing.T) {
	for _, k := range kits {
		k.secrets = ownSecrets(k)
		senders := []webhook.Settings{settingsOf(k, "alice", k.secrets[0], k.secrets[2]), settingsOf(k, "bob", k.secrets[1])}
		first, err := named(t, now, senders...)("alice").Authenticate(k.sign(k.secrets[0], delivery, now, freshBody), freshBody)
		if err != nil {
			t.Fatalf("%s: the honest delivery is refused: %v", k.name, err)
		}
		for _, a := range attacks {
			t.Run(k.name+"/"+a.name, func(t *testing.T) {
				h, body := a.make(k, freshBody)
				got, err := named(t, now.Add(a.at), senders...)("alice").Authenticate(h, body)
				switch want := a.opens(k); {
				case want == refused && err == nil:
					t.Errorf("let in as %+v", got)
				case want == refused && got != (webhook.Delivery{}):
					t.Errorf("refused and yet %+v", got)
				case want != refused && err != nil:
					t.Errorf("refused: %v", err)
				case want == same && got != first:
					t.Errorf("another delivery %+v than %+v", got, first)
				}
				if err == nil {
					return
				}
				k.silent(t, err)
				for _, values := range h {
					for _, v := range values {
						if len(v) >= 8 && strings.Contains(err.Error(), v) {
							t.Errorf("the error quotes what was sent: %v", err)
						}
					}
				}
			})
		}
		t.Run(k.name+"/not at POST /stop", func(t *testing.T) {
			a, err := webhook.New(webhook.Keys{Signing: signing, Bearer: tokens}, clock, senders...)
			if err != nil {
				t.Fatal(err)
			}
			h := k.sign(k.secrets[0], delivery, now, freshBody)
			if got, err := a.Authenticate(h, freshBody); core.CodeOf(err) != core.Unauthenticated {
				t.Errorf("POST /stop lets in %+v, %v", got, err)
			}
			if got, err := a.Bearer(h); core.CodeOf(err) != core.Unauthenticated {
				t.Errorf("another route lets in %+v, %v", got, err)
			}
		})
	}
}

// ownSecrets are five secrets of the kit's scheme that POST /stop does not have.
func ownSecrets(k kit) []core.Secret {
	own := append([]core.Secret{}, k.secrets...)
	switch k.name {
	case webhook.SchemeStandard:
		own[0] = whsec(strings.Repeat("o", 32))
	case webhook.SchemeBearer:
		own[0] = "own-token-of-alice-at-her-route"
	}
	return own
}

func FuzzMap(f *testing.F) {
	f.Add(freshBody)
	f.Add([]byte(`{"text":"ecd-a","ticket":1,"at":"x","id":null}`))
	f.Add([]byte(`{"text":["ecd-a","ecd-ABC"],"ticket":"\u0000","at":1614265330}`))
	settings := settingsOf(headerKit, "tickets", staticSecrets[0])
	settings.Delivery, settings.Freshness, settings.Ticket = "id", "at", "ticket"
	a, err := webhook.New(webhook.Keys{}, clock, settings)
	if err != nil {
		f.Fatal(err)
	}
	sender, _ := a.Named("tickets")
	h := headerKit.sign(staticSecrets[0], "x", now, nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := sender.Authenticate(h, body)
		if err != nil && core.CodeOf(err) != core.Invalid {
			t.Errorf("%q: %v", body, err)
		}
		if err == nil && (d.Ticket == "" || strings.ContainsAny(d.Ticket, "./%?#") || len(d.Delivery) < 4 || !json.Valid(body)) {
			t.Errorf("%q is %+v", body, d)
		}
		q, problems := sender.Map(body)
		if len(problems) > 0 {
			return
		}
		for _, id := range q.DesktopId {
			if !bytes.Contains(body, []byte("ecd-")) && !bytes.Contains(body, []byte(`\u`)) {
				t.Errorf("%s comes from nowhere", id)
			}
		}
		if len(q.DesktopId) == 0 || q.RegionId != "cn-hangzhou" || q.All || q.Force || q.Select != nil {
			t.Errorf("%q is %+v", body, q)
		}
	})
}
