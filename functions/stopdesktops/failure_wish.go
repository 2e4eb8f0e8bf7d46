package main

import (
	"context"
	"log/slog"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/message"
)

// markNotDone says that somebody was told that the job of his wish died. It is not
// MarkTold: the job may come after all, and then does its work and says so.
const markNotDone core.Mark = "not-done"

// afterDeath deals with a wish whose job is said to have died for good: a freeze, a
// halt, a keep, a question. None of them has a report. Doing it twice does it once,
// so it is done here as long as the job itself could still come. Where that fails,
// or is too late, its person is told what became of it.
func (t *teller) afterDeath(ctx context.Context, step core.Step) error {
	age := t.d.now().Sub(t.rec.At)
	if age > settleTickWithin {
		return core.Errorf(core.Invalid, "The dead job is of a wish of %s, and the platform gives up long before; find out who invokes this function.", t.rec.At.UTC().Format(time.RFC3339))
	}
	if told, err := t.told(ctx); err != nil || told {
		return err
	}
	failed := error(core.Errorf(core.TooLate, "it waited in the queue for too long"))
	if age <= core.CarryWithin {
		wished := t.done
		if step == core.StepShow {
			wished = t.shown
		}
		var m message.Message
		if m, failed = wished(ctx); failed == nil {
			return t.last(ctx, m)
		}
	}
	t.log.LogAttrs(ctx, slog.LevelWarn, "a wish whose job died was not done", slog.String("run", string(t.rec.Run)), slog.String("kind", string(t.rec.Kind)), slog.String("error", failed.Error()))
	return t.undone(ctx, step)
}

// undone tells what became of a wish that nobody will carry out, as the records
// show it: that it happened all the same, or that it did not and has to be asked
// again.
func (t *teller) undone(ctx context.Context, step core.Step) error {
	if step != core.StepShow {
		switch done, happened, err := t.runner.Became(ctx, t.rec); {
		case happened:
			return t.last(ctx, t.doneMessage(done, nil))
		case err != nil:
			t.log.LogAttrs(ctx, slog.LevelWarn, "nobody can say what became of a wish", slog.String("run", string(t.rec.Run)), slog.String("error", err.Error()))
			return t.sayOnce(ctx, message.Error(core.Errorf(core.Busy, "What carries out your wish failed, and it cannot be seen now whether it was done. Ask again."), t.rec.Run))
		}
	}
	return t.sayOnce(ctx, t.doneMessage(core.Done{}, core.Errorf(core.Busy, "What carries out your wish failed before it was done. Ask again; if it is done after all, you are told.")))
}

// sayOnce says something that is not the end, once.
func (t *teller) sayOnce(ctx context.Context, m message.Message) error {
	if mine, err := t.runner.Journal.Mark(ctx, t.rec.Run, markNotDone); err != nil || !mine {
		return err
	}
	if !t.post(ctx, m, true) {
		raise(ctx, t.log, alarmNotTold, "Nobody could be told that a wish was not done.", slog.String("message", m.Text))
	}
	return nil
}
