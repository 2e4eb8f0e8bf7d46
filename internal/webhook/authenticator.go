package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"stopdesktops/internal/core"
)

// Authenticator says who sent a request.
type Authenticator struct {
	schemes []Scheme
	bearer  *Bearer // nil where the deployment has no tokens
	now     func() time.Time
}

// Keys are the deployment's live secrets, by scheme.
type Keys struct {
	Signing []Key // whsec_ secrets of Standard Webhooks
	Bearer  []Key // static tokens
}

// New makes an Authenticator with every scheme that has a key. No key at all
// is an error, because nobody could get in.
func New(keys Keys, now func() time.Time) (*Authenticator, error) {
	if len(keys.Signing)+len(keys.Bearer) == 0 {
		return nil, errors.New("no webhook secret and no bearer token is configured: nobody could get in")
	}
	a := &Authenticator{now: now}
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
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return a, nil
}

// Authenticate proves the sender of POST /stop by whichever scheme the request
// carries. A request that carries two is refused, because their senders may
// differ. Errors are as for Scheme.Verify; one that is Unauthenticated is
// answered with an empty body.
func (a *Authenticator) Authenticate(h http.Header, body []byte) (Sender, error) {
	var carried []Scheme
	for _, s := range a.schemes {
		if s.Carries(h) {
			carried = append(carried, s)
		}
	}
	switch len(carried) {
	case 0:
		return Sender{}, unauthenticated("the request carries no scheme that this deployment has secrets for")
	case 1:
		return carried[0].Verify(a.now(), h, body)
	}
	names := make([]string, len(carried))
	for i, s := range carried {
		names[i] = s.Name()
	}
	return Sender{}, unauthenticated("the request carries %s at once", strings.Join(names, " and "))
}

// Bearer proves the sender of a request to any other route. Only a token can,
// because a signature of Standard Webhooks covers neither method nor path, so a
// captured one would open routes that its sender never called. Sender.Delivery
// is empty.
func (a *Authenticator) Bearer(h http.Header) (Sender, error) {
	if a.bearer == nil {
		return Sender{}, unauthenticated("this deployment has no bearer token")
	}
	for _, s := range a.schemes {
		if s.Name() != a.bearer.Name() && s.Carries(h) {
			return Sender{}, unauthenticated("the request carries %s, which this route does not take", s.Name())
		}
	}
	return a.bearer.Sender(h)
}

// unauthenticated makes the one error for nobody-knows-who. Its message tells a
// stranger nothing; the reason is for the log and quotes nothing that was sent.
func unauthenticated(format string, args ...any) error {
	return &core.Error{Code: core.Unauthenticated, Message: "Nobody knows who sent this.", Cause: fmt.Errorf(format, args...)}
}

// single returns the header's one value. Function Compute joins the values of a
// header that was sent twice with a comma, so a scheme whose values have none
// refuses commas beside this.
func single(h http.Header, name string) (string, error) {
	switch values := h.Values(name); {
	case len(values) == 0 || values[0] == "":
		return "", unauthenticated("header %s is missing", name)
	case len(values) > 1:
		return "", unauthenticated("header %s is sent %d times", name, len(values))
	default:
		return values[0], nil
	}
}
