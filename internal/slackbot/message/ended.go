package message

import (
	"fmt"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// Cancelled replaces a plan whose Cancel was pressed.
func Cancelled(run core.RunID, user string) Message {
	var p page
	p.say("*Cancelled* by " + mrkdwn.Mention(user) + ". Nothing was stopped.")
	p.remark(runLine(run))
	return p.message()
}

// Expired replaces a plan that nobody answered in time, and offers the
// command to repeat.
func Expired(run core.RunID, name string, q core.Request) Message {
	var p page
	p.say(fmt.Sprintf("*This plan is older than %d minutes, so nothing was stopped.* %s", int(button.Life.Minutes()), repeatLine(name, q)))
	p.remark(runLine(run))
	return p.message()
}

// longestRepeat is the longest command that is shown whole. One that is cut or
// changed must not be offered, since it would ask for something else.
const longestRepeat = 2000

func repeatLine(name string, q core.Request) string {
	p := command.ParsedOf(q)
	text := name + " " + p.Text()
	shown := mrkdwn.Code(text, longestRepeat)
	if shown != "`"+mrkdwn.Escape(text)+"`" || !p.Repeats() {
		return "Give the command again to see what would stop now."
	}
	return "To see what would stop now, give it again: " + shown
}
