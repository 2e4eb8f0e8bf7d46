package core

import (
	"context"
	"time"
)

// Forecast plans what a timer's instant would stop, as seen now, and says
// whether it is to be announced: the same instant is announced once. Nothing is
// stopped.
func (r *Runner) Forecast(ctx context.Context, i Instant) (f Forecast, announce RunID, err error) {
	rec, err := r.announcement(ctx, i)
	if err != nil {
		return Forecast{}, "", err
	}
	if told, err := r.Journal.Marked(ctx, rec.Run, MarkTold); err != nil || told {
		return Forecast{}, "", err
	}
	plan, err := r.plan(ctx, rec)
	if err != nil {
		return Forecast{}, "", &Error{Code: Busy, Message: "The desktops could not be looked at: " + cloudError(err).Error(), Cause: err}
	}
	return Forecast{Timer: i.Timer, Due: i.At, Plan: plan, Estimate: r.estimate(plan, wouldStop(plan), i.At), DryRun: i.DryRun}, rec.Run, nil
}

// announcement records that an instant is announced, under an id of its own.
func (r *Runner) announcement(ctx context.Context, i Instant) (RequestRecord, error) {
	d := i.delivery()
	rec := RequestRecord{At: r.Now(), Caller: d.Caller, Request: d.Request, Kind: AskForecast, For: i.Timer, Due: i.At, Since: i.Since}
	rec.Run = r.Keys.RunIDs(Timer, i.Timer, "announce:"+d.ID)[0]
	if err := r.maySubmit(ctx, rec); err != nil {
		return rec, err
	}
	rec, _, err := r.Journal.Claim(ctx, rec)
	return rec, err
}

// Forecast is what is announced before a timer's run.
type Forecast struct {
	Timer    string
	Due      time.Time // when it will run
	Plan     Plan      // as it would be now
	Estimate *Estimate
	DryRun   bool // nothing will be stopped
}
