package main

import (
	"context"
	"log/slog"
	"slices"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// slackSteps are the steps that a run from Slack may be at.
var slackSteps = []core.Step{core.StepPlan, core.StepStop, core.StepShow, core.StepDo}

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
	if j.Run.Door() == core.Terminal {
		// Its yes is asked for in the program that began it, and nowhere else.
		raise(ctx, log, alarmJobMalformed, "A job names a terminal's run, which no function takes over. Nothing was done; find out who invokes this function.", slog.String("run", string(j.Run)))
		return nothing, nil
	}
	if j.Step != core.StepStop || j.Run.Door() == core.Slack {
		raise(ctx, log, alarmJobMalformed, "A job names a step that does not exist. Nothing was done.", slog.String("run", string(j.Run)), slog.String("step", string(j.Step)))
		return nothing, nil
	}
	return d.carryOn(ctx, j.Run, d.runner(inv, log), log)
}

// carryOn carries a timer's or a sender's run on in a job. Nobody waits for it,
// so a channel hears how it ends.
func (d *deployment) carryOn(ctx context.Context, run core.RunID, r *core.Runner, log *slog.Logger) (any, error) {
	report, err := r.Carry(ctx, run, nil)
	if core.HandedOn(err) {
		return done{RunId: run, HandedOn: true}, nil
	}
	if err != nil {
		return d.jobFailed(ctx, log, run, err)
	}
	switch rec, err := r.Journal.Request(ctx, run); {
	case err != nil:
		return nil, err
	case run.Door() == core.Timer:
		d.timerEnded(ctx, r, report, rec.Due)
	case run.Door() == core.Webhook:
		if err := d.senderEnded(ctx, r, rec, report); err != nil {
			return nil, err
		}
	}
	return done{RunId: report.Run, Counts: report.Counts}, nil
}
