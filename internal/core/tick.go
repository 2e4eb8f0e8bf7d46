package core

import (
	"context"
	"log/slog"
	"time"
)

// Instant is one scheduled instant of a timer.
type Instant struct {
	Timer string
	At    time.Time
	Since time.Time // the scheduled instant before it
	Request
}

// delivery is what the instant makes: the same instant again is the same run.
func (i Instant) delivery() Delivery {
	return Delivery{Caller: Caller{Door: Timer, Name: i.Timer}, ID: i.At.UTC().Format(time.RFC3339), Request: i.Request, Due: i.At, Since: i.Since}
}

// RunOf returns the id of the run that the instant makes.
func (r *Runner) RunOf(i Instant) RunID {
	return r.Keys.RunIDs(Timer, i.Timer, i.delivery().ID)[0]
}

// Tick carries out a timer's request for one scheduled instant. The same
// instant again is the same run.
func (r *Runner) Tick(ctx context.Context, i Instant) (Report, error) {
	rec, claimed, err := r.claim(ctx, i.delivery())
	if err != nil {
		return Report{}, err
	}
	if claimed {
		r.Log.LogAttrs(ctx, slog.LevelInfo, "tick recorded", slog.String("run", string(rec.Run)), slog.Time("scheduled", i.At))
	}
	return r.Carry(ctx, rec.Run, nil)
}

// SettleTick ends the run of a tick that died for good, also one that died
// before it could record itself.
func (r *Runner) SettleTick(ctx context.Context, i Instant, dead string) (Report, error) {
	rec, _, err := r.claim(ctx, i.delivery())
	if err != nil {
		return Report{}, err
	}
	return r.Settle(ctx, rec.Run, dead)
}

// RescueTick deals with a tick that died for good while it could still run: it
// is carried out once more, so that whoever forges the news of a death in
// advance cancels nothing. Where that fails too, and the dead one had begun, the
// run ends with what can be seen.
func (r *Runner) RescueTick(ctx context.Context, i Instant, dead string) (Report, error) {
	report, err := r.Tick(ctx, i)
	if err == nil && !r.Held {
		// The dead one may have written it and died before it could say so.
		r.Held, err = r.wroteBy(ctx, report, dead)
	}
	if err == nil || HandedOn(err) {
		return report, err
	}
	run := r.RunOf(i)
	for n := 1; n <= maxAttempts; n++ {
		a, missing := r.Journal.Attempt(ctx, run, n)
		if missing != nil {
			break
		}
		if a.Holder == dead {
			return r.Settle(ctx, run, dead)
		}
	}
	return Report{}, err
}
