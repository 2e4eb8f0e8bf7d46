package slackbot

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/mrkdwn"
)

func idLines(ids []string) []string {
	lines := make([]string, len(ids))
	for i, id := range ids {
		lines[i] = desktopLine(id, "", "")
	}
	return lines
}

// ProgressMessage says how many of a run's desktops were seen Stopped.
func ProgressMessage(run core.RunID, stopped, of int) Message {
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

// CancelledMessage replaces a plan whose Cancel was pressed.
func CancelledMessage(run core.RunID, user string) Message {
	var p page
	p.say("*Cancelled* by " + mrkdwn.Mention(user) + ". Nothing was stopped.")
	p.remark(runLine(run))
	return p.message()
}

// ExpiredMessage replaces a plan that nobody answered in time, and offers the
// command to repeat.
func ExpiredMessage(run core.RunID, name string, q core.Request) Message {
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

// ErrorMessage says what went wrong and how to put it right: every bad field
// where there are some. Anything but a core.Error says no more than that
// something went wrong. run may be empty.
func ErrorMessage(err error, run core.RunID) Message {
	var p page
	p.say("*It did not work.* " + mrkdwn.Sentence(core.MessageOf(err), shownError))
	if e := (*core.Error)(nil); errors.As(err, &e) && len(e.Fields) > 0 {
		lines := make([]string, len(e.Fields))
		for i, f := range e.Fields {
			lines[i] = "• " + strings.TrimPrefix(mrkdwn.Code(f.Field, shownName)+" ", " ") + mrkdwn.Sentence(f.Problem, shownReason)
		}
		p.list("What to put right:", "", lines, len(lines))
	}
	if run != "" {
		p.remark(runLine(run))
	}
	return p.message()
}

// ProblemsMessage answers a command that cannot be taken as it is: every
// offending word and how to write it.
func ProblemsMessage(name string, problems []command.Problem) Message {
	var p page
	lines := make([]string, len(problems))
	for i, q := range problems {
		word := mrkdwn.Code(q.Word, shownName)
		if word != "" {
			word += " "
		}
		lines[i] = "• " + word + mrkdwn.Sentence(q.Fix, shownReason)
	}
	p.list("*Nothing done: the command is not clear.*", "", lines, len(lines))
	p.say(usage(name))
	p.remark("All words: " + mrkdwn.Code(name+" help", shownName))
	return p.message()
}
