package core

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// CanaryAbove is the size above which a plan is big: it is stopped in waves,
	// a few desktops first, and a default error budget ends it.
	CanaryAbove = 50
	// waveBatches is how many calls make a wave. Between waves the run asks
	// whether it may go on, so this is how far a halt can come too late.
	waveBatches = 8
)

// stopAll stops the desktops of ids in waves and returns those that no wave
// reached because the time was over and another invocation goes on.
func (s *stopping) stopAll(ids []string, seenAt time.Time) (left []string) {
	if len(s.canaryWave) > 0 && !s.canaryHolds(s.canaryWave) {
		return s.afterCanary(ids)
	}
	s.canaryWave = nil
	for rest := ids; len(rest) > 0; {
		switch {
		case s.late() && s.handsOn:
			return rest
		case s.late():
			s.timeOver(rest)
			return nil
		case !s.mayGoOn():
			s.leave(rest, s.ended.why)
			return nil
		}
		first := s.canary()
		var wave [][]string
		wave, rest = s.nextWave(rest, first)
		s.wave(wave, seenAt)
		s.tell()
		if first > 0 && len(rest) > 0 {
			s.canaryWave = slices.Concat(wave...)
			if !s.canaryHolds(s.canaryWave) {
				return s.afterCanary(rest)
			}
			s.canaryWave = nil
		}
		s.proveUntil = time.Time{} // what was accepted now has its own time
	}
	return nil
}

// nextWave takes the batches of the next wave off ids: the canary's where first
// is above 0, and otherwise as many as make a wave.
func (s *stopping) nextWave(ids []string, first int) (wave [][]string, rest []string) {
	size := s.Rules.batch(s.plan.Contract)
	batches := s.cut(ids, size)
	if first > 0 && first < len(ids) {
		all := slices.Concat(batches...)
		return s.cut(all[:first], size), all[first:]
	}
	n := min(waveBatches, len(batches))
	return batches[:n], slices.Concat(batches[n:]...)
}

// canary is how many desktops are stopped and proven before the rest; 0 is
// none. It is for runs that can look, and only until one desktop that was called
// is seen Stopped.
func (s *stopping) canary() int {
	if !s.looks() || s.proven() {
		return 0
	}
	if c := s.rec.Request.Canary; c != nil {
		return *c
	}
	if len(s.whole) <= CanaryAbove {
		return 0
	}
	return s.Rules.Canary
}

// proven says whether an earlier part of this run saw a desktop Stopped.
func (s *stopping) proven() bool {
	for _, o := range s.outcomes {
		if o.Code == Stopped && len(o.RequestIds) > 0 {
			return true
		}
	}
	return false
}

// wave makes the calls of one wave, some side by side.
func (s *stopping) wave(batches [][]string, seenAt time.Time) {
	var g errgroup.Group
	g.SetLimit(max(1, s.Rules.Concurrency))
	for _, ids := range batches {
		g.Go(func() error { s.batch(ids, seenAt, calledBefore); return nil })
	}
	_ = g.Wait() // a batch writes its outcomes and fails nobody else
}

// canaryHolds proves the first wave. Skips among it prove nothing and harm
// nothing; a failure, or no proof at all, ends the run.
func (s *stopping) canaryHolds(wave []string) bool {
	s.prove()
	seen, failed := 0, 0
	for _, id := range wave {
		switch o := s.outcomes[id]; {
		case o.Code == Stopped:
			seen++
		case o.Code.Kind() == KindFailed || o.Code == Accepted:
			failed++
		}
	}
	if failed == 0 {
		return true
	}
	s.ended = &ended{ending: EndedCanary, why: fmt.Sprintf("%d of the first %d desktops were not seen Stopped, so the rest was left alone", failed, failed+seen)}
	return false
}

// afterCanary leaves the rest to the next invocation where the proof of the
// first wave ran out of time, and alone where it failed.
func (s *stopping) afterCanary(rest []string) []string {
	if s.handsOn && len(s.accepted()) > 0 {
		s.ended = nil
		return rest
	}
	s.leave(rest, s.ended.why)
	return nil
}

// mayGoOn asks, before each wave, whether another may begin: what bars the run,
// the error budget and the brake. Why not is in ended.
func (s *stopping) mayGoOn() bool {
	if s.barred != nil {
		s.ended = s.barred
		return false
	}
	if most, bounded := s.mostFailures(); bounded {
		if n := s.failures(); n > most {
			s.ended = &ended{ending: EndedFailures, why: fmt.Sprintf("%d of %d desktops had failed, and MaxFailures lets %d, so the run ended", n, len(s.whole), most)}
			return false
		}
	}
	b, err := s.Journal.Brakes(s.work, s.rec.Run)
	s.ended = s.braked(s.rec, b, err)
	s.blind = s.blind || err != nil && s.ended == nil
	return s.ended == nil
}

// wentOnBlind is what people should know of a run that called desktops although
// nobody could read the brake.
const wentOnBlind = "Nobody could read whether everything is frozen or this run is halted; the stop went on, because it names its desktops."

// mostFailures is the run's error budget, where it has one: the request's, or
// for big plans the deployment's.
func (s *stopping) mostFailures() (most int, bounded bool) {
	said := s.rec.Request.MaxFailures
	if said == "" && len(s.whole) > CanaryAbove {
		said = s.Rules.MaxFailures
	}
	if said == "" {
		return 0, false
	}
	most, bad := budget(said, len(s.whole))
	return most, !bad
}

// failures counts the desktops that are known to have failed. One that was
// accepted and does not stop is known only at the proof, which is for the canary
// before the second wave and for the others at the end.
func (s *stopping) failures() int {
	n := 0
	for _, o := range s.outcomes {
		if o.Code.Kind() == KindFailed && o.Code != NotTried {
			n++
		}
	}
	return n
}

// braked says why a run may not go on. Where nobody can read the brake now, a
// timer and a selection end; a stop by id goes on, because somebody named the
// desktop and waits for it. A brake that is there and cannot be understood holds
// everybody: whoever may write it could let it go by spoiling it.
func (r *Runner) braked(rec *RequestRecord, b Brakes, err error) *ended {
	switch {
	// A brake that was read holds, also where the other could not be.
	case b.Halt != nil:
		return &ended{ending: EndedHalted, why: "the run was halted by " + b.Halt.By.String() + because(b.Halt.Reason)}
	case b.Freeze != nil:
		return &ended{ending: EndedFrozen, why: "everything is frozen by " + b.Freeze.By.String() + " until " + b.Freeze.Until.In(r.Rules.zone()).Format(time.RFC3339) + because(b.Freeze.Reason)}
	case err != nil && (rec.Caller.Door == Timer || rec.Request.Selects() || b.Spoilt):
		return &ended{ending: EndedBlind, why: "the brake could not be read: " + MessageOf(err)}
	case err != nil:
		r.Log.LogAttrs(context.Background(), slog.LevelWarn, "the brake could not be read; a stop by id goes on", slog.String("run", string(rec.Run)), slog.String("error", MessageOf(err)))
	}
	return nil
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}
