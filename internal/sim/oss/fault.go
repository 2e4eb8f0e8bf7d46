package oss

import (
	"context"
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
func (s *Server) Fault(f Fault) { s.faults.Add(f, 0, f.Count) }

// ClearFaults removes every fault.
func (s *Server) ClearFaults() { s.faults.Clear() }

// takeFault finds the fault that hits a request and uses it up by one.
func (s *Server) takeFault(method, key string) (Fault, bool) {
	return s.faults.Take(func(f Fault) bool {
		return (f.Method == "" || f.Method == method) && strings.Contains(key, f.KeyContains)
	})
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
