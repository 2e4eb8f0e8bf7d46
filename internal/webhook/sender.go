package webhook

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/strictjson"
	"stopdesktops/internal/ticket"
)

const (
	// BuiltIn is the sender of POST /stop, which holds WEBHOOK_SECRETS and
	// WEBHOOK_TOKENS. No other may have its name.
	BuiltIn = "webhook"

	// FreshFor is how old the time in a body may be. Systems that sign no time
	// queue for minutes; a captured delivery opens nothing after it.
	FreshFor = 10 * time.Minute

	// FreshAhead is how far the sender's clock may be ahead of ours.
	FreshAhead = time.Minute
)

// ticketID is what a ticket's id may be. It goes into the path of the answer's
// URL, so it has no dot, slash or percent.
var ticketID = pattern.Name{Most: 64, First: "A-Za-z0-9", Rest: "A-Za-z0-9_-"}

// place is where a delivery's id is.
type place int

const (
	byScheme  place = iota // the scheme says
	byPath                 // in the body
	byContent              // the bytes of the body
)

// Sender is one sender with a route of its own. Only its own secrets open that
// route, and they open no other.
type Sender struct {
	name   string
	may    []string
	scheme Scheme
	id     place
	idPath *ticket.Path
	fresh  *ticket.Path
	ticket *ticket.Path
	mapper *ticket.Mapper
	now    func() time.Time
}

// Name is how the deployment calls the sender.
func (s *Sender) Name() string { return s.name }

// May says whether the sender may ask for an action, one of Actions. The policy
// still has to permit it.
func (s *Sender) May(action string) bool { return slices.Contains(s.may, action) }

// Permit refuses a request that the sender may not ask: a stop needs stop, a dry
// run preview or stop. The error is Forbidden.
func (s *Sender) Permit(q core.Request) error {
	if s.May("stop") || q.DryRun && s.May("preview") {
		return nil
	}
	if s.May("preview") {
		return core.Errorf(core.Forbidden, "Sender %s may only preview, so nothing was done. Send the request with DryRun, or let the sender stop in senders.yaml.", s.name)
	}
	return core.Errorf(core.Forbidden, "Sender %s may not stop desktops, so nothing was done. Let it stop in senders.yaml.", s.name)
}

// Authenticate proves a request to the sender's route, says which delivery it is
// and that it is fresh. Nothing of the body is read before the proof. Errors are
// as for Scheme.Verify; what is Invalid may be told to whoever sent it.
func (s *Sender) Authenticate(h http.Header, body []byte) (Delivery, error) {
	now := s.now()
	d, err := s.prove(now, h, body)
	if err != nil {
		return Delivery{}, err
	}
	if s.idPath == nil && s.fresh == nil && s.ticket == nil {
		return d, nil
	}
	doc, problem := ticket.Open(body)
	if problem != nil {
		return Delivery{}, refused(*problem)
	}
	if s.fresh != nil {
		if problem := s.stale(now, doc); problem != "" {
			return Delivery{}, refused(core.FieldError{Field: "Freshness", Problem: problem})
		}
	}
	if s.idPath != nil {
		id, problem := doc.Text(*s.idPath)
		if problem == "" && !idempotencyKey.MatchString(id) {
			problem = wantKey
		}
		if problem != "" {
			return Delivery{}, unnamed("Delivery", "is wrong: "+problem)
		}
		d.Delivery = "id:" + id
	}
	if s.ticket != nil {
		id, problem := doc.Text(*s.ticket)
		if problem == "" && !ticketID.MatchString(id) {
			problem = s.ticket.String() + " is no ticket id: want 1 to 64 letters, digits, dashes and underscores"
		}
		if problem != "" {
			return Delivery{}, refused(core.FieldError{Field: "Ticket", Problem: "is wrong: " + problem})
		}
		d.Ticket = id
	}
	return d, nil
}

// prove is the proof alone, with the id that needs no look into the body.
func (s *Sender) prove(now time.Time, h http.Header, body []byte) (Delivery, error) {
	t, secret := s.scheme.(token)
	if s.id == byScheme || !secret {
		return s.scheme.Verify(now, h, body)
	}
	d, err := t.Prove(h)
	if err == nil && s.id == byContent {
		d.Delivery = contentKey(body)
	}
	return d, err
}

// stale says why the time in the body is not near, or nothing.
func (s *Sender) stale(now time.Time, doc ticket.Document) string {
	at, problem := doc.Moment(*s.fresh)
	if problem != "" {
		return "is wrong: " + problem
	}
	switch age := now.Sub(at); {
	case age > FreshFor:
		return fmt.Sprintf("is too old: %s is %s ago, want at most %s. Send the request anew, with the time of now", s.fresh, age.Truncate(time.Second), FreshFor)
	case age < -FreshAhead:
		return fmt.Sprintf("is in the future: %s is %s ahead, want at most %s. Set the sender's clock", s.fresh, (-age).Truncate(time.Second), FreshAhead)
	}
	return ""
}

// Token proves the sender of a request that has no body, such as one that reads
// a run. Only a secret that travels can: a signature covers neither method nor
// path. Delivery.Delivery is empty.
func (s *Sender) Token(h http.Header) (Delivery, error) {
	t, ok := s.scheme.(token)
	if !ok {
		return Delivery{}, unauthenticated("scheme %s proves nothing without a body", s.scheme.Name())
	}
	return t.Prove(h)
}

// Map reads the request out of a body that Authenticate has proven. The caller
// validates it like any other; where there are problems it is not to be acted
// on.
func (s *Sender) Map(body []byte) (core.Request, []core.FieldError) {
	if s.mapper == nil {
		var q core.Request
		problems := strictjson.Decode(body, &q)
		return q, problems
	}
	doc, problem := ticket.Open(body)
	if problem != nil {
		return core.Request{}, []core.FieldError{*problem}
	}
	return s.mapper.Request(doc)
}

func refused(fields ...core.FieldError) error {
	return &core.Error{Code: core.Invalid, Message: "The request is not valid, so nothing was done.", Fields: fields}
}
