package webhook

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/pattern"
)

const (
	// SchemePagerDuty is the signature of PagerDuty's webhooks, version 3.
	SchemePagerDuty = "pagerduty"

	headerPagerDuty = "X-PagerDuty-Signature"
)

// otherVersion is a signature of a version that may come; PagerDuty's page says
// to pass it over.
var otherVersion = pattern.Upto(256, `^v([02-9]|1[0-9])=[A-Za-z0-9+/=_-]+$`)

// PagerDuty is a comma list of v1=<hex> over the body, one for each live secret
// of the subscription. Like Hub it signs neither an id nor a time.
type PagerDuty struct{ keys macKeys }

// NewPagerDuty makes the scheme from the secrets of subscriptions.
func NewPagerDuty(keys []Key) (*PagerDuty, error) {
	if len(keys) == 0 {
		return nil, errors.New("no signing secret: nobody could get in")
	}
	if err := checkKeys("signing secret", keys, checkSecret); err != nil {
		return nil, err
	}
	return &PagerDuty{macKeysOf(keys)}, nil
}

// Name is SchemePagerDuty.
func (*PagerDuty) Name() string { return SchemePagerDuty }

// Carries says whether the header is there.
func (*PagerDuty) Carries(h http.Header) bool { return len(h.Values(headerPagerDuty)) > 0 }

// Verify proves the sender by any one of its signatures and names the delivery
// by its body.
func (s *PagerDuty) Verify(_ time.Time, h http.Header, body []byte) (Delivery, error) {
	value, err := single(h, headerPagerDuty)
	if err != nil {
		return Delivery{}, err
	}
	entries := strings.SplitN(value, ",", maxSignatures+1)
	if len(entries) > maxSignatures {
		return Delivery{}, unauthenticated("header %s has more than %d entries", headerPagerDuty, maxSignatures)
	}
	var signatures []sum
	for i, entry := range entries {
		// The platform joins a header that is sent twice. An honest list names
		// each signature once.
		if slices.Contains(entries[:i], entry) {
			return Delivery{}, unauthenticated("header %s has an entry twice", headerPagerDuty)
		}
		digits, v1 := strings.CutPrefix(entry, "v1=")
		signature, right := hexSum(digits)
		switch {
		case v1 && right:
			signatures = append(signatures, signature)
		case v1 || !otherVersion.MatchString(entry):
			return Delivery{}, unauthenticated("header %s is not a list of v1= and 64 lower-case hex digits", headerPagerDuty)
		}
	}
	if len(signatures) == 0 {
		return Delivery{}, unauthenticated("header %s has no signature of version v1", headerPagerDuty)
	}
	sender, ok := s.keys.find(signatures, body)
	if !ok {
		return Delivery{}, unauthenticated("header %s matches no live secret", headerPagerDuty)
	}
	return Delivery{Name: sender, Delivery: contentKey(body), Scheme: SchemePagerDuty}, nil
}
