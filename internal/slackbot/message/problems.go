package message

import (
	"errors"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// Error says what went wrong and how to put it right: every bad field
// where there are some. Anything but a core.Error says no more than that
// something went wrong. run may be empty.
func Error(err error, run core.RunID) Message {
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

// Problems answers a command that cannot be taken as it is: every
// offending word and how to write it.
func Problems(name string, problems []command.Problem) Message {
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
