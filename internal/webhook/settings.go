package webhook

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/ticket"
)

// Settings are a sender as the deployment configures it.
type Settings struct {
	Name    string        // as the route and policies call it
	Scheme  string        // one of Schemes
	Header  string        // where the scheme's secret or signature is, for sha256 and header
	Secrets []core.Secret // the live ones
	May     []string      // what it may ask, of Actions

	// Delivery says where the delivery's id is: "Idempotency-Key", a path of the
	// body, or empty for what the scheme itself signs. A header counts only
	// where the scheme is a secret that proves the whole request.
	Delivery string
	// Freshness is the path of a time in the body.
	Freshness string
	// Ticket is the path of the ticket's id in the body, for the answer to it.
	Ticket string
	// Request maps the body to a request. Empty: the body is a request.
	Request ticket.Mapping
}

// Actions are what a sender may be let ask.
var Actions = []string{"stop", "preview", "read", "why", "halt", "freeze"}

// changing are the actions that a delivery sent again, years later, must not
// bring about.
var changing = []string{"stop", "halt", "freeze"}

// coverage is how much of a request a scheme proves.
type coverage int

const (
	coversAll  coverage = iota // id, time and body
	coversTime                 // time and body
	coversBody                 // the body
	isSecret                   // the whole request, by a secret that travels with it
)

// schemes are all of them: what each proves, the header that it reads where it
// is fixed, and how it is made.
var schemes = map[string]struct {
	coverage
	header string
	make   func(header string, keys []Key) (Scheme, error)
}{
	SchemeStandard:  {coversAll, "", func(_ string, k []Key) (Scheme, error) { return made(NewStandard(k)) }},
	SchemeZendesk:   {coversTime, "", func(_ string, k []Key) (Scheme, error) { return made(NewZendesk(k)) }},
	SchemeGitHub:    {coversBody, headerGitHub, func(h string, k []Key) (Scheme, error) { return made(NewHub(SchemeGitHub, h, k)) }},
	SchemeJira:      {coversBody, headerJira, func(h string, k []Key) (Scheme, error) { return made(NewHub(SchemeJira, h, k)) }},
	SchemeSHA256:    {coversBody, anyHeader, func(h string, k []Key) (Scheme, error) { return made(NewHub(SchemeSHA256, h, k)) }},
	SchemePagerDuty: {coversBody, "", func(_ string, k []Key) (Scheme, error) { return made(NewPagerDuty(k)) }},
	SchemeHeader:    {isSecret, anyHeader, func(h string, k []Key) (Scheme, error) { return made(NewStatic(SchemeHeader, h, k)) }},
	SchemeGitLab:    {isSecret, headerGitLab, func(h string, k []Key) (Scheme, error) { return made(NewStatic(SchemeGitLab, h, k)) }},
	SchemeBearer:    {isSecret, "", func(_ string, k []Key) (Scheme, error) { return made(NewBearer(k)) }},
	SchemeBasic:     {isSecret, "", func(_ string, k []Key) (Scheme, error) { return made(NewBasic(k)) }},
}

// Schemes are the names that Settings.Scheme can have, in alphabetical order.
func Schemes() []string { return slices.Sorted(maps.Keys(schemes)) }

// anyHeader stands for a header that the deployment names.
const anyHeader = "*"

// made keeps a nil pointer from becoming a Scheme that is not nil.
func made[S Scheme](s S, err error) (Scheme, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// NewSender makes a sender. The error names every fault of its settings, and no
// secret.
func NewSender(s Settings, now func() time.Time) (*Sender, error) {
	var faults []error
	bad := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("sender %q: %w", s.Name, fmt.Errorf(format, args...)))
	}
	if s.Name == BuiltIn {
		bad("the name is that of POST /stop; want another")
	}
	sender := &Sender{name: s.Name, may: s.May, now: now}
	scheme, known := schemes[s.Scheme]
	if !known {
		bad("scheme %q is not known; want one of %s", s.Scheme, strings.Join(Schemes(), ", "))
		return nil, errors.Join(faults...)
	}
	header := scheme.header
	switch {
	case header == anyHeader:
		header = s.Header
	case s.Header != "":
		bad("scheme %s has a header of its own", s.Scheme)
	}
	keys := make([]Key, len(s.Secrets))
	for i, secret := range s.Secrets {
		keys[i] = Key{s.Name, secret}
	}
	var err error
	if sender.scheme, err = scheme.make(header, keys); err != nil {
		faults = append(faults, fmt.Errorf("sender %q: %w", s.Name, err))
	}
	for _, action := range s.May {
		if !slices.Contains(Actions, action) {
			bad("it may %q, want %s", action, strings.Join(Actions, ", "))
		}
	}
	sender.place(s, scheme.coverage, bad)
	if s.Freshness != "" {
		sender.fresh = path(s.Freshness, "Freshness", bad)
	}
	if s.Ticket != "" {
		sender.ticket = path(s.Ticket, "Ticket", bad)
	}
	byPath := s.Delivery != "" && s.Delivery != HeaderIdempotencyKey || s.Freshness != "" || s.Ticket != ""
	switch {
	case len(s.Request) == 0 && byPath:
		bad("Request is missing; a body that holds an id, a time or a ticket is no request as it stands, so its fields need to be mapped")
	case len(s.Request) > 0:
		var problems []core.FieldError
		sender.mapper, problems = ticket.Compile(s.Request)
		for _, p := range problems {
			bad("Request %s", strings.TrimSpace(p.Field+" "+p.Problem))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return sender, nil
}

// place settles where the delivery's id is, and refuses a sender whose old
// deliveries could be sent again.
func (s *Sender) place(from Settings, covers coverage, bad func(string, ...any)) {
	guarded := covers == coversAll || covers == coversTime || from.Freshness != ""
	switch {
	case from.Delivery == "" && covers == isSecret:
		s.id = byContent
	case from.Delivery == "":
		s.id = byScheme
	case covers == coversAll:
		bad("scheme %s names its deliveries itself; leave Delivery out", from.Scheme)
	case from.Delivery == HeaderIdempotencyKey && covers != isSecret:
		bad("scheme %s does not sign the header %s, so anybody could change it; want a path of the body, or nothing", from.Scheme, HeaderIdempotencyKey)
	case from.Delivery == HeaderIdempotencyKey:
		s.id, guarded = byScheme, true
	default:
		s.id, s.idPath = byPath, path(from.Delivery, "Delivery", bad)
		guarded = guarded || covers == isSecret
	}
	for _, action := range from.May {
		if slices.Contains(changing, action) && !guarded {
			bad("it may %s, and nothing tells an old delivery from a new one; name a time in the body as Freshness", action)
		}
	}
}

func path(text, field string, bad func(string, ...any)) *ticket.Path {
	p, err := ticket.ParsePath(text)
	if err != nil {
		bad("%s is at %q (%v); want %s", field, text, err, ticket.WantPath)
	}
	return &p
}
