package webhook_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

var staticSecrets = []core.Secret{"first-secret-of-alice-0001", "second:token/of+bob=0002", core.Secret(strings.Repeat("t", 24)),
	"some-other-header-of-carol", core.Secret(strings.Repeat("u", 512))}

func staticKit(name, header string) kit {
	return kit{
		name: name, secrets: staticSecrets,
		make: func(keys []webhook.Key) (webhook.Scheme, error) { return webhook.NewStatic(name, header, keys) },
		sign: func(secret core.Secret, id string, _ time.Time, _ []byte) http.Header {
			return keyed(header, secret.Reveal(), id)
		},
		proof: header, headers: []string{header, "Idempotency-Key"}, delivery: "Idempotency-Key",
	}
}

func keyed(header, value, id string) http.Header {
	h := http.Header{}
	h.Set(header, value)
	h.Set("Idempotency-Key", id)
	return h
}

var (
	headerKit = staticKit(webhook.SchemeHeader, "X-Automation-Token")
	gitLabKit = staticKit(webhook.SchemeGitLab, "X-Gitlab-Token")
	basicKit  = kit{
		name: webhook.SchemeBasic,
		secrets: []core.Secret{"Aladdin:open sesame and more", "bob:p:a:s:s:w:o:r:d:02", core.Secret("c:" + strings.Repeat("t", 16)),
			"carol:some-other-password", core.Secret("d:" + strings.Repeat("u", 500))},
		make: func(keys []webhook.Key) (webhook.Scheme, error) { return webhook.NewBasic(keys) },
		sign: func(secret core.Secret, id string, _ time.Time, _ []byte) http.Header {
			return keyed("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(secret.Reveal())), id)
		},
		proof: "Authorization", headers: []string{"Authorization", "Idempotency-Key"}, delivery: "Idempotency-Key",
	}
)

// TestBasicHeader begins with the form of RFC 7617, whose own example has a
// password of eleven characters, which is too short here.
func TestBasicHeader(t *testing.T) {
	request, err := http.NewRequest(http.MethodPost, "https://example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("Aladdin", "open sesame and more")
	good := strings.TrimPrefix(request.Header.Get("Authorization"), "Basic ")
	s := basicKit.scheme(t, webhook.Key{Sender: "alice", Secret: basicKit.secrets[0]})
	for value, ok := range map[string]bool{
		"Basic " + good: true, "basic " + good: true, "BASIC " + good: true, "Basic  " + good: false, good: false, "Basic": false, "Basic ": false, "Bearer " + good: false,
		"Basic " + good + "=": false, "Basic " + strings.TrimRight(good, "="): false, "Basic " + good + "\n": false, "Basic " + good[:8] + "\n" + good[8:]: false,
		"Basic " + base64.StdEncoding.EncodeToString([]byte("aladdin:open sesame and more")): false,
		"Basic " + base64.StdEncoding.EncodeToString([]byte("Aladdin:open sesame and mor")):  false,
		"Basic " + base64.StdEncoding.EncodeToString([]byte("Aladdin")):                      false,
		"Basic " + basicKit.secrets[0].Reveal():                                              false,
	} {
		if got := s.Carries(keyed("Authorization", value, "1")); got != strings.HasPrefix(strings.ToLower(value), "basic") {
			t.Errorf("%q: carries it: %v", value, got)
		}
		_, err := s.Verify(now, keyed("Authorization", value, "1"), body)
		if ok != (err == nil) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestNewBasicRefusesWeakPasswords(t *testing.T) {
	for _, secret := range []core.Secret{"alice", ":sixteen-characters", "alice:short-password", "alice:", core.Secret("alice:" + strings.Repeat("x", 508)), "alice:sixteen-character\n", "älice:sixteen-characters"} {
		if _, err := webhook.NewBasic([]webhook.Key{{Sender: "alice", Secret: secret}}); err == nil {
			t.Errorf("%q is accepted", secret.Reveal())
		} else if strings.Contains(err.Error(), secret.Reveal()) && len(secret) > 8 {
			t.Errorf("the error shows the secret: %v", err)
		}
	}
	if _, err := webhook.NewStatic(webhook.SchemeHeader, "X-Key", []webhook.Key{{Sender: "alice", Secret: "a-comma,joins-two-headers"}}); err == nil {
		t.Error("a comma is accepted")
	}
}

func FuzzStatic(f *testing.F) {
	f.Add("Basic "+base64.StdEncoding.EncodeToString([]byte(basicKit.secrets[0].Reveal())), staticSecrets[0].Reveal(), delivery)
	f.Add("basic \x00", "", " ")
	f.Add("Basic QQ==", staticSecrets[0].Reveal()+",", "é")
	basic, err := basicKit.make([]webhook.Key{{Sender: "alice", Secret: basicKit.secrets[0]}})
	if err != nil {
		f.Fatal(err)
	}
	gitLab, err := gitLabKit.make([]webhook.Key{{Sender: "alice", Secret: staticSecrets[0]}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, authorization, token, key string) {
		got, err := basic.Verify(now, keyed("Authorization", authorization, key), body)
		if err != nil {
			basicKit.silent(t, err)
		} else if _, rest, _ := strings.Cut(authorization, " "); rest != base64.StdEncoding.EncodeToString([]byte(basicKit.secrets[0].Reveal())) || got.Delivery != key || key == "" {
			t.Errorf("accepted %q with key %q as %+v", authorization, key, got)
		}
		got, err = gitLab.Verify(now, keyed("X-Gitlab-Token", token, key), body)
		if err != nil {
			gitLabKit.silent(t, err)
		} else if token != staticSecrets[0].Reveal() || got.Delivery != key || key == "" {
			t.Errorf("accepted %q with key %q as %+v", token, key, got)
		}
	})
}
