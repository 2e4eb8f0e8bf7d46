package main

import (
	"strings"

	"stopdesktops/internal/core"
)

// homeOf and userOf are the two halves of a Slack caller's name, which is
// "<installation>/<user>".
func homeOf(c core.Caller) string {
	home, _, _ := strings.Cut(c.Name, "/")
	return home
}

func userOf(c core.Caller) string {
	_, user, _ := strings.Cut(c.Name, "/")
	return user
}
