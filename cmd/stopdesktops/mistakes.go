package main

import (
	"errors"
	"fmt"
	"strings"

	"stopdesktops/internal/config/mistake"
)

// configFailure is what is wrong with the configuration, one mistake a line.
func configFailure(err error) error {
	var problems mistake.Problems
	if !errors.As(err, &problems) {
		return err
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
