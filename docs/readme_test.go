package docs

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/strictjson"
)

// TestRunOfReadme types the first command, reads what it shows until it stays up,
// writes the page's own rule, asks for what it forbids, and presses Ctrl-C.
func TestRunOfReadme(t *testing.T) {
	t.Parallel()
	blocks := claimed(t, "TestRunOfReadme")
	if len(blocks) != 3 {
		t.Fatalf("%d blocks", len(blocks))
	}
	// A group of its own gets the interrupt whole, as from a terminal.
	run := exec.CommandContext(t.Context(), "sh", "-c", blocks[0].text)
	run.Dir = root
	run.Env = slices.DeleteFunc(os.Environ(), namesFolder)
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	run.Stdout, run.Stderr = write, write
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	var shown strings.Builder
	up := false
	for lines := bufio.NewScanner(read); lines.Scan(); {
		fmt.Fprintln(&shown, lines.Text())
		if lines.Text() == "Press Ctrl-C to end." {
			up = true
			ownRule(t, shown.String(), blocks[1].text, blocks[2].text)
			if err := syscall.Kill(-run.Process.Pid, syscall.SIGINT); err != nil {
				t.Error(err)
			}
		}
	}
	_ = run.Wait() // make says that it was interrupted, which it was
	if !up {
		t.Fatalf("it does not stay up:\n%s", shown.String())
	}
	for _, words := range []string{"Twelve desktops", "All 312 desktops are as they must be", "the 300 of the night", "the 18 reasons", "curl -sS ", "\nThe playground was ended. The local cloud, "} {
		if !strings.Contains(shown.String(), words) {
			t.Errorf("it does not show %q:\n%s", words, shown.String())
		}
	}
}

// namesFolder says of a variable that make would take another folder from it.
func namesFolder(entry string) bool {
	return strings.HasPrefix(entry, "CONFIG=") || strings.HasPrefix(entry, "MAKEFLAGS=")
}

// secondShell is the line that makes a shell that of an operator of the
// playground.
var secondShell = regexp.MustCompile(`(?m)^  (\. \S+)$`)

// ownRule gives the page's commands in a copy of what they need, and the last of
// them with the rule and without.
func ownRule(t *testing.T, shown, rule, ask string) {
	t.Helper()
	line := secondShell.FindStringSubmatch(shown)
	if line == nil {
		t.Errorf("nothing is said of a second shell:\n%s", shown)
		return
	}
	dir := t.TempDir()
	for _, folder := range []string{"cmd", "internal", "config"} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			t.Error(err)
			return
		}
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(readText(t, filepath.Join(root, file))), 0o644); err != nil {
			t.Error(err)
			return
		}
	}
	for _, c := range []struct{ script, want string }{
		{"set -e\n" + rule, "config: no mistakes"},
		// Again: it copies nothing into the copy, and the rule is there once.
		{"set -e\n" + rule + "test ! -e my-config/config && echo as before", "config: no mistakes\nas before"},
		{line[1] + "\n" + ask, "not_permitted"},
		{line[1] + "\n" + strings.Replace(ask, "--config my-config", "--config config", 1), "would_stop"},
	} {
		shell := exec.CommandContext(t.Context(), "sh", "-c", c.script)
		shell.Dir = dir
		// Without paths the compiler takes over what it made in another folder.
		shell.Env = append(os.Environ(), "GOFLAGS=-trimpath")
		said, err := shell.CombinedOutput()
		if !strings.Contains(string(said), c.want) {
			t.Errorf("%s\n%v\n%s\nwant %s", c.script, err, said, c.want)
		}
	}
}

// TestRequestsOfReadme reads the page's requests as the door does.
func TestRequestsOfReadme(t *testing.T) {
	for _, b := range claimed(t, "TestRequestsOfReadme") {
		body := b.text
		if b.language == "http" {
			route, rest, ok := strings.Cut(body, "\n\n")
			if !ok || !slices.Contains(routesOf(t), route) {
				t.Errorf("there is no route %s", route)
			}
			body = rest
		}
		var q core.Request
		fields := strictjson.Decode([]byte(body), &q)
		if err := (core.Rules{Regions: []string{"cn-hangzhou"}}).Validate(core.Webhook, q); err != nil || len(fields) > 0 {
			t.Errorf("%s\n%v %v", b, fields, err)
		}
	}
}

// TestPictureOfReadme wants what the picture names to be called so.
func TestPictureOfReadme(t *testing.T) {
	picture := claimed(t, "TestPictureOfReadme")[0].text
	journal := ""
	files, err := filepath.Glob(filepath.Join(root, "internal/journal/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		journal += readText(t, file)
	}
	records := regexp.MustCompile(`--> ([a-z]+)`).FindAllStringSubmatch(picture, -1)
	if len(records) != 5 {
		t.Errorf("records %v", records)
	}
	for _, record := range records {
		if !regexp.MustCompile(`"` + record[1] + `[-"]`).MatchString(journal) {
			t.Errorf("there is no record %s", record[1])
		}
	}
	for _, folder := range regexp.MustCompile(`functions/\w+`).FindAllString(picture, -1) {
		if _, err := os.Stat(filepath.Join(root, folder)); err != nil {
			t.Error(err)
		}
	}
	if !strings.Contains(picture, "twenty at a time") || core.BatchDefault != 20 {
		t.Error("it stops another number at a time")
	}
	if !strings.Contains(picture, fmt.Sprintf("answer %d", http.StatusAccepted)) || !strings.Contains(picture, "POST /stop ") || !slices.Contains(routesOf(t), "POST /stop") {
		t.Error("it is asked or answered otherwise")
	}
}

// TestFoldersOfReadme compares the list of folders with the tree: nothing is
// listed that is not there, and every room of the house is listed.
func TestFoldersOfReadme(t *testing.T) {
	listed := map[string]bool{}
	for line := range strings.Lines(claimed(t, "TestFoldersOfReadme")[0].text) {
		names := regexp.MustCompile(`^[^ ,]+(, [^ ,]+)*`).FindString(line)
		for name := range strings.SplitSeq(names, ", ") {
			listed[name] = true
		}
	}
	for name := range listed {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			t.Error(err)
		}
	}
	for _, rooms := range []string{"functions", "internal", "internal/config", "internal/slackbot", "cmd", "deploy", "tests"} {
		entries, err := os.ReadDir(filepath.Join(root, rooms))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			// Of what is deployed every file counts.
			if name := rooms + "/" + e.Name(); (e.IsDir() || rooms == "deploy") && e.Name() != "testdata" && !listed[name] {
				t.Errorf("%s is not listed", name)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "*.y*ml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%v %v", files, err)
	}
	for _, file := range files {
		if !listed[filepath.Base(file)] {
			t.Errorf("%s is not listed", filepath.Base(file))
		}
	}
}

// TestOutcomesOfReadme wants every code in the page's table, once.
func TestOutcomesOfReadme(t *testing.T) {
	_, table, _ := strings.Cut(readText(t, filepath.Join(root, "README.md")), "| outcome | meaning |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var got, want []string
	for line := range strings.Lines(table) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		for word := range strings.SplitSeq(cell, ", ") {
			got = append(got, strings.Trim(word, "`"))
		}
	}
	for _, c := range core.Codes() {
		want = append(want, string(c))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the page has %v, the code %v", got, want)
	}
}
