package main

import (
	"context"
	"log/slog"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// settleJob deals with a job that is said to have died for good. The platform's
// record of a death proves none, so a job that nobody has begun is done once in
// this invocation, and only what was begun ends with what can be seen. A report
// without counts means that none was due.
func (d *deployment) settleJob(ctx context.Context, f fc.Failure, inv fc.Invocation, log *slog.Logger) (core.Report, error) {
	j, err := f.Original.Job()
	if err != nil {
		return core.Report{}, err
	}
	if j.Run.Door() == core.Terminal {
		return core.Report{}, core.Errorf(core.Invalid, "The dead job names a terminal's run, which no function carries out; find out who invokes this function.")
	}
	r := d.runner(inv, log)
	rec, err := r.Journal.Request(ctx, j.Run)
	if err != nil {
		return core.Report{}, err
	}
	if !rec.Kind.Has(j.Step) || j.Step != core.StepStop && j.Run.Door() != core.Slack {
		return core.Report{}, core.Errorf(core.Invalid, "The dead job names a step that its run does not have; find out who invokes this function.")
	}
	t := &teller{slackPosts: d.slack, d: d, runner: r, log: log, retry: true, rec: rec}
	if rec.Kind != "" {
		return core.Report{}, t.afterDeath(ctx, j.Step)
	}
	step, err := r.Waiting(ctx, rec)
	if err != nil {
		return core.Report{}, err
	}
	dead := f.RequestID
	if step != "" {
		report, err := t.onceMore(ctx, step)
		if err == nil || core.HandedOn(err) {
			return report, err
		}
		log.LogAttrs(ctx, slog.LevelWarn, "what nobody had begun was tried once more and failed", slog.String("run", string(j.Run)), slog.String("error", err.Error()))
		dead = inv.RequestID // its lease is this invocation's
	}
	report, err := r.Settle(ctx, j.Run, dead)
	if err == nil {
		err = t.settled(ctx, report)
	}
	return report, err
}

// onceMore does the step of a run whose job nobody had begun.
func (t *teller) onceMore(ctx context.Context, step core.Step) (core.Report, error) {
	t.log.LogAttrs(ctx, slog.LevelWarn, "nobody had begun the run, so it is done here", slog.String("run", string(t.rec.Run)), slog.String("step", string(step)))
	if step == core.StepPlan {
		return core.Report{}, t.plan(ctx)
	}
	report, err := t.runner.Carry(ctx, t.rec.Run, nil)
	if err != nil {
		return core.Report{}, err
	}
	return report, t.settled(ctx, report)
}

// settled tells the end of a run whose job was said to have died to whoever would
// have heard of it.
func (t *teller) settled(ctx context.Context, report core.Report) (err error) {
	switch report.Run.Door() {
	case core.Timer:
		t.d.timerEnded(ctx, t.runner, report, t.rec.Due)
	case core.Webhook:
		return t.d.senderEnded(ctx, t.runner, t.rec, report)
	case core.Slack:
		if t.confirm, err = t.runner.Journal.Confirm(ctx, report.Run); err != nil && core.CodeOf(err) != core.Missing { // nobody may have answered
			return err
		}
		if !t.runner.Held {
			t.leaveTheEnd(ctx)
		}
		return t.end(ctx, report)
	}
	return nil
}
