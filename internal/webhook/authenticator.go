package webhook

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/core"
)

// Authenticator says who sent a request.
type Authenticator struct {
	schemes []Scheme
	bearer  *Bearer // nil where the deployment has no tokens
	senders map[string]*Sender
	now     func() time.Time
}

// Keys are the deployment's live secrets, by scheme.
type Keys struct {
	Signing []Key // whsec_ secrets of Standard Webhooks
	Bearer  []Key // static tokens
}

// New makes an Authenticator of the built-in sender, with every scheme that has
// a key, and of the named ones. No key at all is an error, because nobody could
// get in. The error names every fault, and no secret.
func New(keys Keys, now func() time.Time, senders ...Settings) (*Authenticator, error) {
	if len(keys.Signing)+len(keys.Bearer)+len(senders) == 0 {
		return nil, errors.New("no webhook secret and no bearer token is configured: nobody could get in")
	}
	a := &Authenticator{senders: map[string]*Sender{}, now: now}
	var faults []error
	if len(keys.Signing) > 0 {
		s, err := NewStandard(keys.Signing)
		faults = append(faults, err)
		a.schemes = append(a.schemes, s)
	}
	if len(keys.Bearer) > 0 {
		b, err := NewBearer(keys.Bearer)
		faults = append(faults, err)
		a.schemes, a.bearer = append(a.schemes, b), b
	}
	for _, settings := range senders {
		s, err := NewSender(settings, now)
		faults = append(faults, err)
		if a.senders[settings.Name] != nil {
			faults = append(faults, fmt.Errorf("sender %q: another has this name", settings.Name))
		}
		if s != nil {
			a.senders[settings.Name] = s
		}
	}
	faults = append(faults, shared(keys, senders))
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return a, nil
}

// shared finds a secret that two senders have: what one of them signs would
// open the route of the other.
func shared(keys Keys, senders []Settings) error {
	var faults []error
	owner := map[[sha256.Size]byte]string{}
	claim := func(name string, secret core.Secret) {
		sum := sha256.Sum256([]byte(secret.Reveal()))
		if first, taken := owner[sum]; taken && first != name {
			faults = append(faults, fmt.Errorf("sender %q: has a secret that is also one of sender %q; each must be another", name, first))
		}
		owner[sum] = name
	}
	for _, k := range slices.Concat(keys.Signing, keys.Bearer) {
		claim(BuiltIn, k.Secret)
	}
	for _, s := range senders {
		for _, secret := range s.Secrets {
			claim(s.Name, secret)
		}
	}
	return errors.Join(faults...)
}

// Named returns the sender of POST /senders/<name>. The name selects the only
// secrets that are tried, so a proof for one route opens no other.
func (a *Authenticator) Named(name string) (*Sender, bool) {
	s, ok := a.senders[name]
	return s, ok
}

// Authenticate proves the sender of POST /stop by whichever scheme the request
// carries. A request that carries two is refused, because their senders may
// differ. Errors are as for Scheme.Verify; one that is Unauthenticated is
// answered with an empty body.
func (a *Authenticator) Authenticate(h http.Header, body []byte) (Delivery, error) {
	var carried []Scheme
	for _, s := range a.schemes {
		if s.Carries(h) {
			carried = append(carried, s)
		}
	}
	switch len(carried) {
	case 0:
		return Delivery{}, unauthenticated("the request carries no scheme that this deployment has secrets for")
	case 1:
		return carried[0].Verify(a.now(), h, body)
	}
	names := make([]string, len(carried))
	for i, s := range carried {
		names[i] = s.Name()
	}
	return Delivery{}, unauthenticated("the request carries %s at once", strings.Join(names, " and "))
}

// Bearer proves the sender of a request to any other route. Only a token can,
// because a signature of Standard Webhooks covers neither method nor path, so a
// captured one would open routes that its sender never called. Delivery.Delivery
// is empty.
func (a *Authenticator) Bearer(h http.Header) (Delivery, error) {
	if a.bearer == nil {
		return Delivery{}, unauthenticated("this deployment has no bearer token")
	}
	for _, s := range a.schemes {
		if s.Name() != a.bearer.Name() && s.Carries(h) {
			return Delivery{}, unauthenticated("the request carries %s, which this route does not take", s.Name())
		}
	}
	return a.bearer.Prove(h)
}

// unauthenticated makes the one error for nobody-knows-who. Its message tells a
// stranger nothing; the reason is for the log and quotes nothing that was sent.
func unauthenticated(format string, args ...any) error {
	return &core.Error{Code: core.Unauthenticated, Message: "Nobody knows who sent this.", Cause: &reason{format, args}}
}

// reason is put into words when it is logged, because what a forger asks for
// should cost little more than the look at his signature.
type reason struct {
	format string
	args   []any
}

func (r *reason) Error() string { return fmt.Sprintf(r.format, r.args...) }

// maxHeader is the longest value that is looked at: the longest secret in
// base64, with the word before it. A list of signatures is shorter.
const maxHeader = 2048

// single returns the header's one value. Function Compute joins the values of a
// header that was sent twice with a comma, so a scheme whose values have none
// refuses commas beside this.
func single(h http.Header, name string) (string, error) {
	switch values := h.Values(name); {
	case len(values) == 0 || values[0] == "":
		return "", unauthenticated("header %s is missing", name)
	case len(values) > 1:
		return "", unauthenticated("header %s is sent %d times", name, len(values))
	case len(values[0]) > maxHeader:
		return "", unauthenticated("header %s has %d bytes, want at most %d", name, len(values[0]), maxHeader)
	default:
		return values[0], nil
	}
}
