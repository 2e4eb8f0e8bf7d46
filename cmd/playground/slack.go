package main

import (
	"context"
	"errors"
	"fmt"

	"stopdesktops/internal/sim/slack"
)

// Who uses Slack in the playground, and where.
const (
	person  = "U0ALICE01"
	channel = "C0DESKTOPS"
)

// slack lets somebody type /stop-desktop, see the plan, press Stop and read how
// it ends.
func (p *playground) slack(ctx context.Context) error {
	front := p.cloud.FC.HTTPURL("slackcmd")
	p.title("4. Somebody types in Slack: /stop-desktop ecd-demo0012 gone home")
	reply, err := p.cloud.Slack.Command(ctx, slack.Command{URL: front + "/slack/command", Text: "ecd-demo0012 gone home", UserID: person, ChannelID: channel})
	if err != nil {
		return err
	}
	if reply.Error != "" {
		return fmt.Errorf("the command failed: %s (%s)", reply.Notice, reply.Cause)
	}
	if err := p.cloud.Drain(ctx); err != nil {
		return err
	}
	fmt.Fprintln(p.out, p.cloud.Slack.Screen(channel, person))
	plan, ok := p.planMessage()
	if !ok {
		return errors.New("no plan was shown; run again with -logs to see why")
	}
	fmt.Fprintln(p.out, "... and presses Stop:")
	fmt.Fprintln(p.out)
	reply, err = p.cloud.Slack.Click(ctx, slack.Click{URL: front + "/slack/interaction", Message: plan, ActionID: "stop", UserID: person})
	if err != nil {
		return err
	}
	if reply.Error != "" {
		return fmt.Errorf("the click failed: %s (%s)", reply.Notice, reply.Cause)
	}
	if err := p.cloud.Drain(ctx); err != nil {
		return err
	}
	fmt.Fprintln(p.out, p.cloud.Slack.Screen(channel, person))
	return nil
}

// planMessage finds the message that has a Stop button.
func (p *playground) planMessage() (slack.Ref, bool) {
	for _, m := range p.cloud.Slack.Messages(channel, person) {
		if _, ok := m.Button("stop"); ok {
			return m.Ref, true
		}
	}
	return slack.Ref{}, false
}
