package webhook

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	// SchemeSHA256 is sha256=<hex> over the body, in a header of the sender's
	// choice, as WebSub writes it.
	SchemeSHA256 = "sha256"

	// SchemeGitHub and SchemeJira are SchemeSHA256 in the headers of GitHub and
	// of Jira Cloud's webhooks.
	SchemeGitHub = "github"
	SchemeJira   = "jira-cloud"

	headerGitHub = "X-Hub-Signature-256"
	headerJira   = "X-Hub-Signature"
)

// Hub is a signature over the body alone. It signs neither an id nor a time, so
// the delivery is named by its bytes, and whoever captured one could send it
// again: a time inside the body has to say how old it is.
type Hub struct {
	name, header string
	keys         macKeys
}

// NewHub makes the scheme of that name, which reads its signature from the
// header.
func NewHub(name, header string, keys []Key) (*Hub, error) {
	if len(keys) == 0 {
		return nil, errors.New("no signing secret: nobody could get in")
	}
	if !headerName.MatchString(header) {
		return nil, fmt.Errorf("scheme %s wants the name of a header: up to 64 letters, digits and dashes, beginning with a letter", name)
	}
	if err := checkKeys("signing secret", keys, checkSecret); err != nil {
		return nil, err
	}
	return &Hub{name, header, macKeysOf(keys)}, nil
}

// Name is the scheme's name.
func (s *Hub) Name() string { return s.name }

// Carries says whether the header is there.
func (s *Hub) Carries(h http.Header) bool { return len(h.Values(s.header)) > 0 }

// Verify proves the sender by its signature and names the delivery by its body.
func (s *Hub) Verify(_ time.Time, h http.Header, body []byte) (Delivery, error) {
	value, err := single(h, s.header)
	if err != nil {
		return Delivery{}, err
	}
	digits, ok := strings.CutPrefix(value, "sha256=")
	signature, right := hexSum(digits)
	if !ok || !right {
		return Delivery{}, unauthenticated("header %s is not sha256= and 64 lower-case hex digits", s.header)
	}
	sender, ok := s.keys.find([]sum{signature}, body)
	if !ok {
		return Delivery{}, unauthenticated("the signature in header %s matches no live secret", s.header)
	}
	return Delivery{Name: sender, Delivery: contentKey(body), Scheme: s.name}, nil
}

// hexSum reads the hex digits of a signature. Only lower case counts, because
// every sender writes it and a proof should have one spelling.
func hexSum(digits string) (signature sum, ok bool) {
	if len(digits) != hex.EncodedLen(len(signature)) || strings.ContainsAny(digits, "ABCDEF") {
		return sum{}, false
	}
	_, err := hex.Decode(signature[:], []byte(digits))
	return signature, err == nil
}
