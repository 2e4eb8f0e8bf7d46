package main

import (
	"context"
	"crypto/rand"

	"stopdesktops/internal/core"
)

const stopHelp = `
Names desktops by id, or selects them with the words of the Slack command:

  stopdesktops stop --region cn-hangzhou ecd-7w78ozhjcwa3u ecd-7w78ozhjcwa3v
  stopdesktops stop --region all --select 'tag:env=dev idle:2h' --except 'user:alice' --dry-run
  stopdesktops stop --region cn-hangzhou --all --except 'tag:env=prod' --reason 'power work'

words: tag:env=dev user:alice pool:dg-.. site:.. group:rg-.. name:'build *'
       charge:PostPaid status:Running conn:Disconnected idle:30m up:4h pooled

The plan is shown first, and nothing is stopped before you type yes. What joins
the plan later is not stopped. With --yes nobody is asked. Ctrl-C ends a run
before its next step: what was called is proven, the rest is left running, and the
report is written. A second Ctrl-C leaves at once.
`

// stopFlags are what a stop is told.
type stopFlags struct {
	common
	stopWords
	output outputFlag
	yes    bool
}

func stopCommand() *command {
	var s stopFlags
	f := newFlags("stop")
	s.common.register(f)
	s.stopWords.register(f)
	s.output.register(f)
	f.BoolVar(&s.yes, "yes", false, "stop without being asked; needed where standard input is no terminal")
	return &command{name: "stop", args: "[<desktop id>...]", what: "Stop desktops, by id or by what they are.", more: stopHelp, flags: f,
		do: func(ctx context.Context, t *terminal, ids []string) error { return s.stop(ctx, t, ids) }}
}

func (s *stopFlags) stop(ctx context.Context, t *terminal, ids []string) error {
	if !s.dryRun && !s.yes && !t.asks {
		return &failure{code: exitUsage, text: "standard input is no terminal, so nobody can be asked", hint: "add --yes to stop without being asked, or --dry-run to only look"}
	}
	d, err := t.open(s.common)
	if err != nil {
		return err
	}
	defer d.close()
	q, err := s.request(ids, t.now(), d.Rules.Zone)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithDeadline(ctx, d.Me.Deadline)
	defer cancel()

	watched := &watched{Journal: d.Journal, t: t, caller: d.caller, request: q, yes: s.yes || s.dryRun, pressed: make(chan struct{})}
	d.Journal = watched
	line := &progress{w: t.err, over: t.shows}
	watched.settled, watched.worth = line.done, d.Estimated
	d.Progress = func(_ context.Context, p core.Progress) {
		if watched.agreed() {
			line.show(p)
		}
	}
	stopCatching := watched.catch()
	defer stopCatching()

	// Every command is a delivery of its own: giving it twice asks twice.
	a, err := d.Submit(ctx, core.Delivery{Caller: d.caller, ID: rand.Text(), Request: q, Wait: runMost})
	line.done()
	if err != nil {
		return watched.lost(err)
	}
	if a.Report == nil {
		return &failure{code: exitFailed, text: "the run is not finished", hint: "stopdesktops runs " + string(a.Run)}
	}
	if err := s.output.answer(t, a); err != nil {
		return err
	}
	return verdict(*a.Report, len(ids) > 0)
}

// verdict is the exit code of a report. named says that its desktops were named
// by id, so that one that was left alone is not as wanted.
func verdict(r core.Report, named bool) error {
	code := exitOK
	switch {
	case r.Ending == core.EndedHalted, r.Ending == core.EndedCancelled:
		code = exitEnded
	case r.Ending == core.EndedCeiling, r.Ending == core.EndedFrozen, r.Ending == core.EndedBlind, r.Ending == core.EndedRefused:
		code = exitRefused
	case r.Ending == core.EndedEmpty:
		code = exitLeft
	case r.Ending != "", len(r.Outcomes) == 0: // nobody could look, so nobody knows what a selection reaches
		code = exitDesktops
	default:
		code = worst(r.Outcomes, named)
	}
	if code == exitOK {
		return nil
	}
	return &failure{code: code}
}

func worst(outcomes []core.Outcome, named bool) int {
	kinds, denied := map[core.Kind]int{}, 0
	for _, o := range outcomes {
		kinds[o.Code.Kind()]++
		if o.Code == core.NotPermitted {
			denied++
		}
	}
	switch {
	case kinds[core.KindFailed] > 0:
		return exitDesktops
	case denied > 0 && (named || denied == len(outcomes)):
		return exitRefused
	case kinds[core.KindSkipped] > 0 && named:
		return exitLeft
	}
	return exitOK
}
