package core

import (
	"context"
	"log/slog"
	"strings"

	"golang.org/x/sync/errgroup"
)

// plan looks at every desktop of the request and decides about each. It fails
// only where the cloud could not be asked.
func (r *Runner) plan(ctx context.Context, rec RequestRecord) (Plan, error) {
	q := rec.Request
	p := Plan{Run: rec.Run, At: r.Now(), Contract: r.Rules.ContractOf(q)}
	ids := unique(q.DesktopId)
	looked := p.Contract == Admin || !r.Rules.NoLookup
	seen := map[string][]Desktop{}
	if looked {
		var err error
		if seen, err = r.lookEverywhere(ctx, r.Rules.regionsOf(q), ids); err != nil {
			return Plan{}, err
		}
	}
	p.Entries = make([]Entry, 0, len(ids))
	for _, id := range ids {
		p.Entries = append(p.Entries, r.entry(ctx, rec, id, seen[id], looked, len(ids)))
	}
	p.Digest = digest(p.Contract, q, p.Entries)
	return p, nil
}

// entry decides about one id that was found in any number of regions. What is
// in two regions is never guessed.
func (r *Runner) entry(ctx context.Context, rec RequestRecord, id string, found []Desktop, looked bool, count int) Entry {
	d := Desktop{RegionId: rec.Request.RegionId, DesktopId: id}
	if len(found) > 0 {
		d = found[0]
	}
	e := r.judge(ctx, rec, d, len(found) > 0, looked, count)
	if len(found) > 1 && e.Code != NotPermitted {
		var regions []string
		for _, d := range found {
			regions = append(regions, d.RegionId)
		}
		return Entry{DesktopId: id, Code: Ambiguous, Detail: "it is in " + strings.Join(regions, " and in ")}
	}
	return e
}

// lookEverywhere looks for ids in several regions side by side.
func (r *Runner) lookEverywhere(ctx context.Context, regions, ids []string) (map[string][]Desktop, error) {
	answers := make([]map[string]Desktop, len(regions))
	g, ctx := errgroup.WithContext(ctx)
	for i, region := range regions {
		g.Go(func() (err error) {
			answers[i], err = r.look(ctx, region, ids)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	seen := map[string][]Desktop{}
	for _, a := range answers {
		for id, d := range a {
			seen[id] = append(seen[id], d)
		}
	}
	return seen, nil
}

// judge decides about one desktop with the policy's answers.
func (r *Runner) judge(ctx context.Context, rec RequestRecord, d Desktop, found, looked bool, count int) Entry {
	return decide(&Case{Request: rec.Request, Desktop: d, Found: found, Looked: looked, May: func(a Action) bool {
		// A preview asks what a real run would do, so only the question about
		// previewing itself says that this is one.
		dry := rec.Request.DryRun && a == ActionPreview
		v := r.Permit.Permitted(ctx, Ask{Caller: rec.Caller, Action: a, Desktop: &d, Count: count, Reason: rec.Request.Reason, DryRun: dry})
		if !v.Allowed {
			r.Log.LogAttrs(ctx, slog.LevelInfo, "not permitted", slog.String("run", string(rec.Run)), slog.String("caller", rec.Caller.String()),
				slog.String("action", string(a)), slog.String("desktop", d.DesktopId), slog.Any("policies", v.Policies))
		}
		return v.Allowed
	}})
}

// look asks the cloud about ids and keys the answer by id.
func (r *Runner) look(ctx context.Context, region string, ids []string) (map[string]Desktop, error) {
	found, err := r.Desktops.Look(ctx, region, ids)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]Desktop, len(found))
	for _, d := range found {
		seen[d.DesktopId] = d
	}
	return seen, nil
}
