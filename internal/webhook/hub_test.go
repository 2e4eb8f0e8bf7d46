package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

// macSecrets are good secrets of every scheme that signs with HMAC-SHA256. The
// first is the one of GitHub's and Atlassian's pages.
var macSecrets = []core.Secret{"It's a Secret to Everybody", "second-secret-of-bob-0002", core.Secret(strings.Repeat("s", 24)),
	"some-other-secret-of-carol", core.Secret(strings.Repeat("u", 512))}

func hexMAC(secret core.Secret, parts ...string) string {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	for _, p := range parts {
		mac.Write([]byte(p))
	}
	return hex.EncodeToString(mac.Sum(nil))
}

func hubKit(name, header string) kit {
	return kit{
		name: name, secrets: macSecrets,
		make: func(keys []webhook.Key) (webhook.Scheme, error) { return webhook.NewHub(name, header, keys) },
		sign: func(secret core.Secret, _ string, _ time.Time, body []byte) http.Header {
			h := http.Header{}
			h.Set(header, "sha256="+hexMAC(secret, string(body)))
			return h
		},
		proof: header, headers: []string{header}, coversBody: true,
	}
}

var (
	githubKit = hubKit(webhook.SchemeGitHub, "X-Hub-Signature-256")
	jiraKit   = hubKit(webhook.SchemeJira, "X-Hub-Signature")
	sha256Kit = hubKit(webhook.SchemeSHA256, "X-Sum")
)

// TestHubVectors holds the vectors of the vendors' pages: "Validating webhook
// deliveries" of GitHub and "Webhooks" of the Jira Cloud platform.
func TestHubVectors(t *testing.T) {
	for _, v := range []struct {
		kit             kit
		body, signature string
	}{
		{githubKit, "Hello, World!", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
		{jiraKit, "Hello World!", "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"},
	} {
		s := v.kit.scheme(t, webhook.Key{Sender: "alice", Secret: "It's a Secret to Everybody"})
		h := http.Header{}
		h.Set(v.kit.proof, v.signature)
		v.kit.accepts(t, s, now, h, []byte(v.body))
		v.kit.refuses(t, s, now, h, []byte(v.body+"!"))
	}
}

func TestHubHeader(t *testing.T) {
	good := hexMAC(macSecrets[0], string(body))
	s := githubKit.scheme(t, webhook.Key{Sender: "alice", Secret: macSecrets[0]})
	for value, ok := range map[string]bool{
		"sha256=" + good: true, "sha256=" + strings.ToUpper(good): false, "SHA256=" + good: false, good: false, "sha256=" + good + " ": false, "sha256= " + good: false,
		"sha1=" + good: false, "sha256=" + good[:40]: false, "sha256=" + good + "00": false, "sha256=": false, "sha256=" + good + ",sha256=" + good: false,
		"sha256=" + strings.Repeat("0", 64): false, "sha256=" + strings.Repeat("g", 64): false,
	} {
		h := http.Header{}
		h.Set("X-Hub-Signature-256", value)
		githubKit.expect(t, s, now, h, body, ok)
	}
	// The other header of GitHub is SHA-1, and proves nothing.
	h := http.Header{}
	h.Set("X-Hub-Signature", "sha256="+good)
	if s.Carries(h) {
		t.Error("GitHub's scheme reads another header")
	}
}

func TestWeakSecretsAreRefused(t *testing.T) {
	for name, secret := range map[string]core.Secret{
		"empty": "", "23 characters": core.Secret(strings.Repeat("t", 23)), "513 characters": core.Secret(strings.Repeat("t", 513)),
		"a line end": "twenty-four-characters-ok\n", "a space in front": " twenty-four-characters-ok", "not ASCII": "twenty-four-characters-ök", "of another scheme": vectorSecret,
	} {
		for _, k := range []kit{githubKit, pagerDutyKit, zendeskKit, headerKit, gitLabKit} {
			if _, err := k.make([]webhook.Key{{Sender: "alice", Secret: secret}}); err == nil {
				t.Errorf("%s: %s accepts it", name, k.name)
			} else if s := secret.Reveal(); s != "" && strings.Contains(err.Error(), s) {
				t.Errorf("%s: %s shows it: %v", name, k.name, err)
			}
		}
	}
	for _, header := range []string{"", "X A", "X:", "1", strings.Repeat("a", 65)} {
		if _, err := webhook.NewHub(webhook.SchemeSHA256, header, []webhook.Key{{Sender: "alice", Secret: macSecrets[0]}}); err == nil {
			t.Errorf("header %q is accepted", header)
		}
	}
}

func FuzzHub(f *testing.F) {
	good := "sha256=" + hexMAC(macSecrets[0], string(body))
	for _, seed := range []string{good, strings.ToUpper(good), good + "," + good, "sha256=", ""} {
		f.Add(seed, body)
	}
	s, err := githubKit.make([]webhook.Key{{Sender: "alice", Secret: macSecrets[0]}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, value string, body []byte) {
		h := http.Header{}
		h.Set("X-Hub-Signature-256", value)
		_, err := s.Verify(now, h, body)
		if want := value == "sha256="+hexMAC(macSecrets[0], string(body)); want != (err == nil) {
			t.Errorf("%q over %q: %v", value, body, err)
		}
		if err != nil {
			githubKit.silent(t, err)
		}
	})
}
