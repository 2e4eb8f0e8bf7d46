package core

import (
	"cmp"
	"context"
	"math/rand/v2"
	"time"
)

// simJournal is the journal as one invocation reaches it: any call may fail,
// before or after it has had its effect.
type simJournal struct{ *invocation }

func (v simJournal) trouble(r *rand.Rand) *trouble {
	if !chance(r, v.journalRate) {
		return nil
	}
	return &trouble{err: Errorf(Busy, "the bucket did not answer"), effect: chance(r, 0.5)}
}

func (v simJournal) do(ctx context.Context, op string, run RunID, effect func()) error {
	return v.step(ctx, op, string(run), v.trouble, func() error { effect(); return nil })
}

func (v simJournal) Claim(ctx context.Context, r RequestRecord) (was RequestRecord, won bool, err error) {
	failed := v.do(ctx, "claim", r.Run, func() { was, won, err = v.journal.Claim(ctx, r) })
	return was, won, cmp.Or(failed, err)
}

func (v simJournal) Request(ctx context.Context, run RunID) (was RequestRecord, err error) {
	failed := v.do(ctx, "read request", run, func() { was, err = v.journal.Request(ctx, run) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) Plan(ctx context.Context, run RunID) (was Plan, err error) {
	failed := v.do(ctx, "read plan", run, func() { was, err = v.journal.Plan(ctx, run) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) Report(ctx context.Context, run RunID) (was Report, err error) {
	failed := v.do(ctx, "read report", run, func() { was, err = v.journal.Report(ctx, run) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) PutPlan(ctx context.Context, p Plan) (was Plan, err error) {
	failed := v.do(ctx, "write plan", p.Run, func() { was, err = v.journal.PutPlan(ctx, p) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) PutReport(ctx context.Context, r Report) (was Report, err error) {
	failed := v.do(ctx, "write report", r.Run, func() { was, err = v.journal.PutReport(ctx, r) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) PutAttempt(ctx context.Context, run RunID, a Attempt) (was Attempt, won bool, err error) {
	failed := v.do(ctx, "write attempt", run, func() { was, won, err = v.journal.PutAttempt(ctx, run, a) })
	return was, won, cmp.Or(failed, err)
}

func (v simJournal) Attempt(ctx context.Context, run RunID, n int) (was Attempt, err error) {
	failed := v.do(ctx, "read attempt", run, func() { was, err = v.journal.Attempt(ctx, run, n) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) PutConfirm(ctx context.Context, c Confirm) (was Confirm, won bool, err error) {
	failed := v.do(ctx, "write confirm", c.Run, func() { was, won, err = v.journal.PutConfirm(ctx, c) })
	return was, won, cmp.Or(failed, err)
}

func (v simJournal) Confirm(ctx context.Context, run RunID) (was Confirm, err error) {
	failed := v.do(ctx, "read confirm", run, func() { was, err = v.journal.Confirm(ctx, run) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) Mark(ctx context.Context, run RunID, m Mark) (won bool, err error) {
	failed := v.do(ctx, "write mark", run, func() { won, err = v.journal.Mark(ctx, run, m) })
	return won, cmp.Or(failed, err)
}

func (v simJournal) Marked(ctx context.Context, run RunID, m Mark) (there bool, err error) {
	failed := v.do(ctx, "read mark "+string(m), run, func() { there, err = v.journal.Marked(ctx, run, m) })
	return there, cmp.Or(failed, err)
}

func (v simJournal) PutPart(ctx context.Context, p Part) (was Part, err error) {
	failed := v.do(ctx, "write part", p.Run, func() { was, err = v.journal.PutPart(ctx, p) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) Part(ctx context.Context, run RunID, n int) (was Part, err error) {
	failed := v.do(ctx, "read part", run, func() { was, err = v.journal.Part(ctx, run, n) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) Brakes(ctx context.Context, run RunID) (b Brakes, err error) {
	failed := v.step(ctx, "read brakes", string(run), v.brakeTrouble, func() error { b, err = v.journal.Brakes(ctx, run); return nil })
	if b.Freeze != nil && !time.Now().Before(b.Freeze.Until) {
		b.Freeze = nil
	}
	return b, cmp.Or(failed, err)
}

func (v simJournal) brakeTrouble(r *rand.Rand) *trouble {
	if !chance(r, v.brakeRate) {
		return nil
	}
	return &trouble{err: Errorf(Busy, "the bucket did not answer")}
}

func (v simJournal) PutHalt(ctx context.Context, h Halt) (was Halt, err error) {
	failed := v.do(ctx, "write halt", h.Run, func() { was, err = v.journal.PutHalt(ctx, h) })
	return was, cmp.Or(failed, err)
}

func (v simJournal) PutFreeze(ctx context.Context, f Freeze) (err error) {
	failed := v.do(ctx, "write freeze", "", func() { err = v.journal.PutFreeze(ctx, f) })
	return cmp.Or(failed, err)
}

func (v simJournal) RemoveFreeze(ctx context.Context) (err error) {
	failed := v.do(ctx, "remove freeze", "", func() { err = v.journal.RemoveFreeze(ctx) })
	return cmp.Or(failed, err)
}
