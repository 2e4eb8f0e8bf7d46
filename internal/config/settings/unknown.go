package settings

import (
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/config/mistake"
)

// prefixes are those of our own names. Anything else that begins so is a
// mistake.
var prefixes = []string{"ECD_", "STATE_", "WEBHOOK_", "CEILING_", "SLACK_", "INVOKE_"}

// Ours says whether a name begins as the product's own do.
func Ours(name string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// unknown finds names that look like ours. Only the name is shown: what was
// meant to be a secret may be under it.
func unknown(variables []variable, env Environment) mistake.Problems {
	return strangers(env, namesOf(listed(variables)))
}

// Unread are variables that look like those of any part of the product and that
// nothing reads, in a line each. A shell has names of other programs too, so
// outside a deployment this is no mistake.
func Unread(environ []string) []string { return lines(strangers(EnvironmentOf(environ), everyName())) }

// UnreadAtTerminal are those that look like what a terminal reads. It is said at
// every command, so a shell's WEBHOOK_TOKEN is left alone here.
func UnreadAtTerminal(environ []string) []string {
	env := EnvironmentOf(environ)
	own, all := namesOf(TerminalVariables()), everyName()
	for name := range env {
		foreign := func(prefix string) bool {
			return strings.HasPrefix(name, prefix) && !slices.ContainsFunc(own, func(k string) bool { return strings.HasPrefix(k, prefix) })
		}
		if slices.Contains(all, name) || mistake.Nearest(name, own) == "" && slices.ContainsFunc(prefixes, foreign) {
			delete(env, name)
		}
	}
	return lines(strangers(env, own))
}

func lines(problems mistake.Problems) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.String())
	}
	return all
}

// strangers are names that look like the known ones and are none of them.
func strangers(env Environment, known []string) mistake.Problems {
	var problems mistake.Problems
	for name := range env {
		if slices.Contains(known, name) {
			continue
		}
		near := mistake.Nearest(name, known)
		prefix := slices.IndexFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		switch {
		case near != "":
			problems.Add(name, "", fmt.Sprintf("nothing reads this variable; did you mean %s?", near))
		case prefix >= 0:
			problems.Add(name, "", "nothing reads this variable; "+sameBeginning(prefixes[prefix], known))
		}
	}
	slices.SortFunc(problems, func(a, b mistake.Problem) int { return strings.Compare(a.Where, b.Where) })
	return problems
}

func sameBeginning(prefix string, known []string) string {
	var same []string
	for _, k := range known {
		if strings.HasPrefix(k, prefix) {
			same = append(same, k)
		}
	}
	if len(same) == 0 {
		return "no variable begins with " + prefix
	}
	return "those that begin with " + prefix + " are " + strings.Join(same, ", ")
}
