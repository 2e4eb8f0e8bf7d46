package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"stopdesktops/internal/config"
	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// nothing is the answer to an event that is over without a report.
var nothing = json.RawMessage("null")

// done is the answer to an event whose run has ended: short, because the
// platform keeps it.
type done struct {
	RunId  core.RunID        `json:"RunId"`
	Counts map[core.Code]int `json:"Counts"`
}

// tick carries out a timer's request in this invocation. A tick that will never
// be right (unknown, off schedule, late, not permitted) is said and not
// retried.
func (d *deployment) tick(ctx context.Context, e fc.Event, inv fc.Invocation, log *slog.Logger) (any, error) {
	t, tick, ok := d.namedTimer(ctx, e, log)
	if !ok {
		return nothing, nil
	}
	log = log.With(slog.String("timer", t.Name))
	scheduled, err := t.Admit(tick.At, d.now())
	if err != nil {
		a := alarmTimerOffSchedule
		if core.CodeOf(err) == core.TooLate {
			a = alarmTimerLate
		}
		raise(ctx, log, a, err.Error())
		return nothing, nil
	}
	report, err := d.runner(inv, log).Tick(ctx, t.Name, scheduled, t.Request)
	if err != nil && final(err) {
		raise(ctx, log, alarmTimerRefused, "The timer's request is refused. Nothing was stopped; mend timers.yaml or the policy.", slog.String("error", err.Error()))
		return nothing, nil
	}
	if err != nil {
		return nil, err
	}
	return done{report.Run, report.Counts}, nil
}

// namedTimer reads a timer event and finds the timer that it names.
func (d *deployment) namedTimer(ctx context.Context, e fc.Event, log *slog.Logger) (config.Timer, fc.Tick, bool) {
	tick, err := e.Tick()
	if err != nil {
		raise(ctx, log, alarmTimerMalformed, "A timer event is malformed. Nothing was stopped; mend the trigger's payload.", slog.String("error", err.Error()))
		return config.Timer{}, tick, false
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
