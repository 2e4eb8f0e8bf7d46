package core

import (
	"cmp"
	"context"
	"strings"
	"time"
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
	if err == nil {
		err = rec.asksToStop()
	}
	if err != nil {
		return Report{}, err
	}
	for {
		mine, held, err := r.acquire(work, run, StepStop)
		if err != nil {
			return Report{}, err
		}
		if mine != nil {
			return r.attempt(ctx, work, rec, *mine, tokens, nil)
		}
		waiting, done := r.working(patience)
		report, err := r.await(waiting, run, *held, StepStop)
		done()
		if err != nil {
			return Report{}, err
		}
		if report != nil {
			if r.Me.Retry > 0 { // an earlier try of this event may have written it
				r.Held, err = r.wroteBy(work, *report, r.Me.RequestID)
			}
			return *report, err
		}
	}
}

// attempt does the work of one lease: plan, stop, report. ready is a plan that
// the door has made a moment ago, if it has.
func (r *Runner) attempt(ctx, work context.Context, rec RequestRecord, mine Attempt, tokens *Request, ready *Plan) (Report, error) {
	if mine.N > 1 {
		// The attempt before may have died after its report, or while the
		// failure record was being dealt with.
		report, err := r.Journal.Report(work, rec.Run)
		if err == nil {
			r.Held, err = r.wroteBy(work, report, r.Me.RequestID)
		}
		if err == nil || CodeOf(err) != Missing {
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
	if mine.part != nil {
		return r.goOn(ctx, work, rec, report, mine)
	}
	rec, shut, err := r.ready(work, rec)
	if err != nil {
		return Report{}, err
	}
	if shut != nil {
		report.Ending = shut.ending
		return r.refuse(ctx, rec, report, mine, shut.why, cmp.Or(shut.code, NotTried), shut.why)
	}
	fresh, err := r.freshPlan(work, rec, ready)
	if err != nil {
		code, final := blind(rec, cloudError(err))
		if !final {
			return Report{}, err
		}
		return r.refuse(ctx, rec, report, mine, "The desktops could not be looked at first: "+cloudError(err).Error(), code, cloudError(err).Error())
	}
	plan, err := r.Journal.PutPlan(work, fresh)
	if err != nil {
		return Report{}, err
	}
	report.Digest = plan.Digest
	// Bounds come first: nobody is asked about a plan that is out of them.
	no := r.outOfBounds(rec, plan)
	if no == nil {
		if no, err = r.consent(work, rec, plan, fresh, mine.Again); err != nil {
			return Report{}, err
		}
	}
	if no != nil {
		report.Ending, report.Next = no.ending, no.next
		return r.refuse(ctx, rec, report, mine, no.note, NotTried, no.note)
	}
	s := newStopping(r, ctx, work, rec, plan)
	return r.end(ctx, s, report, mine, s.carryOut(s.compare(fresh, mine.Again), fresh.At, mine.Again))
}

// goOn goes on with a run where an earlier invocation left it: its plan is
// recorded, was consented to, and each batch is looked at before it is called.
// The records alone prove nothing: whoever may write the bucket may have written
// them, so what the first invocation asked is asked again.
func (r *Runner) goOn(ctx, work context.Context, rec RequestRecord, report Report, mine Attempt) (Report, error) {
	plan, err := r.Journal.Plan(work, rec.Run)
	if err != nil {
		return Report{}, err
	}
	report.Digest, report.Started = plan.Digest, plan.At
	rec, err = r.resolve(work, rec)
	if err != nil && CodeOf(err) == Busy {
		return Report{}, err
	}
	if err != nil {
		return r.refuse(ctx, rec, report, mine, MessageOf(err), NotTried, MessageOf(err))
	}
	s := newStopping(r, ctx, work, rec, plan)
	s.resume(*mine.part)
	todo := s.untouched()
	if s.barred = r.bars(work, rec, plan); s.barred == nil && !s.looks() {
		// Nobody looks before a call, so the policy is asked here.
		fresh, err := r.plan(work, rec)
		if err != nil {
			return Report{}, err
		}
		todo = s.compare(fresh, mine.Again)
	}
	return r.end(ctx, s, report, mine, s.carryOut(todo, time.Time{}, mine.Again))
}

// end writes the report of a run, or the part that another invocation goes on
// from.
func (r *Runner) end(ctx context.Context, s *stopping, report Report, mine Attempt, done bool) (Report, error) {
	if mine.part != nil {
		report.Parts = mine.part.Nth
	}
	if !done {
		return Report{}, r.handOn(ctx, s, mine, report.Parts+1)
	}
	if s.ended != nil && s.ended.why != "" {
		report.Ending, report.Note = s.ended.ending, sentenceOf(s.ended.why)
	}
	if s.blind {
		report.Note = strings.TrimSpace(report.Note + " " + wentOnBlind)
	}
	outcomes := inPlanOrder(s.plan, s.outcomes)
	now := r.Now()
	report.Estimate = r.estimate(s.plan, outcomes, now)
	report.costCentres = costCentres(s.plan, outcomes, report.Estimate, now)
	return r.finish(ctx, *s.rec, report, outcomes)
}

// outOfBounds says why a plan may not be carried out whatever the policy says of
// its desktops: too many, or none at all.
func (r *Runner) outOfBounds(rec RequestRecord, plan Plan) *refusal {
	if err := r.aboveCeiling(rec.Caller.Door, plan); err != nil {
		return &refusal{ending: EndedCeiling, note: MessageOf(err)}
	}
	if err := emptySelection(rec.Request, plan); err != nil {
		return &refusal{ending: EndedEmpty, note: MessageOf(err)}
	}
	return nil
}

// compare settles what needs no call, of a recorded plan and a fresh one, and
// returns what is to be stopped. The recorded plan is the upper bound: what it
// skips stays skipped, whatever the fresh one says. again says that an earlier
// attempt may have called the desktops.
func (s *stopping) compare(fresh Plan, again bool) (todo []string) {
	now := map[string]Entry{}
	for _, e := range fresh.Entries {
		now[e.DesktopId] = e
	}
	for _, e := range s.plan.stops() {
		if _, done := s.outcomes[e.DesktopId]; done {
			continue
		}
		n, known := now[e.DesktopId]
		switch {
		case again && !s.rec.Request.DryRun && s.looks():
			todo = append(todo, e.DesktopId) // a look of its own tells what became of it
		case !known && s.terms.selects:
			s.set([]string{e.DesktopId}, NoMatch, "", "")
		case !known || n.RegionId != e.RegionId:
			s.set([]string{e.DesktopId}, NotFound, "it is not where the plan saw it", "")
		case n.Stop && s.rec.Request.DryRun:
			s.set([]string{e.DesktopId}, WouldStop, "", "")
		case n.Stop:
			todo = append(todo, n.DesktopId)
		default:
			s.set([]string{e.DesktopId}, n.Code, n.Detail, "")
		}
	}
	return todo
}

// carryOut stops and proves, and says whether that is all: where the time was
// over first, another invocation goes on.
func (s *stopping) carryOut(todo []string, seenAt time.Time, again bool) (done bool) {
	if again {
		// What was seen when the plan was made says nothing of the time after.
		seenAt = time.Time{}
		s.note(s.doubted, todo)
		todo = s.lookAgain(todo)
	}
	s.tell()
	left := s.stopAll(todo, seenAt)
	if s.handsOn {
		left = s.untouched() // also those whose wave had begun when the time was over
	}
	if len(left) == 0 {
		s.prove()
	}
	return len(left) == 0 && (!s.handsOn || len(s.accepted()) == 0 || !s.looks())
}
