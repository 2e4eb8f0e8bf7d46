package fc

import (
	"net/http"
	"sync"
)

// FaultKind is what goes wrong with a call of the management API.
type FaultKind int

// The faults. All but FaultAnswerLost happen before the call has any effect.
const (
	FaultInternal    FaultKind = iota + 1 // 500 InternalServerError
	FaultUnavailable                      // 503 ResourceThrottled
	FaultThrottled                        // 429 ResourceExhausted
	FaultReset                            // the connection is cut without an answer
	FaultAnswerLost                       // the call is carried out, then the connection is cut
)

// Fault spoils the next calls of the management API.
type Fault struct {
	Kind     FaultKind
	Function string // empty means any
	Times    int    // 0 means once
}

type faults struct {
	mu      sync.Mutex
	pending []Fault
}

// Fault adds a fault. Faults are used up in the order in which they came.
func (p *Platform) Fault(f Fault) {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	f.Times = max(f.Times, 1)
	p.faults.pending = append(p.faults.pending, f)
}

// take returns the fault for a call, or 0.
func (s *faults) take(function string) FaultKind {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.pending {
		f := &s.pending[i]
		if f.Function != "" && f.Function != function {
			continue
		}
		kind := f.Kind
		if f.Times--; f.Times == 0 {
			s.pending = append(s.pending[:i], s.pending[i+1:]...)
		}
		return kind
	}
	return 0
}

func (k FaultKind) refusal() *apiError {
	switch k {
	case FaultInternal:
		return refusal(http.StatusInternalServerError, "InternalServerError", "an internal error has occurred, please retry")
	case FaultUnavailable:
		return refusal(http.StatusServiceUnavailable, "ResourceThrottled", "the service is temporarily unavailable")
	case FaultThrottled:
		return refusal(http.StatusTooManyRequests, "ResourceExhausted", "your resource is throttled")
	default:
		return nil
	}
}

// Duplicates says how an asynchronous event is delivered a second time, as
// the platform may: it promises at least once.
type Duplicates int

// The ways to deliver twice.
const (
	NoDuplicates     Duplicates = iota
	DuplicatesAfter             // again after the first delivery has ended
	DuplicatesAtOnce            // both at the same time, given two instances
)

// DeliverTwice makes every asynchronous event and timer tick of a function
// arrive twice. The empty name means every function.
func (p *Platform) DeliverTwice(function string, how Duplicates) {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	p.queue.twice[function] = how
}

func (q *queue) duplicates(t *Task) Duplicates {
	q.mu.Lock()
	defer q.mu.Unlock()
	if how, ok := q.twice[t.Function]; ok {
		return how
	}
	return q.twice[""]
}
