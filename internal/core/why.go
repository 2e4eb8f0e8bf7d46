package core

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Why says what decides about one desktop, for somebody who may ask. The
// request is what would be asked of it: its RegionId, or every region where it
// names none, and its one DesktopId. Nothing is stopped, and nothing is recorded.
func (r *Runner) Why(ctx context.Context, c Caller, q Request) ([]Trace, error) {
	return r.why(ctx, c, c, q)
}

// WhyTimer says what decides about one desktop when a timer asks for it, with
// the words of the timer's request and by what the policy lets the timer do. It
// is for whoever may ask why, and not only for the timer.
func (r *Runner) WhyTimer(ctx context.Context, c Caller, timer string, q Request) ([]Trace, error) {
	return r.why(ctx, c, Caller{Door: Timer, Name: timer}, q)
}

// why answers c what decides when as asks.
func (r *Runner) why(ctx context.Context, c, as Caller, q Request) ([]Trace, error) {
	if len(q.DesktopId) != 1 || !desktopShape.MatchString(q.DesktopId[0]) {
		return nil, &Error{Code: Invalid, Message: "Name one desktop.", Fields: []FieldError{{"DesktopId", "want one desktop id such as ecd-7w78ozhjcwa3u"}}}
	}
	if bad := r.Rules.regionErrors(q); len(bad) > 0 || q.RegionId != "" && !ValidRegionShape(q.RegionId) {
		if len(bad) == 0 {
			bad = []FieldError{{"RegionId", "want a region id such as cn-hangzhou"}}
		}
		return nil, &Error{Code: Invalid, Message: "The region is not one of this deployment.", Fields: bad}
	}
	id := q.DesktopId[0]
	asker := r.planner(ctx, &RequestRecord{Caller: c, Request: q, At: r.Now()})
	asker.counted(1)
	rec := RequestRecord{Caller: as, Request: q, At: r.Now(), Due: r.Now(), Since: r.Now().Add(-scheduleLookBack)}
	p := r.planner(ctx, &rec)
	regions := r.Rules.Regions
	if q.RegionId != "" {
		regions = []string{q.RegionId}
	}
	seen, err := r.lookEverywhere(ctx, regions, []string{id})
	if err != nil {
		return nil, &Error{Code: Busy, Message: "The cloud could not be asked: " + cloudError(err).Error(), Cause: err}
	}
	if len(seen[id]) == 0 {
		d := Desktop{RegionId: q.RegionId, DesktopId: id}
		if !asker.may(ctx, ActionWhy, &d).Allowed {
			return nil, r.mayNot(c, ActionWhy)
		}
		return []Trace{p.trace(ctx, &d, false)}, nil
	}
	var traces []Trace
	for i := range seen[id] {
		d := &seen[id][i]
		if !asker.may(ctx, ActionWhy, d).Allowed {
			return nil, r.mayNot(c, ActionWhy)
		}
		p.askAbout(ctx, d)
		traces = append(traces, p.trace(ctx, d, true))
	}
	if len(traces) > 1 {
		for i := range traces {
			traces[i].ambiguous()
		}
	}
	return traces, nil
}

// ambiguous says that more than one region has the desktop's id, which leaves
// both alone unless something else does already.
func (t *Trace) ambiguous() {
	const says = "more than one region has a desktop with this id; name the region"
	for _, verdict := range []*Entry{&t.Verdict, &t.AsSelection} {
		if verdict.Stop {
			*verdict = Entry{RegionId: verdict.RegionId, DesktopId: verdict.DesktopId, Code: Ambiguous, Detail: says}
		}
	}
	for i := range t.Rules {
		if t.Rules[i].Rule == "found" {
			t.Rules[i].Says, t.Rules[i].Code, t.Rules[i].Decided = says, Ambiguous, t.Verdict.Code == Ambiguous
		}
	}
}

// scheduleLookBack is how far back the answer to why looks for the stop of a
// desktop's schedule: as far as the hourly tick that serves schedules.
const scheduleLookBack = time.Hour

// askAbout asks everything that can be asked about one desktop: whoever asks why
// wants to see it also where no rule needs it.
func (p *planner) askAbout(ctx context.Context, d *Desktop) {
	ids := []string{d.DesktopId}
	idle, err := p.Fleet.Idle(ctx, d.RegionId, ids)
	p.sayUnknown(ctx, d.RegionId, "idle time", err)
	d.Idle, d.IdleKnown = idle[d.DesktopId], has(idle, d.DesktopId)
	up, err := p.Fleet.Uptime(ctx, d.RegionId, ids)
	p.sayUnknown(ctx, d.RegionId, "uptime", err)
	d.Up, d.UpKnown = up[d.DesktopId], has(up, d.DesktopId)
}

// trace asks every rule in order, also behind the one that decides, and gives
// both verdicts: on the desktop as the request reaches it, and as a selection
// without words of its own would.
func (p *planner) trace(ctx context.Context, d *Desktop, found bool) Trace {
	p.counted(1)
	c := p.caseOf(ctx, d, found)
	c.Asked = true
	t := Trace{At: p.Now(), Desktop: *d, Found: found, Verdict: decide(c)}
	byID := c.terms
	asSelection := *byID
	asSelection.selects = true
	for _, rule := range rules {
		c.terms = &asSelection
		if !rule.ofSelections {
			c.terms = byID
		}
		w := rule.judge(c)
		step := TraceRule{Rule: rule.name, Says: rule.passed, Code: w.code, Selections: rule.ofSelections && !byID.selects}
		if w.code != "" {
			step.Says = cmp.Or(w.detail, w.code.Meaning())
			decided := slices.ContainsFunc(t.Rules, func(r TraceRule) bool { return r.Decided })
			step.Decided = !decided && w.code == t.Verdict.Code
		}
		t.Rules = append(t.Rules, step)
		if !found && w.code == NotFound {
			break // the rest would only guess
		}
	}
	c.terms = &asSelection
	t.AsSelection = decide(c)
	return t
}
