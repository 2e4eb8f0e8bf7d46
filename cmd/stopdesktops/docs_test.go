package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

const page = "../../docs/terminal.md"

// TestDocsCommandsAreWellFormed gives every command of docs/terminal.md, in its
// order, against a cloud of its own, and wants none of them to be misspelt.
func TestDocsCommandsAreWellFormed(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	commands := 0
	for block := range blocks(string(text), "sh") {
		for line := range strings.Lines(block) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "stopdesktops ") {
				fmt.Fprintf(&script, "stdin yes.txt\nruns %s\n", line)
				commands++
			}
		}
	}
	if commands < 15 {
		t.Fatalf("%s has %d commands; is it read at all?", page, commands)
	}
	script.WriteString("-- yes.txt --\nyes\n")
	dir := t.TempDir()
	write(t, filepath.Join(dir, "docs.txtar"), script.String())
	testscript.Run(t, testscript.Params{Dir: dir, Setup: func(env *testscript.Env) error {
		if err := os.CopyFS(filepath.Join(env.WorkDir, "docs"), os.DirFS("../../docs")); err != nil {
			return err
		}
		if err := os.CopyFS(filepath.Join(env.WorkDir, "config"), os.DirFS("../../config")); err != nil {
			return err
		}
		return setup(env)
	}, Cmds: map[string]func(*testscript.TestScript, bool, []string){"runs": func(ts *testscript.TestScript, _ bool, args []string) {
		// A run that does not exist, or a question that nobody can be asked, is the
		// page's example and no mistake of its spelling.
		err := ts.Exec(args[0], args[1:]...)
		code, said := ts.ReadFile(ts.Getenv(exitFile)), ts.ReadFile("stderr")
		if code == "2" && !strings.Contains(said, "nobody can be asked") {
			ts.Fatalf("%v: %v\n%s", args, err, said)
		}
	}}})
}

// blocks are the fenced blocks of a language.
func blocks(text, language string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for {
			_, after, found := strings.Cut(text, "```"+language+"\n")
			if !found {
				return
			}
			block, rest, _ := strings.Cut(after, "```")
			if !yield(block) {
				return
			}
			text = rest
		}
	}
}

// TestDocsListEveryExitCode compares the page's table with what the help says.
func TestDocsListEveryExitCode(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| exit code | meaning |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var want strings.Builder
	for _, e := range exits {
		fmt.Fprintf(&want, "| %d | %s |\n", e.code, e.means)
	}
	if strings.TrimSpace(table) != strings.TrimSpace(want.String()) {
		t.Errorf("the table is\n%s\nand the program says\n%s", table, want.String())
	}
}
