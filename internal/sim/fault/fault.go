// Package fault is what the local doubles have in common when something is to go
// wrong: faults that wait for the next calls, broken connections and delays.
package fault

import (
	"slices"
	"sync"
)

// List holds the faults of one double, in the order in which they were added. F is
// what the double calls a fault. The zero value is empty; it is safe for
// concurrent use.
type List[F any] struct {
	mu  sync.Mutex
	all []*planned[F]
}

type planned[F any] struct {
	fault F
	skip  int // matching calls that pass before it hits
	count int // calls that it hits; 0 is all of them
}

// Add adds a fault that lets skip matching calls pass and then hits count of
// them; a count of 0 is every one until Clear.
func (l *List[F]) Add(f F, skip, count int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, &planned[F]{f, skip, count})
}

// Clear removes every fault.
func (l *List[F]) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = nil
}

// Take finds the fault that hits a call and uses it up by one. When several match,
// the oldest hits.
func (l *List[F]) Take(matches func(F) bool) (f F, hit bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, p := range l.all {
		if !matches(p.fault) {
			continue
		}
		if p.skip > 0 {
			p.skip--
			continue
		}
		if p.count == 1 {
			l.all = slices.Delete(l.all, i, i+1)
		} else if p.count > 1 {
			p.count--
		}
		return p.fault, true
	}
	return f, false
}
