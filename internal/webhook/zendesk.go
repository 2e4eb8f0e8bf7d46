package webhook

import (
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

const (
	// SchemeZendesk is the signature of Zendesk's webhooks.
	SchemeZendesk = "zendesk"

	headerZendesk     = "X-Zendesk-Webhook-Signature"
	headerZendeskTime = "X-Zendesk-Webhook-Signature-Timestamp"
)

var (
	// zendeskTime is a time in UTC. Its one Z ends it: the signed text is time
	// and body with nothing between, and a time of any other form could take its
	// last characters from the body.
	zendeskTime = pattern.New(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$`)

	// base64Sum is a SHA-256 sum in base64.
	base64Sum = pattern.New(`^[A-Za-z0-9+/]{43}=$`)
)

// Zendesk is base64 of HMAC-SHA256 over timestamp and body.
type Zendesk struct{ keys macKeys }

// NewZendesk makes the scheme from the secrets of webhooks, which sign as they
// are shown and not as what their base64 stands for.
func NewZendesk(keys []Key) (*Zendesk, error) {
	if len(keys) == 0 {
		return nil, errors.New("no signing secret: nobody could get in")
	}
	if err := checkKeys("signing secret", keys, checkZendesk); err != nil {
		return nil, err
	}
	return &Zendesk{macKeysOf(keys)}, nil
}

// checkZendesk refuses the secret of Zendesk's test requests besides, which is
// the same for every webhook and printed on the page "Verifying webhook
// authenticity".
func checkZendesk(secret core.Secret) error {
	if secret == "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==" {
		return errors.New("is the one that signs everybody's test requests; want the one that the webhook's own page shows")
	}
	return checkSecret(secret)
}

// Name is SchemeZendesk.
func (*Zendesk) Name() string { return SchemeZendesk }

// Carries says whether either header is there.
func (*Zendesk) Carries(h http.Header) bool {
	return len(h.Values(headerZendesk)) > 0 || len(h.Values(headerZendeskTime)) > 0
}

// Verify proves the sender by its signature and then looks at the signed time.
// The delivery is named by time and body, because a body of fixed text is the
// same for every ticket.
func (s *Zendesk) Verify(now time.Time, h http.Header, body []byte) (Delivery, error) {
	value, err := single(h, headerZendesk)
	if err != nil {
		return Delivery{}, err
	}
	at, err := single(h, headerZendeskTime)
	if err != nil {
		return Delivery{}, err
	}
	if !zendeskTime.MatchString(at) {
		return Delivery{}, unauthenticated("header %s is no time in UTC such as 2021-03-25T05:09:27Z", headerZendeskTime)
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(value)
	if err != nil || !base64Sum.MatchString(value) {
		return Delivery{}, unauthenticated("header %s is not base64 of 32 bytes", headerZendesk)
	}
	sender, ok := s.keys.find([]sum{sum(signature)}, []byte(at), body)
	if !ok {
		return Delivery{}, unauthenticated("header %s matches no live secret", headerZendesk)
	}
	signed, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return Delivery{}, unauthenticated("header %s is no day of the calendar", headerZendeskTime)
	}
	switch age := now.Sub(signed); {
	case age > Tolerance:
		return Delivery{}, unauthenticated("header %s is %s old, want at most %s", headerZendeskTime, age.Truncate(time.Second), Tolerance)
	case age < -Tolerance:
		return Delivery{}, unauthenticated("header %s is %s in the future, want at most %s", headerZendeskTime, (-age).Truncate(time.Second), Tolerance)
	}
	return Delivery{Name: sender, Delivery: contentKey([]byte(at), body), Scheme: SchemeZendesk}, nil
}
