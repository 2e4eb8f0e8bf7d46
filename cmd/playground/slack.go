package main

import (
	"context"
	"fmt"

	"stopdesktops/internal/core"
	simslack "stopdesktops/internal/sim/slack"
)

// slack lets somebody type /stop-desktop, see the plan, press Stop and read how
// it ends.
func (p *playground) slack(ctx context.Context) error {
	p.title("4. Somebody types in Slack: /stop-desktop ecd-demo0012 gone home")
	if p.folder.own {
		p.step(fmt.Sprintf("Here it is alice, %s/%s: groups.yaml and policy.cedar of %s say what she may.", simslack.DefaultTeamID, person, p.folder.shown))
	}
	if err := p.types(ctx, channel, "ecd-demo0012 gone home"); err != nil {
		return err
	}
	if err := p.read(channel, "Stop 1 of 1 desktop?"); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "\n... and presses Stop:")
	fmt.Fprintln(p.out)
	if err := p.presses(ctx, channel, "stop"); err != nil {
		return err
	}
	if err := p.read(channel, "1 of 1 desktop as wanted"); err != nil {
		return err
	}
	for run := range p.reports(core.Slack) {
		p.slackRun = run
	}
	return nil
}
