package oss

import (
	"slices"
	"time"
)

// MaxCalls is how many calls the log keeps, the newest: a double that runs
// for days must not grow without bound.
const MaxCalls = 100_000

// Call is one request as the service saw it. It holds nothing secret.
type Call struct {
	Method string
	Bucket string
	Key    string
	Status int    // of the answer, also of one that was lost; 0 when there was none
	Code   string // of the error, empty for a success
	Role   string // who signed it, empty when the signature was not valid
	Fault  Kind   // the fault that hit it, if any
	At     time.Time
}

func (s *Server) record(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) == MaxCalls {
		s.calls = slices.Delete(s.calls, 0, MaxCalls/10)
	}
	s.calls = append(s.calls, c)
}

// Calls returns a copy of the log, oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}
