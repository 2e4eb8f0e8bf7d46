package core

import (
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
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
	s.mu.Lock()
	defer s.mu.Unlock()
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
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.outcomes[id]
	o.Code, o.Detail = code, detail
	s.outcomes[id] = o
}

// prove looks at every accepted desktop until it is Stopped or the time is
// over: the answer to StopDesktops proves acceptance only. What it cannot see
// it does not guess. Where the invocation ends before that time, and another
// goes on, what is still open stays accepted.
func (s *stopping) prove() {
	if !s.looks() || s.rec.Request.DryRun || len(s.accepted()) == 0 {
		return
	}
	if s.proveUntil.IsZero() {
		s.proveUntil = s.Now().Add(s.Rules.wait())
	}
	for pause := proveFirst; ; pause = min(2*pause, proveMost) {
		over := !s.Now().Before(s.proveUntil)
		cut := s.work.Err() != nil
		if cut && !over && s.handsOn {
			return
		}
		s.proveAll(over || cut)
		if over || cut || len(s.accepted()) == 0 {
			return
		}
		s.tell()
		_ = sleep(s.work, min(pause, max(s.proveUntil.Sub(s.Now()), time.Millisecond))) // its end is looked for above
	}
}

// proveAll looks once at every accepted desktop, some calls side by side.
func (s *stopping) proveAll(last bool) {
	var g errgroup.Group
	g.SetLimit(max(1, s.Rules.Concurrency))
	for _, batch := range s.cut(s.accepted(), lookMost) {
		g.Go(func() error { s.proveBatch(batch, last); return nil })
	}
	_ = g.Wait() // what cannot be seen is written down, and fails nobody else
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
	s.mu.Lock()
	stopped := 0
	for _, o := range s.outcomes {
		if o.Code == Stopped {
			stopped++
		}
	}
	s.mu.Unlock()
	s.Progress(s.hard, Progress{Stops: len(s.whole), Stopped: stopped})
}
