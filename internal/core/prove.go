package core

import (
	"context"
	"slices"
	"time"
)

// How often a run looks whether its desktops are Stopped: at once, because a
// stop may be quick, and then less and less often.
const (
	proveFirst = time.Second
	proveMost  = 5 * time.Second
)

// lookMost is how many ids one DescribeDesktops call takes.
const lookMost = 100

// accepted returns the ids whose stop was accepted and not yet proven, sorted.
func (s *stopping) accepted() []string {
	var ids []string
	for id, o := range s.outcomes {
		if o.Code == Accepted {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// proved replaces an acceptance by what was seen.
func (s *stopping) proved(id string, code Code, detail string) {
	o := s.outcomes[id]
	o.Code, o.Detail = code, detail
	s.outcomes[id] = o
}

// prove looks at every accepted desktop until it is Stopped or the time is
// over: the answer to StopDesktops proves acceptance only. What it cannot see
// it does not guess.
func (s *stopping) prove() {
	if !s.looks() || s.rec.Request.DryRun {
		return
	}
	until := s.Now().Add(s.Rules.wait())
	ctx, cancel := context.WithTimeout(s.work, s.Rules.wait())
	defer cancel()
	for pause := proveFirst; ; pause = min(2*pause, proveMost) {
		open := s.accepted()
		if len(open) == 0 {
			return
		}
		last := ctx.Err() != nil || !s.Now().Before(until)
		for _, batch := range s.cut(open, lookMost) {
			s.proveBatch(batch, last)
		}
		if last {
			return
		}
		if len(s.accepted()) > 0 {
			s.tell()
			_ = sleep(ctx, pause) // its end is looked for above
		}
	}
}

// proveBatch looks once at desktops of one region. In the last look every one
// of them gets its final outcome.
func (s *stopping) proveBatch(ids []string, last bool) {
	ctx, cancel := s.lastLook()
	defer cancel()
	seen, err := s.look(ctx, s.regionOf[ids[0]], ids)
	for _, id := range ids {
		d, found := seen[id]
		switch {
		case err == nil && found && d.Status == StatusStopped:
			s.proved(id, Stopped, "")
		case !last:
			// Running may mean that the cloud has not begun, or that somebody
			// started it again: only the last look decides.
		case err != nil || !found:
			s.proved(id, Unknown, "the stop was accepted, and nobody could look afterwards")
		case d.Status == StatusRunning:
			s.proved(id, CameBack, "")
		default:
			s.proved(id, StillStopping, "it is "+d.Status)
		}
	}
}

// tell reports progress to whoever watches the run.
func (s *stopping) tell() {
	if s.Progress == nil {
		return
	}
	stopped := 0
	for _, o := range s.outcomes {
		if o.Code == Stopped {
			stopped++
		}
	}
	s.Progress(s.hard, Progress{Stops: len(s.whole), Stopped: stopped})
}
