package message

import (
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// Progress says how many of a run's desktops were seen Stopped.
func Progress(run core.RunID, stopped, of int) Message {
	var p page
	p.say(fmt.Sprintf("*Stopping: %d of %s stopped.* This message follows what happens.", stopped, mrkdwn.Count(of, "desktop")))
	p.remark(runLine(run))
	return p.message()
}

// WithHalt is the message with a Halt button, whose value HaltValue.Encode made.
// Without a value there is no button.
func (m Message) WithHalt(value string) Message {
	if value == "" {
		return m
	}
	halt := slack.NewButtonBlockElement(string(button.Halt), value, label("Halt")).WithStyle(slack.StyleDanger)
	halt.AccessibilityLabel = "Halt the run; what has not begun is left running"
	m.Blocks = append(slices.Clip(m.Blocks), slack.NewActionBlock(button.RunBlock, halt))
	return m
}
