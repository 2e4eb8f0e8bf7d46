package oss

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kind is what goes wrong.
type Kind string

// The kinds of faults. Requests must be authentic to meet one: a forged
// request never uses up a fault meant for a real caller.
const (
	InternalError      Kind = "InternalError"      // 500, nothing happened
	ServiceUnavailable Kind = "ServiceUnavailable" // 503, nothing happened
	AccessDenied       Kind = "AccessDenied"       // 403, nothing happened
	Reset              Kind = "Reset"              // the connection is reset, nothing happened
	AnswerLost         Kind = "AnswerLost"         // it happened, the connection closes without an answer
	Slow               Kind = "Slow"               // it happens after Delay, unless the caller hangs up before
)

// Fault is something that goes wrong with the next matching requests.
type Fault struct {
	Method      string // HTTP method, every one when empty
	KeyContains string // part of the key, every key and the bucket itself when empty
	Count       int    // how many requests it hits, all until ClearFaults when 0
	Kind        Kind
	Delay       time.Duration // for Slow
}

// Fault adds a fault. When several match a request, the oldest hits.
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

// takeFault finds the fault that hits a request and uses it up by one.
func (s *Server) takeFault(method, key string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Method != "" && f.Method != method || !strings.Contains(key, f.KeyContains) {
			continue
		}
		if f.Count == 1 {
			s.faults = slices.Delete(s.faults, i, i+1)
		} else if f.Count > 1 {
			f.Count--
		}
		return *f, true
	}
	return Fault{}, false
}

// suffer applies a fault. It is over when the request goes no further.
func (s *Server) suffer(ctx context.Context, f Fault) (a answer, over bool) {
	switch f.Kind {
	case InternalError:
		return failed(errInternal), true
	case ServiceUnavailable:
		return failed(errUnavailable), true
	case AccessDenied:
		return failed(errForbidden), true
	case Reset:
		return answer{}, true
	case Slow:
		if s.wait(ctx, f.Delay) != nil {
			return failed(errIncompleteBody), true
		}
	}
	return answer{}, false
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
