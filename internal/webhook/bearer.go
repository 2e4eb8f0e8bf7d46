package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

const (
	// SchemeBearer is a static token in the Authorization header.
	SchemeBearer = "bearer"

	// minToken is the fewest characters of a token: 24 of base64 are 144 bits.
	// maxToken keeps it far under the platform's 8 KB for all headers.
	minToken = 24
	maxToken = 512
)

// b64token is that of RFC 6750, without the equal signs at its end.
var b64token = pattern.Name{Rest: "A-Za-z0-9._~+/-"}

// Bearer is a static token, for senders that cannot sign. Tokens are kept and
// compared as hashes, so that a comparison takes equally long whatever is sent.
type Bearer struct{ keys hashes }

// NewBearer makes the scheme from tokens of at least 24 characters.
func NewBearer(keys []Key) (*Bearer, error) {
	if len(keys) == 0 {
		return nil, errors.New("no bearer token: nobody could get in")
	}
	if err := checkKeys("bearer token", keys, checkToken); err != nil {
		return nil, err
	}
	return &Bearer{hash(keys)}, nil
}

func checkToken(secret core.Secret) error {
	switch s := secret.Reveal(); {
	case len(s) < minToken || len(s) > maxToken:
		return fmt.Errorf("has %d characters, want %d to %d; make one with: openssl rand -hex 32", len(s), minToken, maxToken)
	case strings.HasPrefix(s, "whsec_"):
		return errors.New("begins with whsec_: a signing secret must never travel as a token")
	case !b64token.MatchString(strings.TrimRight(s, "=")):
		return errors.New("holds characters that an Authorization header cannot carry; want letters, digits and - . _ ~ + /")
	}
	return nil
}

// Name is SchemeBearer.
func (*Bearer) Name() string { return SchemeBearer }

// Carries says whether there is an Authorization header of the Bearer kind.
func (*Bearer) Carries(h http.Header) bool {
	for _, v := range h.Values("Authorization") {
		if _, ok := cutBearer(v); ok {
			return true
		}
	}
	return false
}

// Verify proves the sender by its token and takes the delivery's name from
// Idempotency-Key.
func (b *Bearer) Verify(_ time.Time, h http.Header, _ []byte) (Delivery, error) {
	return keyed(b, h)
}

// Prove proves the sender by its token alone.
func (b *Bearer) Prove(h http.Header) (Delivery, error) {
	value, err := single(h, "Authorization")
	if err != nil {
		return Delivery{}, err
	}
	sent, ok := cutBearer(value)
	if !ok {
		return Delivery{}, unauthenticated("header Authorization is not of the Bearer kind")
	}
	sender, ok := b.keys.find(sent)
	if !ok {
		return Delivery{}, unauthenticated("the bearer token is none of the live ones")
	}
	return Delivery{Name: sender, Scheme: SchemeBearer}, nil
}

// cutBearer returns what follows the word Bearer, which RFC 9110 takes in any
// case.
func cutBearer(value string) (string, bool) {
	kind, rest, _ := strings.Cut(value, " ")
	return strings.TrimLeft(rest, " "), strings.EqualFold(kind, "Bearer")
}
