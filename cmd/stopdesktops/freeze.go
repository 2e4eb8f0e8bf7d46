package main

import (
	"context"
	"fmt"
	"strings"

	"stopdesktops/internal/core"
	slackcommand "stopdesktops/internal/slackbot/command"
)

const freezeHelp = `
  stopdesktops freeze 2h release night
  stopdesktops freeze until 23:00 Europe/Berlin release night
  stopdesktops freeze                 shows whether everything is frozen

Until then nothing is stopped through any door. It lasts at most a week.
`

// frozenAnswer is what GET /freeze answers.
type frozenAnswer struct {
	Frozen bool         `json:"Frozen"`
	Freeze *core.Freeze `json:"Freeze,omitempty"`
}

func freezeCommand() *command {
	var c common
	var output outputFlag
	f := newFlags("freeze")
	c.register(f)
	output.register(f)
	return &command{name: "freeze", args: "[<how long> [<reason>]]", what: "Stop nothing at all for a while, or show whether that is so.", more: freezeHelp, flags: f,
		do: func(ctx context.Context, t *terminal, args []string) error {
			d, err := t.open(c)
			if err != nil {
				return err
			}
			defer d.close()
			var held *core.Freeze
			if len(args) == 0 {
				held, err = d.Frozen(ctx, d.caller)
			} else {
				held, err = t.freeze(ctx, d, args)
			}
			if err != nil {
				return err
			}
			if output.json {
				return writeJSON(t.out, frozenAnswer{held != nil, held})
			}
			return printLine(t.out, "%s", freezeWords(d, held))
		}}
}

func (t *terminal) freeze(ctx context.Context, d *deployment, args []string) (*core.Freeze, error) {
	p, err := t.slackWords(d, slackcommand.VerbFreeze, args)
	if err != nil {
		return nil, err
	}
	f, err := d.Freeze(ctx, d.caller, p.Until, p.Reason)
	return &f, err
}

func freezeWords(d *deployment, f *core.Freeze) string {
	if f == nil {
		return "not frozen"
	}
	return fmt.Sprintf("frozen until %s by %s%s", localTime(f.Until, d.Rules.Zone), f.By, because(f.Reason))
}

func unfreezeCommand() *command {
	var c common
	var output outputFlag
	f := newFlags("unfreeze")
	c.register(f)
	output.register(f)
	return &command{name: "unfreeze", args: "[<reason>]", what: "End the freeze.", flags: f,
		do: func(ctx context.Context, t *terminal, args []string) error {
			d, err := t.open(c)
			if err != nil {
				return err
			}
			defer d.close()
			was, err := d.Unfreeze(ctx, d.caller, strings.Join(args, " "))
			if err != nil {
				return err
			}
			if output.json {
				return writeJSON(t.out, frozenAnswer{})
			}
			words := "not frozen, and was not before"
			if was != nil {
				words = "no longer frozen; it was " + freezeWords(d, was)
			}
			return printLine(t.out, "%s", words)
		}}
}
