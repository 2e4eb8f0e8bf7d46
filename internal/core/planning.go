package core

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// planner makes the plan of one request: look, ask what only some requests need,
// decide.
type planner struct {
	*Runner
	rec     *RequestRecord
	terms   *terms
	looked  bool
	planned bool // the desktops are in a recorded plan and are looked at anew
	count   int  // see Plan.Count
	percent int
	running map[string]int // see Plan.RunningIn; nil where nobody asked
	person  Person         // who asks

	policyLock sync.Mutex
	policies   map[string]bool // that decided about its desktops
	denied     int
}

func (r *Runner) planner(ctx context.Context, rec *RequestRecord) *planner {
	return &planner{Runner: r, rec: rec, person: r.who(ctx, rec.Caller), terms: r.Rules.termsOf(rec), looked: r.Rules.ContractOf(rec.Request) == Admin || !r.Rules.NoLookup, percent: -1}
}

// plan finds every desktop that the request reaches and decides about each. It
// fails only where the cloud could not be asked.
func (r *Runner) plan(ctx context.Context, rec RequestRecord) (Plan, error) {
	p := r.planner(ctx, &rec)
	plan := Plan{Run: rec.Run, At: r.Now(), Contract: r.Rules.ContractOf(rec.Request)}
	var err error
	if p.terms.selects {
		plan.Entries, err = p.selected(ctx)
	} else {
		plan.Entries, err = p.named(ctx)
	}
	if err != nil {
		return Plan{}, err
	}
	plan.Count, plan.Percent, plan.Running, plan.RunningIn = p.count, p.percent, -1, p.running
	if p.running != nil {
		plan.Running = sum(p.running)
	}
	plan.Digest = digest(plan.Contract, rec.Request, plan.Entries)
	p.auditPlan(ctx, plan)
	return plan, nil
}

// named decides about desktops that are named by id.
func (p *planner) named(ctx context.Context) ([]Entry, error) {
	q := p.rec.Request
	ids := unique(q.DesktopId)
	seen := map[string][]Desktop{}
	regions := p.Rules.regionsOf(q)
	g, gctx := errgroup.WithContext(ctx)
	if p.looked {
		g.Go(func() (err error) {
			seen, err = p.lookEverywhere(gctx, regions, ids)
			return err
		})
		g.Go(func() error { return p.countRunning(gctx, regions) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	p.counted(len(ids))
	p.percent = percentage(namedIn(regions, ids, seen), p.running)
	entries := make([]Entry, 0, len(ids))
	for _, id := range ids {
		entries = append(entries, p.entry(ctx, id, seen[id]))
	}
	return entries, nil
}

// namedIn counts ids by the region in which they are named: the one that is asked,
// and of several those that have them.
func namedIn(regions, ids []string, seen map[string][]Desktop) map[string]int {
	if len(regions) == 1 {
		return map[string]int{regions[0]: len(ids)}
	}
	in := map[string]int{}
	for _, found := range seen {
		for i := range found {
			in[found[i].RegionId]++
		}
	}
	return in
}

// entry decides about one id that was found in any number of regions. What is
// in two regions is never guessed.
func (p *planner) entry(ctx context.Context, id string, found []Desktop) Entry {
	d := Desktop{RegionId: p.rec.Request.RegionId, DesktopId: id}
	if len(found) > 0 {
		d = found[0]
	}
	e := p.judge(ctx, &d, len(found) > 0)
	if len(found) > 1 && e.Code != NotPermitted {
		var regions []string
		for _, d := range found {
			regions = append(regions, d.RegionId)
		}
		return Entry{DesktopId: id, Code: Ambiguous, Detail: "it is in " + strings.Join(regions, " and in ")}
	}
	return e
}

// selected decides about every desktop that the selection reaches.
func (p *planner) selected(ctx context.Context) ([]Entry, error) {
	desktops, err := p.list(ctx)
	if err != nil {
		return nil, err
	}
	in := map[string]int{}
	for i := range desktops {
		if desktops[i].Status == StatusRunning {
			in[desktops[i].RegionId]++
		}
	}
	p.counted(sum(in))
	p.percent = percentage(in, p.running)
	twice := inTwoRegions(desktops)
	entries := make([]Entry, 0, len(desktops))
	var open []int // of entries: those that would stop, unless what is asked next says no
	for i := range desktops {
		e := p.judge(ctx, &desktops[i], true)
		if twice[e.DesktopId] && e.Stop {
			e = Entry{RegionId: e.RegionId, DesktopId: e.DesktopId, Code: Ambiguous, Detail: "another region has a desktop with the same id"}
		}
		if e.Stop {
			open = append(open, i)
		}
		entries = append(entries, e)
	}
	if p.terms.needsIdle() || p.terms.needsUptime() {
		p.askMore(ctx, desktops, open)
		for _, i := range open {
			c := p.caseOf(ctx, &desktops[i], true)
			c.Asked = true
			entries[i] = p.worth(decide(c), &desktops[i])
		}
	}
	// What does not match is not reached, and needs no line of its own.
	entries = slices.DeleteFunc(entries, func(e Entry) bool { return e.Code == NoMatch })
	return slices.Clip(entries), nil
}

// list reads every page of every region, side by side, and keeps what the words
// match that need nothing but a look.
func (p *planner) list(ctx context.Context) ([]Desktop, error) {
	regions := p.Rules.regionsOf(p.rec.Request)
	found := make([][]Desktop, len(regions))
	g, gctx := errgroup.WithContext(ctx)
	for i, region := range regions {
		g.Go(func() error {
			return p.Fleet.List(gctx, region, p.terms.pick.narrow(), func(page []Desktop) {
				for j := range page {
					if d := &page[j]; p.terms.pick.every(d) && p.terms.pick.everyState(d) {
						found[i] = append(found[i], *d)
					}
				}
			})
		})
	}
	g.Go(func() error { return p.countRunning(gctx, regions) })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return distinct(slices.Concat(found...)), nil
}

// distinct keeps the first of desktops that pages repeat, because the fleet
// moves while it is read.
func distinct(all []Desktop) []Desktop {
	type place struct{ region, id string }
	seen := make(map[place]bool, len(all))
	return slices.DeleteFunc(all, func(d Desktop) bool {
		p := place{d.RegionId, d.DesktopId}
		twice := seen[p]
		seen[p] = true
		return twice
	})
}

// inTwoRegions returns the ids that more than one region has. They name no
// desktop for certain, so none of them is stopped.
func inTwoRegions(all []Desktop) map[string]bool {
	seen, twice := make(map[string]bool, len(all)), map[string]bool{}
	for i := range all {
		id := all[i].DesktopId
		if seen[id] {
			twice[id] = true
		}
		seen[id] = true
	}
	return twice
}

// judge decides about one desktop with the policy's answers.
func (p *planner) judge(ctx context.Context, d *Desktop, found bool) Entry {
	return p.worth(decide(p.caseOf(ctx, d, found)), d)
}

func (p *planner) caseOf(ctx context.Context, d *Desktop, found bool) *Case {
	return &Case{terms: p.terms, Desktop: d, Now: p.Now(), Found: found, Looked: p.looked, Planned: p.planned,
		May: func(a Action) Verdict { return p.may(ctx, a, d) }}
}

// may asks the policy about one desktop.
func (p *planner) may(ctx context.Context, a Action, d *Desktop) Verdict {
	// A preview asks what a real run would do, so only the question about
	// previewing itself says that this is one.
	ask := p.askAs(p.person, p.rec, a)
	// Keeping a desktop and asking why always look, whatever a stop does.
	ask.NotLooked = !p.looked && a != ActionKeep && a != ActionWhy
	ask.Desktop, ask.Count, ask.Percent, ask.DryRun = d, p.count, p.percent, p.rec.Request.DryRun && a == ActionPreview
	v := p.asked(ctx, p.person, ask)
	if p.note(v) {
		p.Log.LogAttrs(ctx, slog.LevelInfo, "not permitted", slog.String("run", string(p.rec.Run)), slog.String("caller", p.rec.Caller.String()),
			slog.String("action", string(a)), slog.String("desktop", d.DesktopId), slog.Any("policies", v.Policies))
	}
	return v
}
