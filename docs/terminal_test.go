package docs

import (
	"regexp"
	"strings"
	"testing"

	"stopdesktops/internal/config/settings"
)

// TestCommandsOfTerminalPage wants every command that the program's help lists on
// the page: given in a block, or named in the text.
func TestCommandsOfTerminalPage(t *testing.T) {
	page := readText(t, "terminal.md")
	_, list, _ := strings.Cut(sh(t, "go run ./cmd/stopdesktops help"), "\ncommands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	// A name may be two words; what it does stands behind two spaces or more.
	commands := regexp.MustCompile(`(?m)^  ([\w-]+(?: \w+)?) {2,}\S`).FindAllStringSubmatch(list, -1)
	if len(commands) != strings.Count(list, "\n")+1 || len(commands) < 12 {
		t.Fatalf("%d commands found in\n%s", len(commands), list)
	}
	for _, m := range commands {
		given := regexp.MustCompile(`(?m)^stopdesktops ` + m[1] + `( |$)`).MatchString(page)
		if !given && !names(page, m[1]) {
			t.Errorf("the page says nothing of %s", m[1])
		}
	}
}

// TestNamesOfPages: whoever follows a page sets its variables in the shell that
// also gives stopdesktops its own, so none may look like one of those misspelt.
func TestNamesOfPages(t *testing.T) {
	var set []string
	for _, b := range everyBlock(t) {
		for _, m := range regexp.MustCompile(`\$\{?([A-Z][A-Z0-9_]*)`).FindAllStringSubmatch(b.text, -1) {
			set = append(set, m[1]+"=x")
		}
	}
	if all := strings.Join(set, " "); !strings.Contains(all, "STOP_TOKEN=") || !strings.Contains(all, "STOP_SECRET=") {
		t.Fatalf("the pages' variables are %s", all)
	}
	for _, line := range settings.Unread(set) {
		t.Error(line)
	}
}
