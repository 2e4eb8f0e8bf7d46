package ecd

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limit is a quota of calls.
type Limit struct {
	PerSecond float64
	Burst     int // calls that may come at once, at least 1
}

// limiterSet holds the token bucket of each limit in force.
type limiterSet struct {
	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	limit  Limit
	tokens *rate.Limiter
}

// take spends a call of the operation's quota and of the common one, or says
// how long to wait. A refused call spends nothing.
func (l *limiterSet) take(limits map[string]Limit, operation string, now time.Time) *apiError {
	if len(limits) == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var taken []*rate.Reservation
	for _, name := range []string{operation, ""} {
		limit, ok := limits[name]
		if !ok {
			continue
		}
		r := l.bucket(name, limit).tokens.ReserveN(now, 1)
		taken = append(taken, r)
		if wait := r.DelayFrom(now); wait > 0 {
			for _, t := range taken {
				t.CancelAt(now)
			}
			return throttled(wait)
		}
	}
	return nil
}

func (l *limiterSet) bucket(name string, limit Limit) *bucket {
	b := l.buckets[name]
	if b == nil || b.limit != limit {
		b = &bucket{limit: limit, tokens: rate.NewLimiter(rate.Limit(limit.PerSecond), max(limit.Burst, 1))}
		if l.buckets == nil {
			l.buckets = map[string]*bucket{}
		}
		l.buckets[name] = b
	}
	return b
}
