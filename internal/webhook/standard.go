package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/signingkey"
)

const (
	// SchemeStandard is Standard Webhooks with a symmetric secret (v1).
	SchemeStandard = "standard-webhooks"

	// Tolerance is how far a signed timestamp may be from now, either way. It is
	// what the official libraries of Standard Webhooks take.
	Tolerance = 5 * time.Minute

	// maxSignatures bounds the work that a stranger can ask for; a sender signs
	// once for each live secret, and two are live while one is replaced.
	maxSignatures = 16
)

var (
	// deliveryID is what a webhook-id may be: printable, and without the dot that
	// separates it from the timestamp in the signed text. With a dot inside,
	// "m.1" and "m" could carry one signature. A comma means that the platform
	// joined two headers.
	deliveryID = pattern.Upto(255, `^[!-+/-~-]+$`)

	// timestamp is a number of seconds in its one shortest form, before the year
	// 2287. The signature covers the number, not its text.
	timestamp = pattern.New(`^[1-9][0-9]{0,9}$`)

	// signature is one entry of webhook-signature: a version, one comma, base64.
	signature = pattern.New(`^v[0-9]+[a-z]?,[A-Za-z0-9+/]*={0,2}$`)
)

// Standard is Standard Webhooks: webhook-signature covers webhook-id,
// webhook-timestamp and the body. The official Go library computes and compares;
// this type adds what its v0.0.1 leaves out, or leaves to the machine's clock.
type Standard struct{ keys []signingKey }

type signingKey struct {
	sender string
	hook   *standardwebhooks.Webhook
}

// NewStandard makes the scheme from secrets of the form whsec_<base64>.
func NewStandard(keys []Key) (*Standard, error) {
	if len(keys) == 0 {
		return nil, errors.New("no signing secret: nobody could get in")
	}
	if err := checkKeys("signing secret", keys, func(s core.Secret) error { return signingkey.Check(s.Reveal()) }); err != nil {
		return nil, err
	}
	s := &Standard{}
	for _, k := range keys {
		hook, err := standardwebhooks.NewWebhook(k.Secret.Reveal())
		if err != nil {
			return nil, fmt.Errorf("signing secret of sender %q: the library refuses it", k.Sender)
		}
		s.keys = append(s.keys, signingKey{k.Sender, hook})
	}
	return s, nil
}

// Name is SchemeStandard.
func (*Standard) Name() string { return SchemeStandard }

// Carries says whether any of the three headers is there.
func (*Standard) Carries(h http.Header) bool {
	return len(h.Values(standardwebhooks.HeaderWebhookID)) > 0 ||
		len(h.Values(standardwebhooks.HeaderWebhookTimestamp)) > 0 ||
		len(h.Values(standardwebhooks.HeaderWebhookSignature)) > 0
}

// Verify proves the sender by its signature, under every live secret, and then
// looks at the signed time.
func (s *Standard) Verify(now time.Time, h http.Header, body []byte) (Delivery, error) {
	id, err := single(h, standardwebhooks.HeaderWebhookID)
	if err != nil {
		return Delivery{}, err
	}
	at, err := single(h, standardwebhooks.HeaderWebhookTimestamp)
	if err != nil {
		return Delivery{}, err
	}
	signatures, err := single(h, standardwebhooks.HeaderWebhookSignature)
	if err != nil {
		return Delivery{}, err
	}
	switch {
	case !deliveryID.MatchString(id):
		return Delivery{}, unauthenticated("webhook-id is not 1 to 255 printable characters without dot and comma")
	case !timestamp.MatchString(at):
		return Delivery{}, unauthenticated("webhook-timestamp is not a number of seconds")
	}
	entries := strings.Split(signatures, " ")
	if len(entries) > maxSignatures {
		return Delivery{}, unauthenticated("webhook-signature has %d entries, want at most %d", len(entries), maxSignatures)
	}
	for _, entry := range entries {
		if !signature.MatchString(entry) {
			return Delivery{}, unauthenticated("webhook-signature is not a list of v1,<base64>")
		}
	}
	signed := http.Header{}
	signed.Set(standardwebhooks.HeaderWebhookID, id)
	signed.Set(standardwebhooks.HeaderWebhookTimestamp, at)
	signed.Set(standardwebhooks.HeaderWebhookSignature, signatures)

	// Every secret is tried, so that the time it takes does not tell which
	// sender it was.
	sender, proven := "", false
	for _, k := range s.keys {
		if k.hook.VerifyIgnoringTimestamp(body, signed) == nil {
			sender, proven = k.sender, true
		}
	}
	if !proven {
		return Delivery{}, unauthenticated("webhook-signature matches no live secret")
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return Delivery{}, unauthenticated("webhook-timestamp is not a number of seconds")
	}
	switch age := now.Sub(time.Unix(seconds, 0)); {
	case age > Tolerance:
		return Delivery{}, unauthenticated("webhook-timestamp is %s old, want at most %s; the sender's clock may be slow", age.Truncate(time.Second), Tolerance)
	case age < -Tolerance:
		return Delivery{}, unauthenticated("webhook-timestamp is %s in the future, want at most %s; the sender's clock may be fast", (-age).Truncate(time.Second), Tolerance)
	}
	return Delivery{Name: sender, Delivery: id, Scheme: SchemeStandard}, nil
}
