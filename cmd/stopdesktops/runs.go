package main

import (
	"context"

	"stopdesktops/internal/core"
)

const runsHelp = `
A run's id is what every answer about it ends with, from any door. The exit code
is that of the run, or 7 while it is not finished.

A run of a terminal that was killed, or left with a second Ctrl-C, has no report.
--settle looks at each of its desktops and writes the report; it stops nothing
more. It is for whoever gave the command, or for anybody once two hours are over,
and only for a run that nobody works on any more.
`

func runsCommand() *command {
	var c common
	var output outputFlag
	var settle bool
	f := newFlags("runs")
	c.register(f)
	output.register(f)
	f.BoolVar(&settle, "settle", false, "write the report of a run whose terminal is gone, from what can be seen")
	return &command{name: "runs", args: "<run>", what: "Show how far a run is, and how it ended.", more: runsHelp, flags: f,
		do: func(ctx context.Context, t *terminal, args []string) error {
			if len(args) != 1 {
				return usagef("runs wants the id of one run")
			}
			d, err := t.open(c)
			if err != nil {
				return err
			}
			defer d.close()
			run := core.RunID(args[0])
			a, err := d.Lookup(ctx, d.caller, run)
			if err == nil && settle && a.Report == nil {
				a, err = d.settle(ctx, a)
			}
			if err != nil {
				return err
			}
			if err := output.answer(t, a); err != nil {
				return err
			}
			if a.Report == nil {
				return &failure{code: exitNotYet}
			}
			rec, err := d.Journal.Request(ctx, run)
			return firstOf(err, verdict(*a.Report, err == nil && !rec.Request.Selects()))
		}}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// settle ends a run of a terminal that is gone.
func (d *deployment) settle(ctx context.Context, a core.Answer) (core.Answer, error) {
	rec, err := d.Journal.Request(ctx, a.Run)
	if err != nil {
		return a, err
	}
	switch {
	case a.Run.Door() != core.Terminal:
		return a, usagef("%s is no run of a terminal; a function takes up its own runs by itself", a.Run)
	case rec.Caller != d.caller && a.State != core.Interrupted:
		return a, &failure{code: exitRefused, text: "somebody may be working on " + string(a.Run), hint: "only " + rec.Caller.Name + ", who gave the command, knows whether that terminal is gone; others may settle it two hours after it began"}
	}
	dead := ""
	for n := 1; ; n++ {
		attempt, err := d.Journal.Attempt(ctx, a.Run, n)
		if err != nil {
			break // there are no more, or none can be read: then Settle says so
		}
		dead = attempt.Holder
	}
	report, err := d.Settle(ctx, a.Run, dead)
	if err != nil {
		return a, err
	}
	a.State, a.Report = core.Finished, &report
	return a, nil
}
