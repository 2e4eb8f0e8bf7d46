package message

import (
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// Help lists every word of the command, whose name is as people type it.
func Help(name string) Message {
	var p page
	p.say(usage(name))
	for _, l := range command.Help() {
		lines := make([]string, len(l.Words))
		for i, w := range l.Words {
			lines[i] = "• " + mrkdwn.Code(w.Example, shownName) + " " + mrkdwn.Sentence(w.What, shownReason)
		}
		p.list("*"+l.Head+"*", "", lines, len(lines))
	}
	p.say("You are shown what would stop, and asked, before anything stops.")
	return p.message()
}

func usage(name string) string {
	return "How to write it: " + mrkdwn.Code(name+" <desktop id> [more ids] [words] [reason in plain words]", shownDetail) +
		", such as " + mrkdwn.Code(name+" ecd-7w78ozhjcwa3u screen is broken", shownDetail) +
		" or " + mrkdwn.Code(name+" tag:env=dev idle:30m preview", shownDetail)
}
