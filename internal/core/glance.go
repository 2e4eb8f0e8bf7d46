package core

import (
	"context"
	"log/slog"
	"slices"
)

// glance looks once before it queues, so that the answer can say what will
// happen. A run that would stop nothing ends here; a look that fails or is slow
// changes nothing, because the job looks again.
func (r *Runner) glance(ctx context.Context, rec RequestRecord, a Answer) (Answer, error) {
	brief, cancel := context.WithTimeout(ctx, LookAtDoor)
	plan, err := r.plan(brief, rec)
	cancel()
	if err != nil {
		r.Log.LogAttrs(ctx, slog.LevelInfo, "no look at the door", slog.String("run", string(rec.Run)), slog.String("error", cloudError(err).Error()))
		return a, r.Queue.Enqueue(ctx, rec.Run, StepStop)
	}
	if plan.unsure() {
		r.Log.LogAttrs(ctx, slog.LevelInfo, "the look at the door was too brief", slog.String("run", string(rec.Run)))
		return a, r.Queue.Enqueue(ctx, rec.Run, StepStop)
	}
	if len(plan.stops()) == 0 || rec.Request.DryRun || r.outOfBounds(rec, plan) != nil {
		return r.endHere(ctx, rec, a, plan)
	}
	a.Plan = &plan
	return a, r.Queue.Enqueue(ctx, rec.Run, StepStop)
}

// unsure says whether a desktop is left alone because something about it could
// not be learnt. At the door that may mean no more than that a second was too
// short, so the job asks again before anything ends.
func (p Plan) unsure() bool {
	return slices.ContainsFunc(p.Entries, func(e Entry) bool {
		return e.Code == TagsUnknown || e.Code == IdleUnknown || e.Code == UptimeUnknown
	})
}

// stepDoor is the step of a lease that a door holds while it ends a run that
// stops nothing. No job is queued for such a run: where the door dies, a repeated
// delivery queues one.
const stepDoor Step = "door"

// endHere writes the report of a run that stops nothing. Whoever holds the
// lease already writes it instead.
func (r *Runner) endHere(ctx context.Context, rec RequestRecord, a Answer, plan Plan) (Answer, error) {
	mine, held, err := r.acquire(ctx, a.Run, stepDoor)
	if err != nil {
		return a, err
	}
	if held != nil {
		a.State = Working
		return a, nil
	}
	report, err := r.attempt(ctx, ctx, rec, *mine, nil, &plan)
	if err != nil {
		return a, err
	}
	a.State, a.Report = Finished, &report
	return a, nil
}
