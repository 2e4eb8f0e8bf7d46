package slack

import (
	"context"
	"net"
	"net/http"
	"slices"
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
func (s *Server) Fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// ClearFaults removes every fault.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault finds the fault that hits a call and uses it up by one. The lock
// is held.
func (s *Server) takeFault(on string) Fault {
	for i, f := range s.faults {
		if f.On != "" && f.On != on {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Count == 1 {
			s.faults = slices.Delete(s.faults, i, i+1)
		} else if f.Count > 1 {
			f.Count--
		}
		return *f
	}
	return Fault{}
}

func waitOnTimer(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// resetConnection makes the caller see a connection that broke, not one that
// was closed in order.
func resetConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // Close then sends RST instead of FIN.
	}
	_ = conn.Close()
}
