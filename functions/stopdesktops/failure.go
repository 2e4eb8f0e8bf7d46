package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// settleTickWithin is how old a tick may be that is dealt with at all, or a tick or
// wish whose death is believed. The platform gives up after
// maxAsyncEventAgeInSeconds of s.yaml, half an hour; what is older was sent by
// somebody else, and a line for each tick would say to the alarms that the timer is
// well.
const settleTickWithin = 24 * time.Hour

// failure deals with the platform's record of a job or tick that died for
// good: what nobody had begun is tried once more, and the report of any other run
// is written from what can be seen. It never fails, because a failing failure
// record would only make another one.
func (d *deployment) failure(ctx context.Context, e fc.Event, inv fc.Invocation, log *slog.Logger) {
	f := e.Failure()
	log = log.With(slog.String("dead", f.RequestID))
	defer func() {
		if v := recover(); v != nil {
			raise(ctx, log, alarmNotSettled, "Dealing with a failure record panicked. Look at the run by hand.", slog.String("panic", fmt.Sprint(v)))
		}
	}()
	raise(ctx, log, alarmDiedForGood, "An event failed for good. What nobody had begun is tried once more now, any other run ends with a report of what can be seen; look at the log of the dead request for the cause.",
		slog.String("condition", f.Condition), slog.String("shape", string(f.Original.Shape)), slog.Int("tries", f.Tries), slog.Int("status", f.Status), slog.String("error_kind", f.Error))
	report, err := d.settle(ctx, f, inv, log)
	if core.HandedOn(err) {
		return // the run goes on well
	}
	if err != nil {
		raise(ctx, log, alarmNotSettled, "The run of a dead event could not be settled. Look at its desktops in the console.", slog.String("error", err.Error()))
		return
	}
	if report.Counts == nil {
		return // no report was due, and what was done instead is said
	}
	log.LogAttrs(ctx, slog.LevelWarn, "dead run settled", slog.String("run", string(report.Run)), slog.Any("counts", report.Counts))
}

// settle ends the run that the dead event was about.
func (d *deployment) settle(ctx context.Context, f fc.Failure, inv fc.Invocation, log *slog.Logger) (core.Report, error) {
	r := d.runner(inv, log)
	switch f.Original.Shape {
	case fc.ShapeJob:
		return d.settleJob(ctx, f, inv, log)
	case fc.ShapeTimer:
		t, tick, ok := d.namedTimer(ctx, f.Original, log)
		if !ok {
			return core.Report{}, core.Errorf(core.Invalid, "The dead tick is of no timer of the configuration.")
		}
		if tick.Announce {
			return core.Report{}, core.Errorf(core.Invalid, "The dead tick was an announcement; its timer runs all the same.")
		}
		scheduled, err := t.Admit(tick.At, d.now())
		switch core.CodeOf(err) {
		case core.TooLate:
			scheduled, _ = t.Due(tick.At)
			if d.now().Sub(scheduled) > settleTickWithin {
				return core.Report{}, core.Errorf(core.Invalid, "The dead tick is of %s, and the platform gives up long before; find out who invokes this function.", scheduled.UTC().Format(time.RFC3339))
			}
			if decided := t.Decide(scheduled); !decided.Run {
				return core.Report{}, core.Errorf(core.Invalid, "The dead tick was not to run: %s", decided.Why)
			}
			report, err := r.SettleTick(ctx, instant(t, scheduled), f.RequestID)
			if err == nil {
				d.timerEnded(ctx, r, report, scheduled)
			}
			return report, err
		case core.Forbidden:
			return core.Report{}, err
		}
		if decided := t.Decide(scheduled); !decided.Run {
			return core.Report{}, core.Errorf(core.Invalid, "The dead tick was not to run: %s", decided.Why)
		}
		report, err := r.RescueTick(ctx, instant(t, scheduled), f.RequestID)
		if err == nil {
			d.timerEnded(ctx, r, report, scheduled)
		}
		return report, err
	}
	return core.Report{}, core.Errorf(core.Invalid, "The dead event was neither a job nor a tick.")
}
