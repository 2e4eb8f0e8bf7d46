package webhook

import (
	"crypto/sha256"
	"crypto/subtle"
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

	// HeaderIdempotencyKey names the delivery, because a token proves only who
	// sends.
	HeaderIdempotencyKey = "Idempotency-Key"

	// minToken is the fewest characters of a token: 24 of base64 are 144 bits.
	// maxToken keeps it far under the platform's 8 KB for all headers.
	minToken = 24
	maxToken = 512
)

var (
	token = pattern.Name{Rest: "A-Za-z0-9._~+/-"} // b64token of RFC 6750, without the equal signs at its end

	// idempotencyKey is any printable ASCII. A space at either end is refused,
	// because a proxy may cut it off and so make another delivery of it.
	idempotencyKey = pattern.Upto(255, `^[!-~]([ -~]*[!-~])?$`)
)

// Bearer is a static token, for senders that cannot sign. Tokens are kept and
// compared as hashes, so that a comparison takes equally long whatever is sent.
type Bearer struct{ keys []tokenHash }

type tokenHash struct {
	sender string
	sum    [sha256.Size]byte
}

// NewBearer makes the scheme from tokens of at least 24 characters.
func NewBearer(keys []Key) (*Bearer, error) {
	if len(keys) == 0 {
		return nil, errors.New("no bearer token: nobody could get in")
	}
	if err := checkKeys("bearer token", keys, checkToken); err != nil {
		return nil, err
	}
	b := &Bearer{}
	for _, k := range keys {
		b.keys = append(b.keys, tokenHash{k.Sender, sha256.Sum256([]byte(k.Secret.Reveal()))})
	}
	return b, nil
}

func checkToken(secret core.Secret) error {
	switch s := secret.Reveal(); {
	case len(s) < minToken || len(s) > maxToken:
		return fmt.Errorf("has %d characters, want %d to %d; make one with: openssl rand -hex 32", len(s), minToken, maxToken)
	case strings.HasPrefix(s, "whsec_"):
		return errors.New("begins with whsec_: a signing secret must never travel as a token")
	case !token.MatchString(strings.TrimRight(s, "=")):
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
func (b *Bearer) Verify(_ time.Time, h http.Header, _ []byte) (Sender, error) {
	sender, err := b.Sender(h)
	if err != nil {
		return Sender{}, err
	}
	problem := ""
	switch keys := h.Values(HeaderIdempotencyKey); {
	case len(keys) == 0 || keys[0] == "":
		problem = "is missing. Send an id of this delivery, the same when you repeat it, so that it is carried out once"
	case len(keys) > 1:
		problem = fmt.Sprintf("is sent %d times. Send it once", len(keys))
	case !idempotencyKey.MatchString(keys[0]):
		problem = "wants 1 to 255 printable ASCII characters, without a space at either end"
	default:
		sender.Delivery = keys[0]
		return sender, nil
	}
	return Sender{}, &core.Error{Code: core.Invalid, Message: "The request does not name its delivery.",
		Fields: []core.FieldError{{Field: HeaderIdempotencyKey, Problem: problem}}}
}

// Sender proves the sender by its token alone.
func (b *Bearer) Sender(h http.Header) (Sender, error) {
	value, err := single(h, "Authorization")
	if err != nil {
		return Sender{}, err
	}
	sent, ok := cutBearer(value)
	if !ok {
		return Sender{}, unauthenticated("header Authorization is not of the Bearer kind")
	}
	sum := sha256.Sum256([]byte(sent))
	// Every token is tried, so that the time it takes does not tell which
	// sender it was.
	found := -1
	for i, k := range b.keys {
		if subtle.ConstantTimeCompare(sum[:], k.sum[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return Sender{}, unauthenticated("the bearer token is none of the live ones")
	}
	return Sender{Name: b.keys[found].sender, Scheme: SchemeBearer}, nil
}

// cutBearer returns what follows the word Bearer, which RFC 9110 takes in any
// case.
func cutBearer(value string) (string, bool) {
	kind, rest, _ := strings.Cut(value, " ")
	return strings.TrimLeft(rest, " "), strings.EqualFold(kind, "Bearer")
}
