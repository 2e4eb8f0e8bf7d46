package slack

import (
	"time"
)

// Kind is what goes wrong.
type Kind string

// The kinds of faults. Only a call that Slack would let in meets one: a known
// response URL, or a valid token.
const (
	RateLimited Kind = "RateLimited" // 429 with Retry-After, nothing happened
	ServerError Kind = "ServerError" // 500 with an HTML page, nothing happened
	Reset       Kind = "Reset"       // the connection is reset, nothing happened
	AnswerLost  Kind = "AnswerLost"  // it happened, the connection closes without an answer
	Slow        Kind = "Slow"        // it happens after Delay, unless the caller hangs up before
)

// Fault is something that goes wrong with the next matching calls.
type Fault struct {
	// On is OnResponseURL or a Web API method; every one when empty.
	On    string
	Skip  int // how many calls pass unharmed first
	Count int // how many calls it hits then, all until ClearFaults when 0
	Kind  Kind
	Delay time.Duration // for Slow
	// RetryAfter is told with RateLimited, in whole seconds; 1 s when 0.
	RetryAfter time.Duration
}

// Fault adds a fault. When several match a call, the oldest hits.
func (s *Server) Fault(f Fault) { s.faults.Add(f, f.Skip, f.Count) }

// ClearFaults removes every fault.
func (s *Server) ClearFaults() { s.faults.Clear() }

// takeFault finds the fault that hits a call and uses it up by one; the zero value
// is none.
func (s *Server) takeFault(on string) Fault {
	f, _ := s.faults.Take(func(f Fault) bool { return f.On == "" || f.On == on })
	return f
}
