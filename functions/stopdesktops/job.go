package main

import (
	"context"
	"log/slog"
	"slices"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// slackSteps are the steps that a run from Slack may be at.
var slackSteps = []core.Step{core.StepPlan, core.StepStop, core.StepShow}

// job goes on with a recorded run. A job that names no run, or one that cannot
// be gone on with, is said and not retried.
func (d *deployment) job(ctx context.Context, e fc.Event, inv fc.Invocation, log *slog.Logger) (any, error) {
	j, err := e.Job()
	if err != nil {
		raise(ctx, log, alarmJobMalformed, "A job is malformed. Nothing was done; find out who invokes this function.", slog.String("error", err.Error()))
		return nothing, nil
	}
	if j.Run.Door() == core.Slack && slices.Contains(slackSteps, j.Step) {
		return d.slackJob(ctx, j, inv, log)
	}
	if j.Step != core.StepStop || j.Run.Door() == core.Slack {
		raise(ctx, log, alarmJobMalformed, "A job names a step that does not exist. Nothing was done.", slog.String("run", string(j.Run)), slog.String("step", string(j.Step)))
		return nothing, nil
	}
	report, err := d.runner(inv, log).Carry(ctx, j.Run, nil)
	if err != nil {
		return d.jobFailed(ctx, log, j.Run, err)
	}
	return done{report.Run, report.Counts}, nil
}
