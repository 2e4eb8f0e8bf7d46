package main

import (
	"strings"

	"stopdesktops/internal/slackbot"
)

// slackWords reads the words behind a command as Slack's command of that name
// has them.
func (t *terminal) slackWords(d *deployment, verb slackbot.Verb, args []string) (slackbot.Parsed, error) {
	text := string(verb) + " " + strings.Join(args, " ")
	p, problems := slackbot.ParseAt(asSlackSends.Replace(text), t.now(), d.Rules.Zone)
	if p.Verb != verb {
		return p, usagef("these words are not those of %s", verb)
	}
	return p, wordProblems(problems)
}

// wordProblems says what is wrong with each word.
func wordProblems(problems []slackbot.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	lines := make([]string, len(problems))
	for i, one := range problems {
		lines[i] = strings.TrimSpace(one.Word + " " + one.Fix)
	}
	return usagef("nothing was done, because the words are not clear:\n%s", indented(strings.Join(lines, "\n")))
}
