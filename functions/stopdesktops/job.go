package main

import (
	"context"
	"log/slog"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// job goes on with a recorded run. A job that names no run, or one that cannot
// be gone on with, is said and not retried.
func (d *deployment) job(ctx context.Context, e fc.Event, inv fc.Invocation, log *slog.Logger) (any, error) {
	j, err := e.Job()
	if err != nil {
		raise(ctx, log, alarmJobMalformed, "A job is malformed. Nothing was done; find out who invokes this function.", slog.String("error", err.Error()))
		return nothing, nil
	}
	log = log.With(slog.String("run", string(j.Run)))
	if j.Step != core.StepStop {
		raise(ctx, log, alarmJobMalformed, "A job names a step that does not exist. Nothing was done.", slog.String("step", string(j.Step)))
		return nothing, nil
	}
	report, err := d.runner(inv, log).Carry(ctx, j.Run, nil)
	if err != nil && final(err) {
		raise(ctx, log, alarmJobUnknown, "A job names a run that cannot be carried out. Nothing was done.", slog.String("error", err.Error()))
		return nothing, nil
	}
	if err != nil {
		return nil, err
	}
	return done{report.Run, report.Counts}, nil
}
