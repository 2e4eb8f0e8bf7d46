package webhook_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

// now is the time of every test: that of the vector of Standard Webhooks.
var now = time.Unix(1614265330, 0)

// kit is what the conformance test needs to know of a scheme. A new scheme adds
// one kit to kits, and every rule below holds for it; TestEverySchemeHasAKit asks for
// it.
type kit struct {
	name string

	// secrets are five good ones. make builds the scheme with the given keys.
	secrets []core.Secret
	make    func(keys []webhook.Key) (webhook.Scheme, error)

	// sign gives the headers with which a sender that holds the secret delivers
	// the body.
	sign func(secret core.Secret, id string, at time.Time, body []byte) http.Header

	proof    string   // the header that carries the proof
	headers  []string // that must be there once
	delivery string   // the header that names the delivery; empty where what is signed does

	coversBody bool // the proof changes with the body,
	coversID   bool // with the delivery's id
	coversTime bool // and with the time, which must be near
}

var kits = []kit{standardKit, bearerKit, githubKit, jiraKit, sha256Kit, pagerDutyKit, zendeskKit, headerKit, gitLabKit, basicKit}

var (
	body     = []byte(`{"test": 2432232314}`)
	delivery = "msg_p5jXN8AQM9LWM0D4loKWxJek"
)

// TestEverySchemeHasAKit holds that no scheme is left out of the rules below, and that
// senders.yaml knows the same ones.
func TestEverySchemeHasAKit(t *testing.T) {
	var known []string
	for _, k := range kits {
		known = append(known, k.name)
	}
	slices.Sort(known)
	if want := webhook.Schemes(); !slices.Equal(known, want) || !slices.Equal(senders.Schemes(), want) {
		t.Errorf("kits for %q, senders.yaml knows %q, the schemes are %q", known, senders.Schemes(), want)
	}
}

func TestConformance(t *testing.T) {
	for _, k := range kits {
		t.Run(k.name, func(t *testing.T) {
			s := k.scheme(t, webhook.Key{Sender: "alice", Secret: k.secrets[0]}, webhook.Key{Sender: "bob", Secret: k.secrets[1]},
				webhook.Key{Sender: "alice", Secret: k.secrets[2]})
			t.Run("each live secret opens for its sender", func(t *testing.T) {
				for i, want := range []string{"alice", "bob", "alice"} {
					got, err := s.Verify(now, k.sign(k.secrets[i], delivery, now, body), body)
					id := delivery
					if k.delivery == "" {
						id = got.Delivery // see the next test
					}
					if err != nil || id == "" || got != (webhook.Delivery{Name: want, Delivery: id, Scheme: s.Name()}) {
						t.Errorf("secret %d: %+v, %v", i, got, err)
					}
				}
			})
			t.Run("a repeated delivery is the same", func(t *testing.T) {
				h := k.sign(k.secrets[0], delivery, now, body)
				first, err1 := s.Verify(now, h, body)
				second, err2 := s.Verify(now.Add(time.Minute), h, body)
				if first != second || err1 != nil || err2 != nil {
					t.Errorf("%+v, %v and %+v, %v", first, err1, second, err2)
				}
			})
			t.Run("another delivery is another", func(t *testing.T) {
				first, err1 := s.Verify(now, k.sign(k.secrets[0], delivery, now, body), body)
				second, err2 := s.Verify(now, k.sign(k.secrets[0], delivery+"2", now, append(bytes.Clone(body), ' ')), append(bytes.Clone(body), ' '))
				if first.Delivery == second.Delivery || err1 != nil || err2 != nil {
					t.Errorf("%+v, %v and %+v, %v", first, err1, second, err2)
				}
			})
			t.Run("header names in any case", func(t *testing.T) {
				h := http.Header{}
				for name, values := range k.sign(k.secrets[0], delivery, now, body) {
					h.Set(strings.ToUpper(name), values[0])
				}
				k.accepts(t, s, now, h, body)
			})
			t.Run("a secret that is not live", func(t *testing.T) {
				k.refuses(t, s, now, k.sign(k.secrets[3], delivery, now, body), body)
			})
			t.Run("nothing", func(t *testing.T) {
				if s.Carries(http.Header{}) {
					t.Error("an empty request carries the scheme")
				}
				k.refuses(t, s, now, http.Header{}, body)
			})
			for _, name := range k.headers {
				for what, change := range map[string]func(http.Header){
					"without ":  func(h http.Header) { h.Del(name) },
					"empty ":    func(h http.Header) { h.Set(name, "") },
					"twice ":    func(h http.Header) { h.Add(name, h.Get(name)) },
					"another ":  func(h http.Header) { h.Add(name, "x") },
					"shifted ":  func(h http.Header) { h[http.CanonicalHeaderKey(name)] = []string{"", h.Get(name)} },
					"too long ": func(h http.Header) { h.Set(name, strings.Repeat(h.Get(name), 300)) },
				} {
					t.Run(what+name, func(t *testing.T) {
						h := k.sign(k.secrets[0], delivery, now, body)
						change(h)
						k.refuses(t, s, now, h, body)
					})
				}
			}
			t.Run("joined "+k.proof, func(t *testing.T) {
				h := k.sign(k.secrets[0], delivery, now, body)
				h.Set(k.proof, h.Get(k.proof)+","+h.Get(k.proof))
				k.refuses(t, s, now, h, body)
			})
			t.Run("a proof too long to be looked at", func(t *testing.T) {
				h := k.sign(k.secrets[0], delivery, now, body)
				h.Set(k.proof, h.Get(k.proof)+strings.Repeat("A", 2048))
				_, err := s.Verify(now, h, body)
				if cause := errors.Unwrap(err); cause == nil || !strings.Contains(cause.Error(), "want at most 2048") {
					t.Errorf("got %v", err)
				}
			})
			t.Run("a proof cut short or changed in any one place", func(t *testing.T) {
				good := k.sign(k.secrets[0], delivery, now, body).Get(k.proof)
				for i := range good {
					h := k.sign(k.secrets[0], delivery, now, body)
					h.Set(k.proof, good[:i])
					k.refuses(t, s, now, h, body)
					h.Set(k.proof, flip(good, i))
					k.refuses(t, s, now, h, body)
				}
			})
			t.Run("another body", func(t *testing.T) {
				for i := range body {
					changed := bytes.Clone(body)
					changed[i] ^= 1
					k.expect(t, s, now, k.sign(k.secrets[0], delivery, now, body), changed, !k.coversBody)
				}
				k.expect(t, s, now, k.sign(k.secrets[0], delivery, now, body), append(bytes.Clone(body), '\n'), !k.coversBody)
				k.expect(t, s, now, k.sign(k.secrets[0], delivery, now, body), nil, !k.coversBody)
			})
			t.Run("an empty body", func(t *testing.T) {
				k.accepts(t, s, now, k.sign(k.secrets[0], delivery, now, nil), nil)
			})
			t.Run("another id", func(t *testing.T) {
				if k.delivery == "" {
					k.deaf(t, s)
					return
				}
				h := k.sign(k.secrets[0], delivery, now, body)
				h.Set(k.delivery, delivery+"2")
				k.expect(t, s, now, h, body, !k.coversID)
			})
			t.Run("an id of 255 characters", func(t *testing.T) {
				id := strings.Repeat("i", 255)
				k.accepts(t, s, now, k.sign(k.secrets[0], id, now, body), body)
			})
			t.Run("ids that are none", func(t *testing.T) {
				if k.delivery == "" {
					k.deaf(t, s)
					return
				}
				for _, id := range []string{strings.Repeat("i", 256), "a\x7f", "a\tb", "a\nb", "é", " a", "a "} {
					k.refuses(t, s, now, k.sign(k.secrets[0], id, now, body), body)
				}
			})
			t.Run("times", func(t *testing.T) {
				for _, age := range []time.Duration{0, webhook.Tolerance, -webhook.Tolerance} {
					k.accepts(t, s, now, k.sign(k.secrets[0], delivery, now.Add(-age), body), body)
				}
				for _, age := range []time.Duration{webhook.Tolerance + time.Second, -webhook.Tolerance - time.Second, 20 * 365 * 24 * time.Hour, -250 * 365 * 24 * time.Hour} {
					k.expect(t, s, now, k.sign(k.secrets[0], delivery, now.Add(-age), body), body, !k.coversTime)
				}
			})
		})
	}
}

func TestEverySchemeRefusesBadKeys(t *testing.T) {
	for _, k := range kits {
		t.Run(k.name, func(t *testing.T) {
			good := webhook.Key{Sender: "alice", Secret: k.secrets[0]}
			for name, keys := range map[string][]webhook.Key{
				"no key":              nil,
				"empty secret":        {{Sender: "alice"}},
				"no sender":           {{Secret: k.secrets[0]}},
				"sender with a slash": {{Sender: "a/b", Secret: k.secrets[0]}},
				"a secret twice":      {good, {Sender: "bob", Secret: k.secrets[0]}},
				"a key twice":         {good, good},
			} {
				if _, err := k.make(keys); err == nil {
					t.Errorf("%s: accepted", name)
				} else {
					k.silent(t, err)
				}
			}
		})
	}
}

// deaf wants that no header of an id changes which delivery it is, because none
// of them is signed.
func (k kit) deaf(t *testing.T, s webhook.Scheme) {
	t.Helper()
	want, err := s.Verify(now, k.sign(k.secrets[0], delivery, now, body), body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Idempotency-Key", "webhook-id", "X-GitHub-Delivery", "X-Atlassian-Webhook-Identifier", "X-Webhook-Id", "X-Zendesk-Webhook-Invocation-Id"} {
		for _, id := range []string{"another", "", strings.Repeat("i", 3000)} {
			h := k.sign(k.secrets[0], delivery, now, body)
			h.Set(name, id)
			if got, err := s.Verify(now, h, body); err != nil || got != want {
				t.Errorf("%s: %+v, %v; want %+v", name, got, err, want)
			}
		}
	}
}

func (k kit) scheme(t *testing.T, keys ...webhook.Key) webhook.Scheme {
	t.Helper()
	s, err := k.make(keys)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (k kit) expect(t *testing.T, s webhook.Scheme, at time.Time, h http.Header, body []byte, accept bool) {
	t.Helper()
	if accept {
		k.accepts(t, s, at, h, body)
	} else {
		k.refuses(t, s, at, h, body)
	}
}

func (k kit) accepts(t *testing.T, s webhook.Scheme, at time.Time, h http.Header, body []byte) {
	t.Helper()
	if !s.Carries(h) {
		t.Errorf("does not carry the scheme: %v", h)
	}
	if _, err := s.Verify(at, h, body); err != nil {
		t.Errorf("refused: %v", err)
	}
}

// refuses wants an error of the right kind that holds nothing that was sent and
// no sender.
func (k kit) refuses(t *testing.T, s webhook.Scheme, at time.Time, h http.Header, body []byte) {
	t.Helper()
	got, err := s.Verify(at, h, body)
	if err == nil {
		t.Errorf("accepted as %+v: %v", got, h)
		return
	}
	if got != (webhook.Delivery{}) {
		t.Errorf("refused and yet %+v", got)
	}
	if code := core.CodeOf(err); code != core.Unauthenticated && code != core.Invalid {
		t.Errorf("code %s: %v", code, err)
	}
	k.silent(t, err)
	for _, values := range h {
		for _, v := range values {
			if len(v) >= 8 && strings.Contains(err.Error(), v) {
				t.Errorf("the error quotes what was sent: %v", err)
			}
		}
	}
}

// silent wants no secret in the error, however it is printed.
func (k kit) silent(t *testing.T, err error) {
	t.Helper()
	var e *core.Error
	errors.As(err, &e)
	text := fmt.Sprintf("%v %+v %#v %+v", err, err, err, e)
	if i := slices.IndexFunc(k.secrets, func(s core.Secret) bool { return strings.Contains(text, s.Reveal()) }); i >= 0 {
		t.Errorf("the error shows secret %d: %s", i, text)
	}
}

// flip changes the character at i into another that is as likely there.
func flip(s string, i int) string {
	c := byte('Y')
	if s[i] == 'Y' {
		c = 'Z'
	}
	return s[:i] + string(c) + s[i+1:]
}
