package main

import (
	"go/build"
	"path/filepath"
	"strings"
	"testing"
)

// folderOnly are packages that read the configuration folder or what is in it.
// This function gets no folder, and every one of them makes its start longer.
var folderOnly = []string{"stopdesktops/internal/config", "stopdesktops/internal/config/document", "stopdesktops/internal/config/timetable",
	"stopdesktops/internal/config/prices", "stopdesktops/internal/config/people", "stopdesktops/internal/config/senders", "stopdesktops/internal/policy", "stopdesktops/internal/ticket", "go.yaml.in/yaml/v4", "github.com/netresearch/go-cron", "github.com/tidwall/gjson"}

// TestLinksNothingOfTheFolder follows the imports through the packages of this
// module.
func TestLinksNothingOfTheFolder(t *testing.T) {
	by := map[string]string{} // who imports a package
	var follow func(dir, who string)
	follow = func(dir, who string) {
		p, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range p.Imports {
			if _, seen := by[imported]; seen {
				continue
			}
			by[imported] = who
			if local, ok := strings.CutPrefix(imported, "stopdesktops/"); ok {
				follow(filepath.Join("..", "..", filepath.FromSlash(local)), imported)
			}
		}
	}
	follow(".", "functions/slackcmd")
	for _, name := range folderOnly {
		if who, found := by[name]; found {
			t.Errorf("%s imports %s", who, name)
		}
	}
	if by["stopdesktops/internal/config/settings"] == "" || by["stopdesktops/internal/core"] == "" {
		t.Errorf("the imports are not followed: %v", by)
	}
}
