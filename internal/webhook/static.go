package webhook

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

const (
	// SchemeHeader is a secret in a header of the sender's choice.
	SchemeHeader = "header"

	// SchemeGitLab is SchemeHeader in the header of GitLab's webhooks.
	SchemeGitLab = "gitlab"

	// SchemeBasic is user and password in the Authorization header (RFC 7617).
	SchemeBasic = "basic"

	headerGitLab = "X-Gitlab-Token"

	// minPassword is the fewest characters of a Basic password.
	minPassword = 16
)

// headerName is the name of a header that carries a secret or a signature.
var headerName = pattern.Name{Most: 64, First: "A-Za-z", Rest: "A-Za-z0-9-"}

// Static is a secret that travels in a header, for senders that cannot sign.
type Static struct {
	name, header string
	keys         hashes
	cut          func(value string) (secret string, ok bool)
}

// NewStatic makes the scheme of that name, whose secret is the header's value.
func NewStatic(name, header string, keys []Key) (*Static, error) {
	if len(keys) == 0 {
		return nil, errors.New("no secret: nobody could get in")
	}
	if !headerName.MatchString(header) {
		return nil, fmt.Errorf("scheme %s wants the name of a header: up to 64 letters, digits and dashes, beginning with a letter", name)
	}
	if err := checkKeys("header secret", keys, checkHeaderSecret); err != nil {
		return nil, err
	}
	return &Static{name, header, hash(keys), func(v string) (string, bool) { return v, true }}, nil
}

// NewBasic makes the Basic scheme from secrets of the form user:password.
func NewBasic(keys []Key) (*Static, error) {
	if len(keys) == 0 {
		return nil, errors.New("no user and password: nobody could get in")
	}
	if err := checkKeys("user and password", keys, checkBasic); err != nil {
		return nil, err
	}
	return &Static{SchemeBasic, "Authorization", hash(keys), cutBasic}, nil
}

// checkHeaderSecret refuses a comma besides, because the platform joins a
// header that is sent twice with one.
func checkHeaderSecret(secret core.Secret) error {
	if strings.ContainsAny(secret.Reveal(), ", ") {
		return errors.New("holds a comma or a space, which a header does not carry safely; make one with: openssl rand -hex 32")
	}
	return checkSecret(secret)
}

func checkBasic(secret core.Secret) error {
	user, password, ok := strings.Cut(secret.Reveal(), ":")
	switch {
	case !ok || user == "":
		return errors.New("is not of the form user:password")
	case len(password) < minPassword || len(user)+len(password) > maxSecret:
		return fmt.Errorf("has a password of %d characters, want at least %d; make one with: openssl rand -hex 32", len(password), minPassword)
	case !secretText.MatchString(user + password):
		return errors.New("wants printable ASCII")
	}
	return nil
}

// Name is the scheme's name.
func (s *Static) Name() string { return s.name }

// Carries says whether the header is there, and for Basic of that kind.
func (s *Static) Carries(h http.Header) bool {
	for _, v := range h.Values(s.header) {
		if s.name != SchemeBasic || isBasic(v) {
			return true
		}
	}
	return false
}

// Verify proves the sender by its secret and takes the delivery's name from
// Idempotency-Key.
func (s *Static) Verify(_ time.Time, h http.Header, _ []byte) (Delivery, error) { return keyed(s, h) }

// Prove proves the sender by its secret alone.
func (s *Static) Prove(h http.Header) (Delivery, error) {
	value, err := single(h, s.header)
	if err != nil {
		return Delivery{}, err
	}
	secret, ok := s.cut(value)
	if !ok {
		return Delivery{}, unauthenticated("header %s is not Basic and base64 of a user and a password", s.header)
	}
	sender, ok := s.keys.find(secret)
	if !ok {
		return Delivery{}, unauthenticated("header %s holds none of the live secrets", s.header)
	}
	return Delivery{Name: sender, Scheme: s.name}, nil
}

func isBasic(value string) bool {
	kind, _, _ := strings.Cut(value, " ")
	return strings.EqualFold(kind, "Basic")
}

// cutBasic returns user:password.
func cutBasic(value string) (string, bool) {
	_, rest, _ := strings.Cut(value, " ")
	secret, err := base64.StdEncoding.Strict().DecodeString(rest)
	return string(secret), err == nil && isBasic(value) && !strings.ContainsAny(rest, "\r\n")
}
