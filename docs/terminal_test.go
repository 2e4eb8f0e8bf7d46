package docs

import (
	"regexp"
	"strings"
	"testing"
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
