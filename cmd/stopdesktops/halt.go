package main

import (
	"context"
	"strings"

	"stopdesktops/internal/core"
)

func haltCommand() *command {
	var c common
	var output outputFlag
	f := newFlags("halt")
	c.register(f)
	output.register(f)
	return &command{name: "halt", args: "<run> [<reason>]", what: "End a run of any door before its next step.", flags: f,
		do: func(ctx context.Context, t *terminal, args []string) error {
			if len(args) == 0 {
				return usagef("halt wants the id of the run")
			}
			d, err := t.open(c)
			if err != nil {
				return err
			}
			defer d.close()
			h, err := d.Halt(ctx, d.caller, core.RunID(args[0]), strings.Join(args[1:], " "))
			if err != nil {
				return err
			}
			if output.json {
				return writeJSON(t.out, h)
			}
			return printLine(t.out, "run %s is halted by %s%s; it ends before its next step", h.Run, h.By, because(h.Reason))
		}}
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}
