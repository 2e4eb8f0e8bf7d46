package ecd

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"stopdesktops/internal/sim/acs"
)

// Kind is what goes wrong.
type Kind string

const (
	Throttle           Kind = "Throttle"           // 429 Throttling.User, x-ratelimit-user-api tells Delay
	ThrottleRetryAfter Kind = "ThrottleRetryAfter" // 429 Throttling.Api, x-acs-retry-after tells Delay, as newer cores read it
	ThrottlePlain      Kind = "ThrottlePlain"      // 400 Throttling, no hint
	InternalError      Kind = "InternalError"      // 500
	ServiceUnavailable Kind = "ServiceUnavailable" // 503
	HTML502            Kind = "HTML502"            // a proxy's page instead of JSON
	TokenExpired       Kind = "TokenExpired"       // 403 InvalidSecurityToken.Expired
	Reset              Kind = "Reset"              // connection closed, nothing happened
	AnswerLost         Kind = "AnswerLost"         // it happened, then the connection closed
	Slow               Kind = "Slow"               // it happened, the answer comes after Delay
	Lag                Kind = "Lag"                // a read shows the state of Delay ago
)

// defaultTimeLeft is the hint of a throttled call for which no Delay was given.
const defaultTimeLeft = 100 * time.Millisecond

// Fault makes calls go wrong. Calls are counted from when it was added; only
// calls that pass authentication and parameter checks count.
type Fault struct {
	Operation string // empty: every operation
	Version   string // empty: both
	Kind      Kind
	Delay     time.Duration // of Slow, Lag and the hints of Throttle

	// Without a Probability, the fault hits Count calls in a row beginning with
	// the Nth: 0 means 1 for both, and a negative Count has no end.
	Nth   int
	Count int

	// With a Probability, each call is hit with that chance, the same calls for
	// the same Seed; Count, if positive, ends it.
	Probability float64
	Seed        uint64
}

// Fault adds a fault. When two are due on the same call, the one added first
// has it and the other waits for the next.
func (s *Server) Fault(f Fault) {
	if f.Nth < 1 {
		f.Nth = 1
	}
	if f.Count == 0 {
		f.Count = 1
		if f.Probability > 0 {
			f.Count = -1
		}
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, &plannedFault{Fault: f, dice: rand.New(rand.NewPCG(f.Seed, 0))})
}

// ClearFaults ends all faults.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

type plannedFault struct {
	Fault
	dice *rand.Rand
	seen int
}

type faultList struct {
	mu   sync.Mutex
	list []*plannedFault
}

// activeFault is what goes wrong with one call. The zero value: nothing.
type activeFault struct {
	kind  Kind
	delay time.Duration
}

func (l *faultList) next(op operation) activeFault {
	l.mu.Lock()
	defer l.mu.Unlock()
	var hit activeFault
	for _, f := range l.list {
		if (f.Operation != "" && f.Operation != op.name) || (f.Version != "" && f.Version != op.version) {
			continue
		}
		f.seen++
		due := f.Count != 0 && f.seen >= f.Nth
		if f.Probability > 0 {
			// The dice fall for every call, so that which calls are hit does not
			// depend on other faults.
			due = f.dice.Float64() < f.Probability && due
		}
		if due && hit.kind == "" {
			hit = activeFault{kind: f.Kind, delay: f.Delay}
			if f.Count > 0 {
				f.Count--
			}
		}
	}
	return hit
}

// before is the answer of a fault that comes instead of the operation; stop
// says that there is one.
func (f activeFault) before() (r reply, stop bool) {
	refuse := func(status int, code, message string) (reply, bool) {
		return reply{fault: f, refusal: &apiError{status: status, code: code, message: message}}, true
	}
	switch f.kind {
	case Throttle:
		return reply{fault: f, refusal: throttled(f.delay)}, true
	case ThrottleRetryAfter:
		r, stop = refuse(http.StatusTooManyRequests, "Throttling.Api", "Request was denied due to api flow control.")
		r.refusal.header = http.Header{"X-Acs-Retry-After": {milliseconds(f.delay)}}
		return r, stop
	case ThrottlePlain:
		return refuse(http.StatusBadRequest, "Throttling", "Request was denied due to request throttling.")
	case InternalError:
		return reply{fault: f, refusal: internalError()}, true
	case ServiceUnavailable:
		return refuse(http.StatusServiceUnavailable, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.")
	case TokenExpired:
		return refuse(http.StatusForbidden, acs.CodeSecurityTokenExpired, "Specified SecurityToken is expired.")
	case HTML502:
		return reply{fault: f}, true
	case Reset:
		return reply{fault: f, lost: true}, true
	}
	return reply{}, false
}

// throttled is the refusal of a caller over its quota, with the vendor's hint
// of how long to wait.
func throttled(left time.Duration) *apiError {
	return &apiError{
		status: http.StatusTooManyRequests, code: "Throttling.User", message: "Request was denied due to user flow control.",
		header: http.Header{"X-Ratelimit-User-Api": {fmt.Sprintf("Limit:1000,Remain:0,TimeLeft:%s", milliseconds(left))}},
	}
}

func milliseconds(d time.Duration) string {
	if d <= 0 {
		d = defaultTimeLeft
	}
	return strconv.FormatInt(max(d.Milliseconds(), 1), 10)
}
