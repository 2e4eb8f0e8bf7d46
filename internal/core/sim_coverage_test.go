package core

import (
	"sync"
	"testing"
)

// simCoverage counts what the runs of the simulation came to, because a
// simulation in which nothing goes wrong proves nothing.
type simCoverage struct {
	mu   sync.Mutex
	runs int
	seen map[string]int
}

// note adds what one run came to.
func (c *simCoverage) note(s *simulation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.runs++
	if c.seen == nil {
		c.seen = map[string]int{}
	}
	for _, r := range s.journal.reports {
		c.seen["ending "+string(r.Ending)]++
		for code := range r.Counts {
			c.seen[string(code)]++
		}
		if r.Parts > 0 {
			c.seen["parts"]++
		}
		if r.Attempt > r.Parts+1 {
			c.seen["deaths"]++
		}
	}
	for _, d := range s.cloud.desktops {
		for i, call := range d.calls {
			if i > 0 {
				c.seen["second calls"]++
			}
			if call.lost && call.effect {
				c.seen["lost answers"]++
			}
		}
	}
}

// coveredBy is how many runs are enough for everything to have happened.
const coveredBy = 2000

// check wants everything that can happen to have happened, where enough was
// played.
func (c *simCoverage) check(t *testing.T) {
	if c.runs < coveredBy {
		return
	}
	for _, what := range []string{"deaths", "parts", "second calls", "lost answers"} {
		if c.seen[what] < 20 {
			t.Errorf("%s: only %d", what, c.seen[what])
		}
	}
	for _, e := range []Ending{EndedBlind, EndedCanary, EndedCancelled, EndedCeiling, EndedChanged, EndedEmpty, EndedExpired, EndedFailures, EndedFrozen, EndedHalted} {
		if c.seen["ending "+string(e)] == 0 {
			t.Errorf("no run ended %s", e)
		}
	}
	for _, code := range Codes() {
		switch code {
		case Accepted, Unkept, ScheduleUnknown: // of runs that do not look, of unkeep, and of schedules
			continue
		}
		if c.seen[string(code)] == 0 {
			t.Errorf("no desktop ended %s", code)
		}
	}
}
