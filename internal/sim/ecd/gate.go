package ecd

import (
	"context"
	"fmt"
	"sync"
)

// GatePoint is where a gate stands.
type GatePoint int

const (
	BeforeAnswer GatePoint = iota // it happened, nobody knows yet
	BeforeEffect                  // the call arrived, nothing happened yet
)

// Gate holds calls of an operation until it is opened. A held caller that goes
// away is let go without an answer.
type Gate struct {
	operation string
	point     GatePoint
	opened    chan struct{}

	mu      sync.Mutex
	open    bool
	held    int
	changed chan struct{} // closed and replaced when held grows
}

type gateList struct {
	mu   sync.Mutex
	list []*Gate
}

// Gate shuts a gate in front of an operation, or of every operation when the
// name is empty.
func (s *Server) Gate(operation string, point GatePoint) *Gate {
	g := &Gate{operation: operation, point: point, opened: make(chan struct{}), changed: make(chan struct{})}
	s.gates.mu.Lock()
	defer s.gates.mu.Unlock()
	s.gates.list = append(s.gates.list, g)
	return g
}

// Open lets every held call go on, and every later one pass. It may be called
// more than once.
func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.open {
		g.open = true
		close(g.opened)
	}
}

// Wait blocks until n calls have come to the gate, or ctx ends.
func (g *Gate) Wait(ctx context.Context, n int) error {
	for {
		g.mu.Lock()
		held, changed := g.held, g.changed
		g.mu.Unlock()
		if held >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for %d calls at the gate of %q, %d came: %w", n, g.operation, held, ctx.Err())
		}
	}
}

// pass waits at every shut gate on the way and reports whether the caller is
// still there.
func (l *gateList) pass(ctx context.Context, operation string, point GatePoint) bool {
	l.mu.Lock()
	var ahead []*Gate
	for _, g := range l.list {
		if g.point == point && (g.operation == "" || g.operation == operation) {
			ahead = append(ahead, g)
		}
	}
	l.mu.Unlock()
	for _, g := range ahead {
		g.mu.Lock()
		if g.open {
			g.mu.Unlock()
			continue
		}
		g.held++
		close(g.changed)
		g.changed = make(chan struct{})
		g.mu.Unlock()
		select {
		case <-g.opened:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
