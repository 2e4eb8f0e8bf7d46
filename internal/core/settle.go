package core

import (
	"cmp"
	"context"
)

// Settle writes the report of a run whose job died for good, from what can be
// seen now. dead is the request id of the invocation that died; its lease
// counts for nothing. Nothing is stopped here.
func (r *Runner) Settle(ctx context.Context, run RunID, dead string) (Report, error) {
	work, cancel := r.working(ctx)
	defer cancel()
	rec, err := r.Journal.Request(work, run)
	if err == nil {
		err = rec.asksToStop()
	}
	if err != nil {
		return Report{}, err
	}
	if report, err := r.Journal.Report(work, run); err == nil || CodeOf(err) != Missing {
		return report, err
	}
	if err := r.haltDead(work, rec, dead); err != nil {
		return Report{}, err
	}
	mine, done, err := r.acquireAfter(work, run, dead)
	if err != nil {
		return Report{}, err
	}
	if done != nil {
		return *done, nil
	}
	if report, err := r.Journal.Report(work, run); err == nil || CodeOf(err) != Missing {
		return report, err
	}
	report := Report{Run: run, Caller: rec.Caller, DryRun: rec.Request.DryRun, Contract: r.Rules.ContractOf(rec.Request), Reason: rec.Request.Reason,
		Started: mine.At, Attempt: mine.N, Note: "The run died before it could finish. This report says what could be seen afterwards; nothing more was stopped."}
	plan, err := r.Journal.Plan(work, run)
	if CodeOf(err) == Missing && err != nil {
		// Without a recorded plan no call was ever made.
		return r.finish(ctx, rec, report, allOf(rec, NotTried, "the run died before it had a plan"))
	}
	if err != nil {
		return Report{}, err
	}
	report.Digest = plan.Digest
	return r.finish(ctx, rec, report, r.witness(work, rec, plan, *mine, mine.Again))
}

// haltDead halts a run whose lease the one said to be dead holds: should it live
// all the same, it must not begin a wave of which the report here would know
// nothing. A lease that somebody else holds is waited for instead, and a run that
// was handed on goes on.
func (r *Runner) haltDead(ctx context.Context, rec RequestRecord, dead string) error {
	last, err := r.lastAttempt(ctx, rec.Run)
	if err != nil || last == nil || last.Holder != dead || !r.Now().Before(last.Until) {
		return err
	}
	if _, err := r.Journal.Part(ctx, rec.Run, last.N); err == nil || CodeOf(err) != Missing {
		return err
	}
	_, err = r.Journal.PutHalt(ctx, Halt{Run: rec.Run, At: r.Now(), By: rec.Caller, Reason: "its invocation was said to have died"})
	return err
}

// acquireAfter takes the lease of a run whose holder is known to be dead, or
// returns the report that somebody else wrote meanwhile.
func (r *Runner) acquireAfter(ctx context.Context, run RunID, dead string) (*Attempt, *Report, error) {
	// Seen from here the dead invocation is an earlier try of our own.
	heir := *r
	heir.Me.RequestID, heir.Me.Retry, heir.settles = dead, maxAttempts, true
	for {
		mine, held, err := heir.acquire(ctx, run, StepStop)
		if err != nil || mine != nil {
			return mine, nil, err
		}
		done, err := heir.await(ctx, run, *held, StepStop)
		if err != nil || done != nil {
			return nil, done, err
		}
		// Whoever was waited for lived: where he has handed on, the job that goes on
		// is queued, and its run is no dead one.
		if _, err := r.Journal.Part(ctx, run, held.N); err == nil || CodeOf(err) != Missing {
			return nil, nil, cmp.Or(err, error(&Error{Code: Busy, Message: "The run goes on in another invocation.", Cause: errHandedOn}))
		}
	}
}

// witness gives every desktop of the plan the outcome that a look proves.
// called says that an attempt of the run may have called them.
func (r *Runner) witness(ctx context.Context, rec RequestRecord, plan Plan, mine Attempt, called bool) []Outcome {
	s := newStopping(r, ctx, ctx, rec, plan)
	if mine.part != nil {
		s.resume(*mine.part)
	}
	if called {
		s.note(s.doubted, s.untouched())
	}
	for _, batch := range s.cut(s.accepted(), lookMost) {
		s.proveBatch(batch, true)
	}
	for _, batch := range s.cut(s.untouched(), lookMost) {
		if rec.Request.DryRun {
			s.set(batch, WouldStop, "", "")
		} else if running, ok := s.settle(batch, "the run died"); ok {
			code, why := Unknown, "the run died; it may have been called, and a look afterwards saw it Running"
			if !called {
				code, why = NotTried, "the run died before its first call"
			}
			s.set(running, code, why, "")
		}
	}
	for _, id := range s.accepted() {
		s.proved(id, StillStopping, "")
	}
	return inPlanOrder(plan, s.outcomes)
}
