package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/config/mistake"
)

// What is said of a state key where a deployment is made, and what at a terminal of
// one that exists: a new key would be taken, and could read none of its records.
const (
	newStateKey = "make one with: openssl rand -base64 32"
	ownStateKey = "take that of the deployment; a new one cannot read its records"
)

// configFailure is what is wrong with the configuration, one mistake a line.
func configFailure(err error) error {
	var problems mistake.Problems
	if !errors.As(err, &problems) {
		return err
	}
	problems = slices.Clone(problems)
	for i := range problems {
		if problems[i].Where == "STATE_KEY" {
			problems[i].Want = strings.Replace(problems[i].Want, newStateKey, ownStateKey, 1)
		}
	}
	return &failure{code: exitFailed, text: "the configuration has " + counted(len(problems), "mistake") + ":\n" + indented(problems.Error()), hint: "docs/settings.md lists the variables; stopdesktops check looks at the whole deployment", err: err}
}

func indented(s string) string { return "  " + strings.ReplaceAll(clean(s), "\n", "\n  ") }

// counted is a number of things, in words.
func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// quoted shows a word that was typed.
func quoted(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return fmt.Sprintf("%q and %d more characters", string(r[:most]), len(r)-most)
	}
	return fmt.Sprintf("%q", s)
}
