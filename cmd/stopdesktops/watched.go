package main

import (
	"context"
	"errors"
	"sync"

	"stopdesktops/internal/core"
)

// watched is the journal of a run that an operator watches. The core asks it
// before each wave whether the run may go on; before the first of them it asks
// the operator, and Ctrl-C is a halt. So a plan is confirmed with the same record
// that bounds it, and what ends a run here ends it as any other brake does.
type watched struct {
	core.Journal
	t       *terminal
	caller  core.Caller
	request core.Request
	yes     bool   // nobody is to be asked
	settled func() // takes the progress line away
	worth   func(core.Plan) *core.Estimate

	once    sync.Once
	pressed chan struct{} // closed by the first Ctrl-C

	mu    sync.Mutex
	run   core.RunID
	plan  *core.Plan
	asked bool
	may   bool
}

// Claim notes which run it is, so that whoever leaves it knows what to look at.
func (w *watched) Claim(ctx context.Context, r core.RequestRecord) (core.RequestRecord, bool, error) {
	w.mu.Lock()
	w.run = r.Run
	w.mu.Unlock()
	return w.Journal.Claim(ctx, r)
}

// PutPlan notes the plan that counts.
func (w *watched) PutPlan(ctx context.Context, p core.Plan) (core.Plan, error) {
	p, err := w.Journal.PutPlan(ctx, p)
	if err == nil {
		w.mu.Lock()
		w.plan = &p
		w.mu.Unlock()
	}
	return p, err
}

// Brakes says what holds the run back. Once there is a plan, the operator is one
// of those who may.
func (w *watched) Brakes(ctx context.Context, run core.RunID) (core.Brakes, error) {
	b, err := w.Journal.Brakes(ctx, run)
	if run == "" || b.Halt != nil || b.Freeze != nil || err != nil && w.request.Selects() {
		return b, err
	}
	why, asked := w.objection(ctx)
	switch {
	case why != "":
		b.Halt = w.halt(ctx, run, why)
	case asked:
		// The question may have stood for an hour, in which somebody has frozen
		// everything, or settled the run.
		return w.Journal.Brakes(ctx, run)
	}
	return b, err
}

// objection is why the operator does not let the run go on, or "", and whether he
// was asked just now.
func (w *watched) objection(ctx context.Context) (why string, now bool) {
	select {
	case <-w.pressed:
		return "Ctrl-C at the terminal", false
	default:
	}
	w.mu.Lock()
	plan, asked := w.plan, w.asked
	w.asked = w.asked || plan != nil
	w.mu.Unlock()
	if plan == nil || asked {
		return "", false
	}
	if !w.yes {
		if why := w.ask(ctx, *plan); why != "" {
			return why, true
		}
	}
	w.t.say("run %s begins", plan.Run) // said now, for whoever has to look for it when this machine is gone
	w.mu.Lock()
	w.may = true
	w.mu.Unlock()
	return "", !w.yes
}

// halt records that the operator ends his own run, which takes no permission.
// Where the record cannot be written the run ends all the same.
func (w *watched) halt(ctx context.Context, run core.RunID, why string) *core.Halt {
	h := core.Halt{Run: run, At: w.t.now(), By: w.caller, Reason: why}
	if written, err := w.Journal.PutHalt(ctx, h); err == nil {
		return &written
	}
	return &h
}

// agreed says whether the run may call anything.
func (w *watched) agreed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.may
}

// lost is the error of a run that has no report, with what to look at.
func (w *watched) lost(err error) error {
	w.mu.Lock()
	run, began := w.run, w.may
	w.mu.Unlock()
	if run == "" || !began {
		return err
	}
	var f *failure
	if errors.As(err, &f) {
		return err
	}
	return &failure{code: exitDesktops, text: "the run could not be finished: " + begun(messageOf(err, w.t.zone)), hint: "desktops may have been stopped; look with stopdesktops runs " + string(run), err: err}
}
