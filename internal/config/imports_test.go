package config

import (
	"go/build"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestReadersDoNotKnowEachOther holds the arrows between the packages of this
// folder to those that doc.go speaks of.
func TestReadersDoNotKnowEachOther(t *testing.T) {
	allowed := map[string][]string{
		"mistake":   {},
		"settings":  {"mistake"},
		"document":  {"mistake"},
		"timetable": {"document", "mistake"},
		"prices":    {"document", "mistake", "timetable"},
		"people":    {"document", "mistake"},
		"senders":   {"document", "mistake", "settings"},
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		p, err := build.ImportDir(e.Name(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range p.Imports {
			if name, ours := strings.CutPrefix(imported, "stopdesktops/internal/config/"); ours && !slices.Contains(allowed[e.Name()], name) {
				t.Errorf("%s imports %s", e.Name(), name)
			}
		}
	}
}
