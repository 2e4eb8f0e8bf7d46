package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"stopdesktops/internal/config/timetable"
	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// nothing is the answer to an event that is over without a report.
var nothing = json.RawMessage("null")

// done is the answer to an event that was dealt with: short, because the
// platform keeps it.
type done struct {
	RunId  core.RunID        `json:"RunId"`
	Counts map[core.Code]int `json:"Counts,omitempty"`
	// HandedOn says that the run goes on in another invocation.
	HandedOn bool `json:"HandedOn,omitempty"`
}

// tick carries out a timer's request in this invocation. A tick that will never
// be right (unknown, off schedule, late, not permitted) is said and not
// retried.
func (d *deployment) tick(ctx context.Context, e fc.Event, inv fc.Invocation, log *slog.Logger) (any, error) {
	t, tick, ok := d.namedTimer(ctx, e, log)
	if !ok {
		return nothing, nil
	}
	r := d.runner(inv, log) // whose line "alive" names the timer itself
	log = log.With(slog.String("timer", t.Name))
	if tick.Announce {
		return d.announce(ctx, t, tick, inv, log)
	}
	scheduled, err := t.Admit(tick.At, d.now())
	switch {
	case err != nil && core.CodeOf(err) == core.TooLate:
		due, ok := t.Due(tick.At)
		if !ok || d.now().Sub(due) > settleTickWithin {
			// Neither line nor message: they would say that the timer is well.
			raise(ctx, log, alarmTimerLate, "A tick is of a time so long ago that the platform would have given it up. Nothing was done; find out who invokes this function.",
				slog.Time("tick", tick.At), slog.String("error", err.Error()))
			return nothing, nil
		}
		raise(ctx, log, alarmTimerLate, err.Error())
		switch _, unknown := r.Journal.Request(ctx, r.RunOf(instant(t, due))); {
		case unknown == nil:
			scheduled = due // an earlier try came in time, and its run has to end
		case core.CodeOf(unknown) == core.Missing:
			return d.quiet(ctx, r, t, due, "late", core.MessageOf(err))
		default:
			return nil, unknown
		}
	case err != nil:
		raise(ctx, log, alarmTimerOffSchedule, err.Error())
		return nothing, nil
	}
	if decided := t.Decide(scheduled); !decided.Run {
		return d.quiet(ctx, r, t, scheduled, "not its day", decided.Why)
	}
	report, err := r.Tick(ctx, instant(t, scheduled))
	switch {
	case core.HandedOn(err):
		return done{RunId: r.RunOf(instant(t, scheduled)), HandedOn: true}, nil
	case err != nil && core.CodeOf(err) == core.Frozen:
		raise(ctx, log, alarmTimerFrozen, "Everything is frozen, so the timer stopped nothing.", slog.String("error", err.Error()))
		return d.quiet(ctx, r, t, scheduled, "frozen", core.MessageOf(err))
	case err != nil && final(err):
		raise(ctx, log, alarmTimerRefused, "The timer's request is refused. Nothing was stopped; mend timers.yaml or the policy.", slog.String("error", err.Error()))
		return d.quiet(ctx, r, t, scheduled, "refused", core.MessageOf(err))
	case err != nil:
		return nil, err
	}
	d.timerEnded(ctx, r, report, scheduled)
	return done{RunId: report.Run, Counts: report.Counts}, nil
}

// instant is one scheduled instant of a timer, as the core takes it.
func instant(t timetable.Timer, scheduled time.Time) core.Instant {
	return core.Instant{Timer: t.Name, At: scheduled, Since: t.Previous(scheduled), Request: t.Request}
}

// namedTimer reads a timer event and finds the timer that it names.
func (d *deployment) namedTimer(ctx context.Context, e fc.Event, log *slog.Logger) (timetable.Timer, fc.Tick, bool) {
	tick, err := e.Tick()
	if err != nil {
		raise(ctx, log, alarmTimerMalformed, "A timer event is malformed. Nothing was stopped; mend the trigger's payload.", slog.String("error", err.Error()))
		return timetable.Timer{}, tick, false
	}
	t, ok := d.config.Timer(tick.Timer)
	if !ok {
		raise(ctx, log, alarmTimerUnknown, "A tick names a timer that timers.yaml does not have. Nothing was stopped; add the timer or remove the trigger.",
			slog.String("timer", tick.Timer), slog.String("trigger", tick.Trigger))
	}
	return t, tick, ok
}

// final says whether repeating an event cannot help.
func final(err error) bool {
	switch core.CodeOf(err) {
	case core.Busy, core.Internal:
		return false
	}
	return true
}
