package core

import "slices"

// truth is what the cloud knows about one desktop of one run.
type truth struct {
	called   bool // a call named it
	effect   bool // and stopped it
	refused  bool // and was refused, or not taken
	accepted bool
	lost     bool // and may have worked
	died     bool // an attempt of the run died, or handed on

	sights []sight // of this run, in order
	after  []sight // those since the last call
}

func (s *simulation) truthOf(run RunID, o Outcome) truth {
	var t truth
	d := s.cloud.desktops[keyOf(o.RegionId, o.DesktopId)]
	if d == nil {
		return t
	}
	var last *simCalled
	for _, c := range d.calls {
		if c.run != run {
			continue
		}
		t.called = true
		t.effect = t.effect || c.effect
		t.accepted = t.accepted || c.accepted
		t.lost = t.lost || c.lost
		t.refused = t.refused || !c.accepted
		last = c
	}
	for _, at := range d.sights {
		if at.run != run {
			continue
		}
		t.sights = append(t.sights, at)
		if last == nil || !at.at.Before(last.ended) {
			t.after = append(t.after, at)
		}
	}
	t.died = s.journal.reports[run].Attempt > 1
	return t
}

// checkOutcome is the truth table: what the world must have been like for a
// desktop that the plan stops to end with a code.
//
//	stopped            a look saw it Stopped, after a call or after an attempt that may have called
//	already_*          a look saw it so, and no call of ours did that
//	would_stop         a dry run
//	not_tried          no call had an effect on it; the same for
//	cloud_refused      ... and a call for it was refused
//	cloud_unavailable  ... and either a call was not taken or nobody could look
//	still_stopping     called, and last seen neither Stopped nor Running
//	came_back          called, and last seen Running
//	unknown            called, or an attempt died that may have
//	not_found          a look since the last call did not find it
//	every other skip   a look since the last call saw the reason
//	accepted           never, because this run looks
func (s *simulation) checkOutcome(plan Plan, report Report, o Outcome) {
	t := s.truthOf(plan.Run, o)
	if ok, want := s.holds(t, o, report); !ok {
		s.fault("%s ended %s (%s), but %s; called %t, effect %t, accepted %t, lost %t", o.DesktopId, o.Code, o.Detail, want, t.called, t.effect, t.accepted, t.lost)
	}
}

func (s *simulation) holds(t truth, o Outcome, report Report) (ok bool, want string) {
	seen := func(sights []sight, is func(sight) bool) bool { return slices.ContainsFunc(sights, is) }
	status := func(want string) func(sight) bool {
		return func(at sight) bool { return at.found && at.Status == want }
	}
	running := func(is func(sight) bool) func(sight) bool {
		return func(at sight) bool { return status(StatusRunning)(at) && is(at) }
	}
	last := sight{}
	if len(t.sights) > 0 {
		last = t.sights[len(t.sights)-1]
	}
	switch o.Code {
	case Stopped:
		return seen(t.sights, status(StatusStopped)) && (t.called || t.died), "nobody saw it Stopped after a call"
	case AlreadyStopped:
		return seen(t.sights, status(StatusStopped)) && !t.effect, "it was not stopped before"
	case AlreadyStopping:
		return seen(t.sights, status(StatusStopping)) && !t.effect, "it was not stopping before"
	case WouldStop:
		return s.request.DryRun && !t.called, "this is no dry run"
	case NotTried:
		return !t.effect, "a call stopped it"
	case CloudRefused:
		return !t.effect && t.refused, "a call stopped it, or none was refused"
	case CloudUnavailable:
		return !t.effect, "a call stopped it"
	case StillStopping:
		return (t.called || t.died) && last.found && last.Status != StatusStopped && last.Status != StatusRunning, "it was last seen " + last.Status
	case CameBack:
		return (t.accepted || t.lost || t.died) && last.found && last.Status == StatusRunning, "it was last seen " + last.Status
	case Unknown:
		return (t.called || t.died) && o.Detail != "the run lost track of it", "nobody called it"
	case NotFound:
		return seen(t.after, func(at sight) bool { return !at.found }), "it was found"
	case Connected:
		return seen(t.after, running(func(at sight) bool { return at.Connection == ConnConnected })), "nobody was seen connected"
	case ConnectionUnknown:
		return seen(t.after, running(func(at sight) bool { return connection(&at.Desktop) == ConnUnknown })), "its connection was known"
	case NotRunning:
		return seen(t.after, func(at sight) bool {
			return at.found && !slices.Contains([]string{StatusRunning, StatusStopped, StatusStopping}, at.Status)
		}), "it was not seen so"
	case Kept:
		return seen(t.after, running(func(at sight) bool { return at.Tags[TagKeep] != "" })), "no tag keeps it"
	case Accepted, TagsUnknown, HandsOff, NotPermitted, PrePaid, Pooled, RecentlyUsed, RecentlyStarted, ScheduleUnknown:
		return false, "nothing of that changes during a run"
	}
	// What is left are words of the selection: where a call stopped the desktop,
	// it must have been seen in another state since.
	return !t.effect || seen(t.after, func(at sight) bool {
		return !at.found || at.Status != StatusStopped && at.Status != StatusStopping
	}), "a call stopped it"
}
