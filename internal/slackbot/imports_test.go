package slackbot

import (
	"go/build"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestArrows holds the arrows between the packages of this folder to those that
// doc.go speaks of, and keeps adapters out of all of them.
func TestArrows(t *testing.T) {
	const here = "stopdesktops/internal/slackbot/"
	allowed := map[string][]string{
		"identity": {},
		"mrkdwn":   {"identity"},
		"button":   {"identity"},
		"command":  {"identity", "mrkdwn"},
		"inbound":  {"identity", "button"},
		"message":  {"identity", "command", "button", "mrkdwn"},
		"post":     {"identity", "message"},
	}
	beside := []string{"core", "hosts", "pattern", "typo"}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		seen++
		p, err := build.ImportDir(e.Name(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range p.Imports {
			name, ours := strings.CutPrefix(imported, here)
			other, inside := strings.CutPrefix(imported, "stopdesktops/internal/")
			if ours && !slices.Contains(allowed[e.Name()], name) || !ours && inside && !slices.Contains(beside, other) {
				t.Errorf("%s imports %s", e.Name(), imported)
			}
		}
	}
	if seen != len(allowed) {
		t.Errorf("%d packages are here, the arrows speak of %d", seen, len(allowed))
	}
}
