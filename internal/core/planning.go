package core

import (
	"context"
	"log/slog"
)

// plan looks at every desktop of the request and decides about each. It fails
// only where the cloud could not be asked.
func (r *Runner) plan(ctx context.Context, rec RequestRecord) (Plan, error) {
	q := rec.Request
	p := Plan{Run: rec.Run, At: r.Now(), Contract: r.Rules.ContractOf(q)}
	ids := unique(q.DesktopId)
	looked := p.Contract == Admin || !r.Rules.NoLookup
	seen := map[string]Desktop{}
	if looked {
		var err error
		if seen, err = r.look(ctx, q.RegionId, ids); err != nil {
			return Plan{}, err
		}
	}
	p.Entries = make([]Entry, 0, len(ids))
	for _, id := range ids {
		d, found := seen[id]
		if !found {
			d = Desktop{RegionId: q.RegionId, DesktopId: id}
		}
		p.Entries = append(p.Entries, r.judge(ctx, rec, d, found, looked, len(ids)))
	}
	p.Digest = digest(p.Contract, q, p.Entries)
	return p, nil
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
