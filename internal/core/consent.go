package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ConfirmWithin is how long a plan may be confirmed after it was shown. What
// was seen ten minutes ago says little about who is using a desktop now.
const ConfirmWithin = 10 * time.Minute

// UnaskedMost is how many desktops a person may stop without being asked.
const UnaskedMost = 3

// asks says whether the run needs a person's yes before it stops anything: in
// Slack every run does, because a stop loses unsaved work, except that the
// policy may let somebody stop a few desktops unasked.
func (r *Runner) asks(ctx context.Context, rec RequestRecord) bool {
	if rec.Caller.Door != Slack || rec.Request.DryRun {
		return false
	}
	return !rec.Unasked || rec.Request.Selects() || rec.Mine || len(rec.People) > 0 || r.countSaid(&rec) > UnaskedMost || !r.permitted(ctx, &rec, ActionUnasked)
}

// BegunUnasked says whether a run that nobody has answered may be carried on: its
// caller need not be asked, or an earlier invocation has handed it on. Any other
// is left alone before it takes the run's lease, so that a job that comes too
// early, or is forged, keeps nobody waiting.
func (r *Runner) BegunUnasked(ctx context.Context, rec RequestRecord) (bool, error) {
	if !rec.Unasked {
		return false, nil
	}
	if !r.asks(ctx, rec) {
		return true, nil
	}
	last, err := r.lastAttempt(ctx, rec.Run)
	if err != nil || last == nil {
		return false, err
	}
	if _, err = r.Journal.Part(ctx, rec.Run, last.N); CodeOf(err) == Missing && err != nil {
		return false, nil
	}
	return err == nil, err
}

// CarryWithin is how long after an answer its job may still come, and after a
// request, an answer or a part the news that its job died before it began: as long
// as the platform keeps an event. A later one was sent by somebody else.
const CarryWithin = 30 * time.Minute

// refusal is why a run does not go on although its plan is made.
type refusal struct {
	ending Ending
	note   string
	next   RunID // the run that asks again
}

// errUnanswered is the cause of an error that means no more than that a person
// has yet to be asked.
var errUnanswered = errors.New("nobody has answered")

// consent says whether a run that asks first has been answered, by whom it
// asked, about this plan and in time; and that nothing joined the plan since.
func (r *Runner) consent(ctx context.Context, rec RequestRecord, recorded, fresh Plan, again bool) (*refusal, error) {
	if rec.Caller.Door == Slack {
		cancelled, err := r.Journal.Marked(ctx, rec.Run, MarkCancelled)
		if err != nil {
			return nil, err
		}
		if cancelled {
			return &refusal{ending: EndedCancelled, note: "Cancelled."}, nil
		}
	}
	if len(recorded.stops()) == 0 || !r.asks(ctx, rec) {
		return nil, nil
	}
	c, err := r.Journal.Confirm(ctx, rec.Run)
	if err != nil && CodeOf(err) == Missing {
		return nil, &Error{Code: Invalid, Message: fmt.Sprintf("Nobody has confirmed run %s.", rec.Run), Cause: errUnanswered}
	}
	if err != nil {
		return nil, err
	}
	switch {
	case c.By != rec.Caller:
		return &refusal{ending: EndedRefused, note: "Somebody else answered; only whoever asked may."}, nil
	case !c.Stop:
		return &refusal{ending: EndedCancelled, note: "Cancelled."}, nil
	case c.Digest != recorded.Digest:
		return &refusal{ending: EndedRefused, note: "The answer was to another plan. Ask again."}, nil
	case c.At.Sub(recorded.At) > ConfirmWithin, !again && r.Now().Sub(c.At) > CarryWithin:
		return &refusal{ending: EndedExpired, note: fmt.Sprintf("The plan was older than %s. Ask again.", ConfirmWithin)}, nil
	}
	joined := joins(recorded, fresh)
	if len(joined) == 0 {
		return nil, nil
	}
	next, err := r.askAgain(ctx, rec, c)
	if err != nil {
		return nil, err
	}
	return &refusal{ending: EndedChanged, next: next, note: fmt.Sprintf("%s would be stopped as well now, and was not when you saw the plan. Here is the new plan.", joinedWords(joined))}, nil
}

// joins returns the desktops that fresh would stop and recorded would not.
func joins(recorded, fresh Plan) []string {
	shown := map[string]string{}
	for _, e := range recorded.stops() {
		shown[e.DesktopId] = e.RegionId
	}
	var joined []string
	for _, e := range fresh.stops() {
		if region, ok := shown[e.DesktopId]; !ok || region != e.RegionId {
			joined = append(joined, e.DesktopId)
		}
	}
	return joined
}

// joinedShown is how many desktops that joined a plan are named.
const joinedShown = 10

// joinedWords names desktops that joined a plan.
func joinedWords(ids []string) string {
	if more := len(ids) - joinedShown; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:joinedShown], ", "), more)
	}
	return strings.Join(ids, ", ")
}

// askAgain records a run for the same request and queues its plan, so that the
// person sees what would happen now. The same run always leads to the same next
// one.
func (r *Runner) askAgain(ctx context.Context, rec RequestRecord, c Confirm) (RunID, error) {
	next := rec
	next.Run = r.Keys.RunIDs(rec.Caller.Door, rec.Caller.Name, "again:"+string(rec.Run))[0]
	next.At, next.Of, next.Confidential = r.Now(), rec.Run, c.Confidential
	if _, _, err := r.Journal.Claim(ctx, next); err != nil {
		return "", err
	}
	return next.Run, r.Queue.Enqueue(ctx, next.Run, StepPlan)
}

// Prepared is what a plan step leads to. Exactly one of its fields is set.
type Prepared struct {
	Plan   *Plan   // to be shown and asked about; the caller then marks the run MarkAsked
	Report *Report // the run is over: there is nothing to ask
	Asked  bool    // somebody else has dealt with the plan already
}

// Prepare plans a run that asks a person first, and records the plan. A run
// that stops nothing, or that may go on unasked, is carried out to its end. An
// error means that nothing is finished and the same call may be made again.
func (r *Runner) Prepare(ctx context.Context, run RunID) (Prepared, error) {
	work, cancel := r.working(ctx)
	defer cancel()
	rec, err := r.Journal.Request(work, run)
	if err == nil {
		err = rec.asksToStop()
	}
	if err != nil {
		return Prepared{}, err
	}
	if !r.asks(work, rec) {
		report, err := r.Carry(ctx, run, nil)
		return Prepared{Report: &report}, err
	}
	for {
		mine, held, err := r.acquire(work, run, StepPlan)
		if err != nil {
			return Prepared{}, err
		}
		if mine != nil {
			if p, err := r.dealtWith(work, run); err != nil || p != (Prepared{}) {
				return p, err
			}
			break
		}
		if p, err := r.awaitAsked(work, rec, *held); err != nil || p != (Prepared{}) {
			return p, err
		}
	}
	return r.prepare(ctx, work, rec)
}

// prepare makes the plan of a run whose lease is held.
func (r *Runner) prepare(ctx, work context.Context, rec RequestRecord) (Prepared, error) {
	var out Prepared
	end := func() (Prepared, error) {
		report, err := r.Carry(ctx, rec.Run, nil)
		if errors.Is(err, errUnanswered) {
			// What spoke against it has passed, such as a brake that could not be
			// read. The plan is recorded, and is asked about after all.
			plan, err := r.Journal.Plan(work, rec.Run)
			out.Plan = &plan
			return out, err
		}
		out.Report = &report
		return out, err
	}
	rec, no, err := r.ready(work, rec)
	if err != nil {
		return Prepared{}, err
	}
	if no != nil {
		return end() // which says why
	}
	fresh, err := r.plan(work, rec)
	if err != nil {
		if _, final := blind(rec, cloudError(err)); final {
			return end()
		}
		return Prepared{}, err
	}
	plan, err := r.Journal.PutPlan(work, fresh)
	if err != nil {
		return Prepared{}, err
	}
	if len(plan.stops()) == 0 || r.outOfBounds(rec, plan) != nil {
		return end()
	}
	out.Plan = &plan
	return out, nil
}

// dealtWith says whether a run's plan has been shown, or the run is over.
func (r *Runner) dealtWith(ctx context.Context, run RunID) (Prepared, error) {
	report, err := r.Journal.Report(ctx, run)
	if err == nil {
		return Prepared{Report: &report}, nil
	}
	if CodeOf(err) != Missing {
		return Prepared{}, err
	}
	asked, err := r.Journal.Marked(ctx, run, MarkAsked)
	return Prepared{Asked: asked}, err
}

// awaitAsked waits until whoever makes the plan has shown it, or is dead.
func (r *Runner) awaitAsked(ctx context.Context, rec RequestRecord, held Attempt) (Prepared, error) {
	for pause := waitFirst; ; pause = min(2*pause, waitMost) {
		p, err := r.dealtWith(ctx, rec.Run)
		if err != nil || p != (Prepared{}) || !r.live(held, StepPlan) {
			return p, err
		}
		if err := sleep(ctx, min(pause, max(held.Until.Sub(r.Now()), time.Millisecond))); err != nil {
			return Prepared{}, &Error{Code: Busy, Message: "The plan is still being made.", Cause: err}
		}
	}
}
