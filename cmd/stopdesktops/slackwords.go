package main

import (
	"strings"

	slackcommand "stopdesktops/internal/slackbot/command"
)

// slackWords reads the words behind a command as Slack's command of that name
// has them.
func (t *terminal) slackWords(d *deployment, verb slackcommand.Verb, args []string) (slackcommand.Parsed, error) {
	text := string(verb) + " " + strings.Join(args, " ")
	p, problems := slackcommand.ParseAt(asSlackSends.Replace(text), t.now(), d.Rules.Zone)
	if p.Verb != verb {
		return p, usagef("these words are not those of %s", verb)
	}
	return p, wordProblems(problems)
}

// wordProblems says what is wrong with each word.
func wordProblems(problems []slackcommand.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	lines := make([]string, len(problems))
	for i, one := range problems {
		lines[i] = strings.TrimSpace(one.Word + " " + one.Fix)
	}
	return usagef("nothing was done, because the words are not clear:\n%s", indented(strings.Join(lines, "\n")))
}
