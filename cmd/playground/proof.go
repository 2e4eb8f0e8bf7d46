package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"time"

	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/webhook"
)

// proven returns the headers of one delivery of a folder's sender, with the secret
// that the variables have for it. Mistakes of the folder go to standard error,
// because curl reads what is printed.
func proven(folder, name, id string, body []byte, environ []string) ([][2]string, error) {
	f, err := readFolder("", folder, environ, os.Stderr)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	sender, ok := f.config.Sender(name)
	if !ok {
		return nil, fmt.Errorf("sign: %s/senders.yaml has no sender %q", f.shown, name)
	}
	return proof(sender, id, body, time.Now())
}

// proof proves a body as the sender's system does, by its first live secret. The
// names of the headers are from the vendors' documentation of their webhooks.
func proof(s senders.Sender, id string, body []byte, now time.Time) ([][2]string, error) {
	if len(s.Secrets) == 0 {
		return nil, errors.New("sign: the sender has no secret")
	}
	secret := s.Secrets[0].Reveal()
	if s.Scheme == webhook.SchemeStandard {
		return signed(secret, id, body)
	}
	mac := func(parts ...[]byte) []byte {
		m := hmac.New(sha256.New, []byte(secret))
		for _, part := range parts {
			m.Write(part)
		}
		return m.Sum(nil)
	}
	headers := [][2]string{{"Content-Type", "application/json"}}
	add := func(name, value string) { headers = append(headers, [2]string{name, value}) }
	switch s.Scheme {
	case webhook.SchemeBearer:
		add("Authorization", "Bearer "+secret)
	case webhook.SchemeBasic:
		add("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(secret)))
	case webhook.SchemeHeader:
		add(s.Header, secret)
	case webhook.SchemeGitLab:
		add("X-Gitlab-Token", secret)
	case webhook.SchemeGitHub:
		add("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac(body)))
	case webhook.SchemeJira:
		add("X-Hub-Signature", "sha256="+hex.EncodeToString(mac(body)))
	case webhook.SchemeSHA256:
		add(s.Header, "sha256="+hex.EncodeToString(mac(body)))
	case webhook.SchemePagerDuty:
		add("X-PagerDuty-Signature", "v1="+hex.EncodeToString(mac(body)))
	case webhook.SchemeZendesk:
		stamp := now.UTC().Format("2006-01-02T15:04:05Z")
		add("X-Zendesk-Webhook-Signature-Timestamp", stamp)
		add("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(mac([]byte(stamp), body)))
	default:
		return nil, fmt.Errorf("sign: nothing is known of scheme %q", s.Scheme)
	}
	if s.Delivery == webhook.HeaderIdempotencyKey {
		if id == "" {
			id = "msg_" + rand.Text()
		}
		add(webhook.HeaderIdempotencyKey, id)
	}
	return headers, nil
}
