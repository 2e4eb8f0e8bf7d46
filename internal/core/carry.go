package core

import (
	"context"
	"log/slog"
)

// Carry carries a run out, or waits for whoever does, and returns its report.
// tokens is the request with its end user's credentials, where it has any. An
// error means that nothing is finished and the same call may be made again.
func (r *Runner) Carry(ctx context.Context, run RunID, tokens *Request) (Report, error) {
	return r.carry(ctx, ctx, run, tokens)
}

// carry is Carry that waits for somebody else only as long as patience lasts.
func (r *Runner) carry(ctx, patience context.Context, run RunID, tokens *Request) (Report, error) {
	work, cancel := r.working(ctx)
	defer cancel()
	// The record comes first, so that a job that names no run leaves no lease.
	rec, err := r.Journal.Request(work, run)
	if err != nil {
		return Report{}, err
	}
	for {
		mine, held, err := r.acquire(work, run, StepStop)
		if err != nil {
			return Report{}, err
		}
		if mine != nil {
			r.Held = true
			return r.attempt(ctx, work, rec, *mine, tokens, nil)
		}
		waiting, done := r.working(patience)
		report, err := r.await(waiting, run, *held, StepStop)
		done()
		if err != nil {
			return Report{}, err
		}
		if report != nil {
			return *report, nil
		}
	}
}

// attempt does the work of one lease: plan, stop, report. ready is a plan that
// the door has made a moment ago, if it has.
func (r *Runner) attempt(ctx, work context.Context, rec RequestRecord, mine Attempt, tokens *Request, ready *Plan) (Report, error) {
	if mine.N > 1 {
		// The attempt before may have died after its report, or while the
		// failure record was being dealt with.
		if report, err := r.Journal.Report(work, rec.Run); err == nil || CodeOf(err) != Missing {
			return report, err
		}
	}
	if rec.AtOnce {
		if tokens == nil {
			return Report{}, Errorf(Invalid, "The request came with an end user's credentials, which are never recorded. Send it again to carry it out.")
		}
		rec.Request = *tokens
	}
	report := Report{Run: rec.Run, Caller: rec.Caller, DryRun: rec.Request.DryRun, Contract: r.Rules.ContractOf(rec.Request),
		Reason: rec.Request.Reason, Started: mine.At, Attempt: mine.N}
	if err := r.recheck(work, rec); err != nil {
		return r.refuse(ctx, rec, report, mine, MessageOf(err), refusedAll(rec, err))
	}
	fresh, err := r.freshPlan(work, rec, ready)
	if err != nil {
		code, final := blind(rec, cloudError(err))
		if !final {
			return Report{}, err
		}
		return r.refuse(ctx, rec, report, mine, "The desktops could not be looked at first: "+cloudError(err).Error(), allOf(rec, code, cloudError(err).Error()))
	}
	plan, err := r.Journal.PutPlan(work, fresh)
	if err != nil {
		return Report{}, err
	}
	report.Digest = plan.Digest
	if no, err := r.consent(work, rec, plan, fresh, mine.Again); err != nil {
		return Report{}, err
	} else if no != nil {
		report.Ending, report.Next = no.ending, no.next
		return r.refuse(ctx, rec, report, mine, no.note, allOf(rec, NotTried, no.note))
	}
	return r.finish(ctx, report, r.execute(ctx, work, rec, plan, fresh, mine.Again))
}

// refuse ends a run that may not go on, with the outcomes given. Where an
// earlier attempt may have called desktops, they get what a look proves instead:
// nobody may be told that nothing was stopped when something was.
func (r *Runner) refuse(ctx context.Context, rec RequestRecord, report Report, mine Attempt, note string, outcomes []Outcome) (Report, error) {
	report.Note = note + " Nothing was stopped."
	if mine.Again {
		plan, err := r.Journal.Plan(ctx, rec.Run)
		switch {
		case err == nil:
			report.Digest, report.Ending = plan.Digest, ""
			report.Note = note + " An earlier attempt of this run had begun; this report says what could be seen afterwards."
			outcomes = r.witness(ctx, rec, plan, true)
		case CodeOf(err) != Missing:
			return Report{}, err
		}
	}
	return r.finish(ctx, report, outcomes)
}

// recheck asks again what the door asked, because time has passed since and
// not every door can ask.
func (r *Runner) recheck(ctx context.Context, rec RequestRecord) error {
	// Tokens were checked at the door and are gone; the rest is checked again.
	if err := r.Rules.Validate(rec.Caller.Door, rec.Request); err != nil {
		return err
	}
	return r.maySubmit(ctx, rec.Caller, rec.Request)
}

// maySubmit asks the policy whether the caller may hand this request in.
func (r *Runner) maySubmit(ctx context.Context, c Caller, q Request) error {
	v := r.Permit.Permitted(ctx, Ask{Caller: c, Action: ActionSubmit, Count: len(unique(q.DesktopId)), Reason: q.Reason, DryRun: q.DryRun})
	if v.Allowed {
		return nil
	}
	r.Log.LogAttrs(ctx, slog.LevelWarn, "not permitted", slog.String("caller", c.String()), slog.String("action", string(ActionSubmit)), slog.Any("policies", v.Policies))
	return Errorf(Forbidden, "The policy does not permit this request: %s needs action %s. Nothing was done; ask whoever keeps the policy.", c, ActionSubmit)
}

// blind says how a run ends that could not look, and whether it ends at all: a
// retry may see what this attempt could not, unless the cloud refused for good
// or the end user's tokens will not be there again.
func blind(rec RequestRecord, err *CloudError) (Code, bool) {
	switch err.Class {
	case CloudForbidden, CloudBadRequest:
		return NotTried, true
	}
	return CloudUnavailable, rec.AtOnce
}

// freshPlan returns the door's plan, or makes one.
func (r *Runner) freshPlan(ctx context.Context, rec RequestRecord, ready *Plan) (Plan, error) {
	if ready != nil {
		return *ready, nil
	}
	return r.plan(ctx, rec)
}

// execute turns a recorded plan and a fresh one into outcomes. The recorded
// plan is the upper bound: what it skips stays skipped, whatever the fresh one
// says. again says that an earlier attempt may have called the desktops.
func (r *Runner) execute(hard, work context.Context, rec RequestRecord, recorded, fresh Plan, again bool) []Outcome {
	s := newStopping(r, hard, work, rec, recorded)
	now := map[string]Entry{}
	for _, e := range fresh.Entries {
		now[e.DesktopId] = e
	}
	var todo []Entry
	for _, e := range recorded.stops() {
		n, known := now[e.DesktopId]
		if !known || n.RegionId != e.RegionId {
			s.set([]string{e.DesktopId}, NotFound, "it is not where the plan saw it", "")
			continue
		}
		switch {
		case n.Stop && rec.Request.DryRun:
			s.set([]string{e.DesktopId}, WouldStop, "", "")
		case n.Stop:
			todo = append(todo, n)
		case again && n.Code == AlreadyStopped:
			s.set([]string{e.DesktopId}, Stopped, "an earlier attempt of this run called it", "")
		case again && n.Code == AlreadyStopping:
			s.set([]string{e.DesktopId}, Accepted, "an earlier attempt of this run called it", "")
		default:
			s.set([]string{e.DesktopId}, n.Code, n.Detail, "")
		}
	}
	if again {
		s.sayAgain(idsOf(todo), "an earlier attempt died")
	}
	s.tell()
	s.stopAll(todo, fresh.At, again)
	s.prove()
	return inPlanOrder(recorded, s.outcomes)
}

// inPlanOrder returns one outcome for every entry, in the plan's order.
func inPlanOrder(p Plan, outcomes map[string]Outcome) []Outcome {
	out := make([]Outcome, 0, len(p.Entries))
	for _, e := range p.Entries {
		o, ok := outcomes[e.DesktopId]
		switch {
		case ok:
		case e.Stop:
			o = Outcome{Code: Unknown, Detail: "the run lost track of it"}
		default:
			o = Outcome{Code: e.Code, Detail: e.Detail}
		}
		o.RegionId, o.DesktopId, o.DesktopName = e.RegionId, e.DesktopId, e.DesktopName
		out = append(out, o)
	}
	return out
}

// refusedAll gives every desktop of a refused request its outcome.
func refusedAll(rec RequestRecord, err error) []Outcome {
	code := NotTried
	if CodeOf(err) == Forbidden {
		code = NotPermitted
	}
	return allOf(rec, code, MessageOf(err))
}

// allOf gives every desktop that a request names the same outcome.
func allOf(rec RequestRecord, code Code, detail string) []Outcome {
	var out []Outcome
	for _, id := range unique(rec.Request.DesktopId) {
		out = append(out, Outcome{RegionId: rec.Request.RegionId, DesktopId: id, Code: code, Detail: detail})
	}
	return out
}

// loggedMost is how many desktops of one run get a log line of their own. The
// report has them all; beyond this the log would only repeat it.
const loggedMost = 200

// logOutcomes says of every desktop that is not as wanted which one it is and
// why, so that the log alone answers why a desktop was not stopped.
func (r *Runner) logOutcomes(ctx context.Context, report Report) {
	n := 0
	for _, o := range report.Outcomes {
		if o.Code.Kind() == KindDone {
			continue
		}
		if n++; n > loggedMost {
			return
		}
		r.Log.LogAttrs(ctx, slog.LevelInfo, "desktop not stopped", slog.String("run", string(report.Run)), slog.String("region", o.RegionId),
			slog.String("desktop", o.DesktopId), slog.String("code", string(o.Code)), slog.String("detail", o.Detail))
	}
}

// finish writes the report. The first report of a run is the one that counts.
func (r *Runner) finish(ctx context.Context, report Report, outcomes []Outcome) (Report, error) {
	report.Outcomes = outcomes
	report.Finished = r.Now()
	report.count()
	written, err := r.Journal.PutReport(ctx, report)
	if err != nil {
		return Report{}, err
	}
	r.logOutcomes(ctx, written)
	r.Log.LogAttrs(ctx, slog.LevelInfo, "run finished", slog.String("run", string(written.Run)), slog.String("caller", written.Caller.String()),
		slog.String("plan", written.Digest), slog.Bool("dry_run", written.DryRun), slog.Int("of", len(written.Outcomes)), slog.Any("counts", written.Counts))
	return written, nil
}
