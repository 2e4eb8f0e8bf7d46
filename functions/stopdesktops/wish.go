package main

import (
	"context"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/message"
)

// show answers a question: how far another run is, or what decides about a
// desktop.
func (t *teller) show(ctx context.Context) error {
	if told, err := t.told(ctx); err != nil || told {
		return err
	}
	m, err := t.shown(ctx)
	if err != nil {
		return err
	}
	return t.last(ctx, m)
}

// shown is the answer to a question, or why there is none. An error means that the
// same call may be made again.
func (t *teller) shown(ctx context.Context) (message.Message, error) {
	m, err := t.asked(ctx)
	if err != nil && final(err) {
		return message.Error(err, t.rec.Of), nil
	}
	return m, err
}

func (t *teller) asked(ctx context.Context) (message.Message, error) {
	switch t.rec.Kind {
	case core.AskResult:
		a, err := t.runner.Lookup(ctx, t.rec.Caller, t.rec.Of)
		return message.Answer(a), err
	case core.AskWhy:
		traces, err := t.runner.Why(ctx, t.rec.Caller, t.rec.Request)
		if err != nil {
			return message.Message{}, err
		}
		if len(traces) > 1 {
			return message.Message{}, core.Errorf(core.Invalid, "More than one region has a desktop with this id. Ask again with region=.")
		}
		return message.Why(traces[0]), nil
	}
	return message.Message{}, core.Errorf(core.Invalid, "The run asks for nothing that can be shown.")
}

// do carries out a wish other than a stop, and says how it ended.
func (t *teller) do(ctx context.Context) error {
	if told, err := t.told(ctx); err != nil || told {
		return err
	}
	m, err := t.done(ctx)
	if err != nil {
		return err
	}
	return t.last(ctx, m)
}

// done does what is wished and says how it ended. An error means that the same
// call may be made again.
func (t *teller) done(ctx context.Context) (message.Message, error) {
	done, err := t.runner.Do(ctx, t.rec.Run)
	if err != nil && !final(err) {
		return message.Message{}, err
	}
	return t.doneMessage(done, err), nil
}

func (t *teller) doneMessage(done core.Done, err error) message.Message {
	run := t.rec.Run
	switch t.rec.Kind {
	case core.AskFreeze:
		f := core.Freeze{}
		if done.Freeze != nil {
			f = *done.Freeze
		}
		return message.Freeze(run, commandName, f, err)
	case core.AskUnfreeze:
		return message.Unfreeze(run, commandName, done.Freeze, err)
	case core.AskHalt:
		h := core.Halt{}
		if done.Halt != nil {
			h = *done.Halt
		}
		return message.Halt(run, commandName, h, err)
	}
	if err != nil {
		return message.Error(err, run)
	}
	view := message.KeepView{Run: run, Command: commandName, Until: done.Until, Timer: t.rec.For}
	for _, o := range done.Desktops {
		k := message.KeptDesktop{RegionId: o.RegionId, DesktopId: o.DesktopId, DesktopName: o.DesktopName}
		if o.Code != core.Kept && o.Code != core.Unkept {
			if k.Refused = o.Detail; k.Refused == "" {
				k.Refused = o.Code.Meaning()
			}
		}
		view.Desktops = append(view.Desktops, k)
	}
	if t.rec.Kind == core.AskUnkeep {
		return message.Unkept(view)
	}
	return message.Kept(view)
}

// told says whether the end was told already.
func (t *teller) told(ctx context.Context) (bool, error) {
	return t.runner.Journal.Marked(ctx, t.rec.Run, core.MarkTold)
}
