package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"stopdesktops/internal/config/settings"
)

const page = "../../docs/terminal.md"

// ends are the exit codes of the page's commands in the world of this test, where
// they are not 0: its runs are samples, and nobody has released a package.
var ends = map[string]string{
	"stopdesktops runs ": "1",
	"stopdesktops halt ": "1",
	"stopdesktops pack ": "1",
}

// endOf is how a command of the page ends.
func endOf(command string) string {
	for begin, code := range ends {
		if strings.HasPrefix(command, begin) {
			return code
		}
	}
	return "0"
}

// TestDocsCommandsAreWellFormed gives every command of docs/terminal.md, in its
// order, against a cloud of its own, and wants each to end as it must there.
func TestDocsCommandsAreWellFormed(t *testing.T) {
	var script strings.Builder
	script.WriteString("desktop cn-hangzhou ecd-7w78ozhjcwa3u tag=env:dev\ndesktop cn-hangzhou ecd-5k2pq9xm1bv7d tag=env:dev user=alice\n")
	commands := 0
	for _, block := range pageBlocks(t, "stopdesktops ") {
		for line := range strings.Lines(block) {
			line = strings.TrimSpace(line)
			commands++
			if strings.HasPrefix(line, "stopdesktops stop ") && !strings.Contains(line, " --yes") && !strings.Contains(line, " --dry-run") {
				fmt.Fprintf(&script, "ends 2 %s\n", line) // a script has no terminal that could ask
				line += " --yes"
			}
			fmt.Fprintf(&script, "ends %s %s\n", endOf(line), line)
		}
	}
	if commands < 15 {
		t.Fatalf("%s has %d commands; is it read at all?", page, commands)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "docs.txtar"), script.String())
	testscript.Run(t, testscript.Params{Dir: dir, Setup: func(env *testscript.Env) error {
		for _, folder := range []string{"docs", "config"} {
			if err := os.CopyFS(filepath.Join(env.WorkDir, folder), os.DirFS("../../"+folder)); err != nil {
				return err
			}
		}
		return setup(env)
	}, Cmds: map[string]func(*testscript.TestScript, bool, []string){"desktop": addDesktop, "ends": func(ts *testscript.TestScript, _ bool, args []string) {
		err := ts.Exec(args[1], args[2:]...)
		if code := ts.ReadFile(ts.Getenv(exitFile)); code != args[0] {
			ts.Fatalf("%v ends with %s, want %s: %v\n%s", args[1:], code, args[0], err, ts.ReadFile("stderr"))
		}
	}}})
}

// TestInstallOfPage installs the program as the page says, and gives its first
// command.
func TestInstallOfPage(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	got := typed(t, pageBlocks(t, "go install ")[0], "GOBIN="+bin, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	if _, want, _ := call(t, "help"); got != want {
		t.Errorf("it prints\n%s\nwant\n%s", got, want)
	}
}

// TestVariablesOfPage wants the page to set what has no default, no less and no
// more.
func TestVariablesOfPage(t *testing.T) {
	t.Parallel()
	block := pageBlocks(t, "export ")[0]
	var want []string
	for _, v := range settings.TerminalVariables() {
		if v.Required {
			want = append(want, v.Name)
		}
	}
	slices.Sort(want)
	for _, name := range want {
		block = "unset " + name + "\n" + block
	}
	var got []string
	for line := range strings.Lines(typed(t, block+"env\n")) {
		if name, _, _ := strings.Cut(line, "="); strings.Contains(block, name+"=") {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the page sets %v, want %v", got, want)
	}
}

// typed gives a script to a shell at the root of the repository.
func typed(t *testing.T, script string, env ...string) string {
	t.Helper()
	sh := exec.CommandContext(t.Context(), "sh", "-e", "-c", script)
	sh.Dir, sh.Env = "../..", append(os.Environ(), env...)
	said, err := sh.CombinedOutput()
	if err != nil {
		t.Fatalf("%s\n%v\n%s", script, err, said)
	}
	return string(said)
}

// TestCommandsInTextAreWellFormed looks at every command that the text of a page
// names: it exists, and takes those flags.
func TestCommandsInTextAreWellFormed(t *testing.T) {
	files := []string{"../../README.md"}
	err := filepath.WalkDir("../../docs", func(file string, _ fs.DirEntry, err error) error {
		if filepath.Ext(file) == ".md" {
			files = append(files, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("`(?:go run ./cmd/)?stopdesktops ([^`]+)`").FindAllStringSubmatch(string(text), -1) {
			named++
			words := strings.Fields(m[1])
			c, rest, err := commandOf(words)
			if err == nil {
				_, err = parse(c.flags, rest)
			}
			if err != nil && words[0] != "help" {
				t.Errorf("%s says stopdesktops %s: %v", file, m[1], err)
			}
		}
	}
	if named < 5 {
		t.Errorf("%d commands found", named)
	}
}

// pageBlocks are the page's blocks of commands that begin so.
func pageBlocks(t *testing.T, begin string) []string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if strings.HasPrefix(m[1], begin) {
			all = append(all, m[1])
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no block that begins with %q", page, begin)
	}
	return all
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
