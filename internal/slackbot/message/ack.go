package message

import (
	"fmt"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// Ack is the answer to a command that was taken in: one short line.
func Ack(p command.Parsed, run core.RunID) Message {
	var m page
	m.say(fmt.Sprintf("Heard: %s. %s", heard(p), runLine(run)))
	if len(p.InReason) > 0 {
		lines := idLines(p.InReason)
		m.list("These stand in the reason only, so they stay as they are. Ids must come before the reason.", "", lines, len(lines))
	}
	return m.message()
}

// heard is what a command asks for, and what comes next.
func heard(p command.Parsed) string {
	desktops := mrkdwn.Count(len(p.IDs), "desktop")
	switch p.Verb {
	case command.VerbResult:
		return "looking the run up; its result comes here"
	case command.VerbWhy:
		return "looking at the desktop; what decides about it comes here"
	case command.VerbKeep:
		return fmt.Sprintf("keeping %s awake until %s; whether it worked comes here", desktops, mrkdwn.When(p.Until))
	case command.VerbUnkeep:
		return fmt.Sprintf("no longer keeping %s awake; whether it worked comes here", desktops)
	case command.VerbFreeze:
		return fmt.Sprintf("freezing until %s; whether it worked comes here", mrkdwn.When(p.Until))
	case command.VerbUnfreeze:
		return "ending the freeze; whether it worked comes here"
	case command.VerbHalt:
		return fmt.Sprintf("halting run %s; whether it worked comes here", mrkdwn.Code(string(p.Run), shownName))
	}
	what := "what would happen comes here before anything stops"
	switch {
	case p.Preview:
		what = "what would happen comes here; nothing is stopped"
	case p.Now:
		what = "the result comes here"
	}
	if p.Selects() {
		return fmt.Sprintf("looking for the desktops of %s, and %s", mrkdwn.Code(strings.Join(append(p.Chosen(), p.Excepted()...), " "), shownReason), what)
	}
	return fmt.Sprintf("looking at %s, and %s", desktops, what)
}

func idLines(ids []string) []string {
	lines := make([]string, len(ids))
	for i, id := range ids {
		lines[i] = desktopLine(id, "", "")
	}
	return lines
}
