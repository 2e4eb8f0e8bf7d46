package main

import (
	"context"
	"log/slog"
	"time"

	"stopdesktops/internal/config/timetable"
	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/message"
)

// quiet ends a tick that stops nothing: the timer is alive, and its channel
// hears why nothing ran.
func (d *deployment) quiet(ctx context.Context, r *core.Runner, t timetable.Timer, scheduled time.Time, what, why string) (any, error) {
	core.Alive(ctx, r.Log, t.Name, scheduled, what, 0)
	caller := core.Caller{Door: core.Timer, Name: t.Name}
	d.post(ctx, r, r.RunOf(instant(t, scheduled)), t.Channel, message.Morning(core.Morning{Caller: caller, Due: scheduled, Quiet: why}))
	return nothing, nil
}

// timerEnded says that a timer's run has ended: to the alarm that counts such
// lines, and to the timer's channel.
func (d *deployment) timerEnded(ctx context.Context, r *core.Runner, report core.Report, scheduled time.Time) {
	if !r.Held {
		return // whoever carried the run out says it
	}
	core.Alive(ctx, r.Log, report.Caller.Name, scheduled, "ran", report.Counts[core.Stopped])
	if t, ok := d.config.Timer(report.Caller.Name); ok {
		d.tellMorning(ctx, r, report, scheduled, t.Channel)
	}
}

// senderEnded says that a sender's run has ended in a job: to its channel and to
// the ticket.
func (d *deployment) senderEnded(ctx context.Context, r *core.Runner, rec core.RequestRecord, report core.Report) error {
	if s, ok := d.config.Sender(rec.Caller.Name); ok {
		d.tellMorning(ctx, r, report, rec.At, s.Channel)
	}
	return d.answerTicket(ctx, r, rec, report)
}

// tellMorning posts the report of a run that nobody waited for.
func (d *deployment) tellMorning(ctx context.Context, r *core.Runner, report core.Report, due time.Time, channel string) {
	if channel == "" {
		return
	}
	m := core.Morning{Caller: report.Caller, Due: due, Report: &report, Longest: r.Longest(ctx, report)}
	d.post(ctx, r, report.Run, channel, message.Morning(m))
}

// post posts one message of a run to a channel, once. What cannot be posted is
// logged whole: the run is over all the same.
func (d *deployment) post(ctx context.Context, r *core.Runner, run core.RunID, channel string, m message.Message) {
	switch {
	case channel == "" || d.toldByAnother(ctx, r, run):
		return
	case d.slack.bot == nil:
		raise(ctx, r.Log, alarmNotTold, "A channel is configured and SLACK_BOT_TOKEN is not, so nothing can be posted there.", slog.String("channel", channel), slog.String("message", m.Text))
		return
	}
	if result := d.slack.bot.Post(ctx, channel, m); !result.Posted {
		raise(ctx, r.Log, alarmNotTold, "A report could not be posted to its channel. Check that the app is in the channel.", slog.String("channel", channel),
			slog.String("reason", result.Reason), slog.String("message", m.Text))
		return
	}
	if _, err := r.Journal.Mark(ctx, run, core.MarkTold); err != nil {
		r.Log.Warn("a posted report could not be marked, so it may be posted again", "run", run, "error", err.Error())
	}
}

// Marks of a run that somebody has begun to tell.
const (
	markTelling   core.Mark = "telling"   // to post its message
	markAnswering core.Mark = "answering" // to answer its ticket
)

// toldByAnother says whether a run's message was posted already.
func (d *deployment) toldByAnother(ctx context.Context, r *core.Runner, run core.RunID) bool {
	done, err := doneByAnother(ctx, r, run, markTelling, core.MarkTold)
	return err == nil && done // to say it twice is better than not at all
}

// doneByAnother says whether something that is done once for a run was done
// already. The platform may deliver one event twice at once, and neither a tick
// that stops nothing nor a run that ended at the door holds a lease: whoever comes
// second waits for whoever began, and does it only where he died. A retry knows
// that he did.
func doneByAnother(ctx context.Context, r *core.Runner, run core.RunID, begun, done core.Mark) (bool, error) {
	if marked, err := r.Journal.Marked(ctx, run, done); err != nil || marked {
		return marked, err
	}
	mine, err := r.Journal.Mark(ctx, run, begun)
	if err != nil || mine || r.Me.Retry > 0 {
		return false, err
	}
	return awaitMark(ctx, r, run, done), nil
}

// announce tells a timer's channel what its next run would stop, and offers
// people to keep theirs.
func (d *deployment) announce(ctx context.Context, t timetable.Timer, tick fc.Tick, inv fc.Invocation, log *slog.Logger) (any, error) {
	scheduled, err := t.AdmitAnnouncement(tick.At, d.now())
	if err != nil {
		a := alarmTimerOffSchedule
		if core.CodeOf(err) == core.TooLate {
			a = alarmTimerLate
		}
		raise(ctx, log, a, err.Error())
		return nothing, nil
	}
	if decided := t.Decide(scheduled); !decided.Run {
		return nothing, nil // the run itself says why not
	}
	r := d.runner(inv, log)
	f, run, err := r.Forecast(ctx, instant(t, scheduled))
	switch {
	case err != nil && final(err):
		raise(ctx, log, alarmTimerRefused, "The timer's request is refused, so nothing is announced. Mend timers.yaml or the policy.", slog.String("error", err.Error()))
		return nothing, nil
	case err != nil:
		return nil, err
	case run == "":
		return nothing, nil // announced already
	}
	value := button.KeepValue{Timer: t.Name, Due: scheduled, Channel: t.Channel}
	d.post(ctx, r, run, t.Channel, message.Forecast(f, value.Encode(d.slackDoor)))
	return done{RunId: run}, nil
}
