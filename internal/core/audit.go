package core

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
)

// auditIDs is how many of the cloud's request ids one audit line holds. A log
// service cuts long lines; a run with more calls takes several lines, numbered.
const auditIDs = 100

// decision is what an audit line is about.
type decision string

// The decisions that are audited.
const (
	decidedRequest decision = "request" // may the caller hand it in
	decidedPlan    decision = "plan"    // what of it is stopped
	decidedReport  decision = "report"  // how it ended
	decidedBrake   decision = "brake"   // freeze, unfreeze, halt
	decidedTag     decision = "tag"     // keep, unkeep
	decidedRead    decision = "read"    // may the caller read a run, or what decides
)

// audited is one decision for the record: who may do what, and what came of it.
type audited struct {
	Decision decision
	Caller   Caller
	Run      RunID
	Action   Action
	Allowed  bool
	Policies []string // that decided
	Digest   string
	Count    int
	DryRun   bool
	Counts   map[Code]int
	Requests []string // the cloud's request ids
	Centres  map[string]share
	Currency string // of the shares' money
	Reason   string
	Ticket   string
	Centre   string // of the sender
	Desktop  string // whose tag is decided about
}

// audit writes a decision to the log, as one line or as several that say which
// of how many they are. The handler writes JSON, so that no name or reason from
// outside can begin a line of its own.
func (r *Runner) audit(ctx context.Context, a audited) {
	verdict := "deny"
	if a.Allowed {
		verdict = "allow"
	}
	if a.Decision == decidedRequest || a.Decision == decidedPlan {
		same := fmt.Sprint(a)
		if r.decided[same] {
			return
		}
		if r.decided == nil {
			r.decided = map[string]bool{}
		}
		r.decided[same] = true
	}
	parts := slices.Collect(slices.Chunk(a.Requests, auditIDs))
	if len(parts) == 0 {
		parts = [][]string{nil}
	}
	for i, ids := range parts {
		attrs := []slog.Attr{
			slog.String("decision", string(a.Decision)), slog.String("door", string(a.Caller.Door)), slog.String("caller", a.Caller.Name),
			slog.String("run", string(a.Run)), slog.Int("seq", i+1), slog.Int("of", len(parts)), slog.String("verdict", verdict),
			slog.String("action", string(a.Action)), slog.Any("policies", a.Policies), slog.String("plan", a.Digest), slog.Int("count", a.Count), slog.Bool("dry_run", a.DryRun),
		}
		for _, optional := range []slog.Attr{slog.String("place", a.Caller.Place), slog.String("reason", a.Reason), slog.String("ticket", a.Ticket), slog.String("cost_centre", a.Centre), slog.String("desktop", a.Desktop)} {
			if optional.Value.String() != "" {
				attrs = append(attrs, optional)
			}
		}
		if len(a.Counts) > 0 {
			attrs = append(attrs, slog.Any("outcomes", a.Counts))
		}
		if len(ids) > 0 {
			attrs = append(attrs, slog.Any("cloud_request_ids", ids))
		}
		if len(a.Centres) > 0 {
			stopped, saved := map[string]int{}, map[string]float64{}
			for centre, s := range a.Centres {
				// More digits would look like knowledge.
				stopped[centre], saved[centre] = s.Stopped, math.Round(s.Amount*100)/100
			}
			attrs = append(attrs, slog.Any("cost_centres", stopped), slog.Any("savings", saved), slog.String("currency", a.Currency))
		}
		r.Log.LogAttrs(ctx, slog.LevelInfo, "audit", attrs...)
	}
}

// auditReport audits how a run ended.
func (r *Runner) auditReport(ctx context.Context, rec RequestRecord, report Report) {
	var ids []string
	for _, o := range report.Outcomes {
		ids = append(ids, o.RequestIds...)
	}
	slices.Sort(ids)
	var currency string
	if report.Estimate != nil {
		currency = report.Estimate.Currency
	}
	r.audit(ctx, audited{Decision: decidedReport, Caller: report.Caller, Run: report.Run, Action: ActionStop, Allowed: report.Ending == "",
		Digest: report.Digest, Count: len(report.Outcomes), DryRun: report.DryRun, Counts: report.Counts,
		Requests: slices.Compact(ids), Centres: report.costCentres, Currency: currency, Reason: rec.Request.Reason, Ticket: rec.Request.Ticket, Centre: rec.CostCentre})
}

// auditPlan audits what a plan would stop and by which policies.
func (p *planner) auditPlan(ctx context.Context, plan Plan) {
	n := len(plan.stops())
	p.audit(ctx, audited{Decision: decidedPlan, Caller: p.rec.Caller, Run: p.rec.Run, Action: ActionStop, Allowed: n > 0, Policies: p.decided(),
		Digest: plan.Digest, Count: n, DryRun: p.rec.Request.DryRun, Counts: skipCounts(plan), Reason: p.rec.Request.Reason, Ticket: p.rec.Request.Ticket})
}

// decided are the policies that decided about the desktops, each once.
func (p *planner) decided() []string {
	p.policyLock.Lock()
	defer p.policyLock.Unlock()
	return slices.Sorted(maps.Keys(p.policies))
}

// note remembers which policies decided, and says whether a refusal gets a log
// line of its own: beyond so many the report says it as well.
func (p *planner) note(v Verdict) bool {
	p.policyLock.Lock()
	defer p.policyLock.Unlock()
	for _, id := range v.Policies {
		if !p.policies[id] {
			if p.policies == nil {
				p.policies = map[string]bool{}
			}
			p.policies[id] = true
		}
	}
	if !v.Allowed {
		p.denied++
	}
	return !v.Allowed && p.denied <= loggedMost
}

// skipCounts counts what a plan leaves alone, by reason.
func skipCounts(plan Plan) map[Code]int {
	counts := map[Code]int{}
	for _, e := range plan.Entries {
		if !e.Stop {
			counts[e.Code]++
		}
	}
	return counts
}
