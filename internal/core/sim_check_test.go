package core

import (
	"maps"
	"slices"
	"time"
)

// lookFresh is how old a look may be on which a desktop is called.
const lookFresh = 5 * time.Second

// check holds what must be true whatever went wrong.
func (s *simulation) check() {
	for run := range s.journal.requests {
		s.checkRun(run)
	}
	for key, d := range s.cloud.desktops {
		s.checkCalls(key, d)
	}
	s.checkHalt()
}

// checkRun: every run ends, with one outcome for every desktop of its plan.
func (s *simulation) checkRun(run RunID) {
	plan, planned := s.planOf(run)
	report, ended := s.journal.reports[run]
	if !ended {
		if !s.waits[run] {
			s.fault("%s never ended", run)
		}
		return
	}
	if !planned {
		for _, o := range report.Outcomes {
			if o.Code.Kind() == KindDone {
				s.fault("%s without a plan ended %s", o.DesktopId, o.Code)
			}
		}
		return
	}
	s.checkPlan(plan, report)
	outcomes := map[string]Outcome{}
	for _, o := range report.Outcomes {
		if _, twice := outcomes[keyOf(o.RegionId, o.DesktopId)]; twice {
			s.fault("%s has two outcomes", o.DesktopId)
		}
		outcomes[keyOf(o.RegionId, o.DesktopId)] = o
	}
	if len(outcomes) != len(plan.Entries) {
		s.fault("%d outcomes for %d desktops of the plan", len(outcomes), len(plan.Entries))
	}
	for _, e := range plan.Entries {
		o, has := outcomes[keyOf(e.RegionId, e.DesktopId)]
		switch {
		case !has:
			s.fault("%s has no outcome", e.DesktopId)
		case !e.Stop && (o.Code != e.Code || o.Detail != e.Detail):
			s.fault("%s is planned as %s and ended %s", e.DesktopId, e.Code, o.Code)
		case e.Stop:
			s.checkOutcome(plan, report, o)
		}
	}
}

// checkPlan: a plan stops only what may be stopped, and no more than the door
// may.
func (s *simulation) checkPlan(plan Plan, report Report) {
	stops := plan.stops()
	tooMany := len(stops) > s.rules.Ceiling(s.door) || overPercent(stops, plan.RunningIn, s.rules.Percent(s.door))
	for _, e := range stops {
		d := s.cloud.desktops[keyOf(e.RegionId, e.DesktopId)]
		if d == nil {
			s.fault("%s is planned and does not exist", e.DesktopId)
			continue
		}
		if s.forbidden[e.DesktopId] {
			s.fault("%s is planned and not permitted", e.DesktopId)
		}
		if !slices.ContainsFunc(d.sights, func(at sight) bool { return s.stoppable(at) }) {
			s.fault("%s is planned and was never seen fit to be stopped", e.DesktopId)
		}
		if tooMany && len(d.calls) > 0 {
			s.fault("%s was called under a plan of %d stops, above the ceiling", e.DesktopId, len(stops))
		}
	}
	if tooMany && report.Ending == "" && report.Attempt == 1 {
		s.fault("a plan of %d stops is above the ceiling, and the report does not say so: %q", len(stops), report.Note)
	}
}

// stoppable says whether somebody who sees this may stop it: the rules of
// decide.go that must hold whatever is asked, in other words.
func (s *simulation) stoppable(at sight) bool {
	force := s.request.Force && s.mayForce
	flags := slices.DeleteFunc(slices.Clone(at.ManagementFlags), func(f string) bool { return f == "" || f == FlagNone })
	return at.found && at.Status == StatusRunning && len(flags) == 0 && (at.Connection == ConnDisconnected || force) && (!at.TagsUnknown || force)
}

// checkCalls: every call is of the plan, on a look that is fresh, and a second
// one has a reason in the log.
func (s *simulation) checkCalls(key string, d *simDesktop) {
	slices.SortFunc(d.calls, func(a, b *simCalled) int { return a.begun.Compare(b.begun) })
	for i, c := range d.calls {
		plan, planned := s.planOf(c.run)
		if !c.planned || !planned || !slices.ContainsFunc(plan.stops(), func(e Entry) bool { return keyOf(e.RegionId, e.DesktopId) == key }) {
			s.fault("%s was called and is not in the recorded plan of %s", key, c.run)
		}
		if report, ended := s.journal.reports[c.run]; ended && c.begun.After(report.Finished) {
			s.fault("%s was called after the report of %s", key, c.run)
		}
		if s.request.DryRun {
			s.fault("%s was called in a dry run", key)
		}
		var before time.Time
		if i > 0 {
			before = d.calls[i-1].ended
		}
		fresh := slices.ContainsFunc(d.sights, func(at sight) bool {
			return at.run == c.run && s.stoppable(at) && !at.begun.Before(before) && !at.at.After(c.begun) && c.begun.Sub(at.at) < lookFresh
		})
		if !fresh {
			s.fault("%s was called at %s (call %d) without a look under %s old that saw it fit to be stopped", key, c.begun.Sub(s.begun), i+1, lookFresh)
		}
		said := slices.ContainsFunc(s.again, func(a simAgain) bool {
			return !a.at.Before(before) && !a.at.After(c.begun) && slices.Contains(a.ids, d.DesktopId)
		})
		if i > 0 && d.calls[i-1].run == c.run && !said {
			s.fault("%s was called again at %s and the log does not say why", key, c.begun.Sub(s.begun))
		}
	}
}

// checkHalt: after a halt, no more begins than one wave.
func (s *simulation) checkHalt() {
	h, halted := s.journal.halts[s.first]
	if !halted {
		return
	}
	after := map[string]bool{}
	for key, d := range s.cloud.desktops {
		for _, c := range d.calls {
			if c.run == s.first && c.begun.After(h.At) {
				after[key] = true
			}
		}
	}
	if most := waveBatches * s.rules.batch(Admin); len(after) > most {
		s.fault("%d desktops were called after the halt, more than a wave of %d: %v", len(after), most, slices.Sorted(maps.Keys(after)))
	}
}
