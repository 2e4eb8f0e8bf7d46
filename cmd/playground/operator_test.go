package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stopdesktops/internal/sim/ecd"
)

// shown is a playground that has shown a conversation in Slack and has invited to
// try more. It returns what was printed last.
func shown(t *testing.T) (*playground, string) {
	t.Helper()
	p, err := start(t.Context(), io.Discard, how{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.close() })
	if err := p.slack(t.Context()); err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	p.out = &printed
	if err := p.invite(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p, printed.String()
}

// secondShell gives one of the printed lines in a shell that has read the file,
// and that has variables of a real deployment, which must not count.
func secondShell(t *testing.T, source, line string) string {
	t.Helper()
	root, err := repository(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-e", "-c", source+"\n"+line)
	shell.Dir = root
	shell.Env = append(os.Environ(), "ALIBABA_CLOUD_SECURITY_TOKEN=of-another-key", "ECD_ASSUME_ROLE_ARN=acs:ram::1234567890123456:role/elsewhere",
		"STATE_KEY=of-another-deployment", "CEILING_TERMINAL=nonsense", "CONFIG_DIR=/nowhere")
	said, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, said)
	}
	return string(said)
}

// terminalLines are the printed lines for a second shell, of which the first
// reads the file.
func terminalLines(t *testing.T, printed string) []string {
	t.Helper()
	_, printed, found := strings.Cut(printed, "in a second shell, in this folder,\n\n")
	block, _, _ := strings.Cut(printed, "\n\n")
	if !found || !strings.HasPrefix(block, "  . ") {
		t.Fatalf("no lines for a second shell in %s", printed)
	}
	lines := strings.Split(block, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return lines
}

// TestTerminalLines gives the printed lines in their order, and asks the functions
// what they make of it. The file with the keys is its owner's, and ends with the
// playground.
func TestTerminalLines(t *testing.T) {
	p, printed := shown(t)
	lines := terminalLines(t, printed)
	file := strings.TrimPrefix(lines[0], ". ")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != terminalMode {
		t.Errorf("mode %v, want %v", info.Mode(), os.FileMode(terminalMode))
	}
	stopping := func() (int, string) {
		t.Helper()
		headers, err := signed(p.cloud.WebhookSecret, "", []byte(refusedRequest))
		if err != nil {
			t.Fatal(err)
		}
		status, text, err := p.send(t.Context(), http.MethodPost, "/stop", headers, refusedRequest)
		if err != nil {
			t.Fatal(err)
		}
		return status, string(text)
	}
	wants := []struct {
		command string
		says    []string
		then    func()
	}{
		{"why", []string{"ecd-night", "it would be stopped", "prepaid"}, nil},
		{"stop", []string{"ecd-demo0004", "would_stop"}, func() {
			if d, _ := p.cloud.ECD.Desktop("cn-hangzhou", "ecd-demo0004"); d.Status != ecd.Running {
				t.Errorf("after a dry run the desktop is %s", d.Status)
			}
		}},
		// A record of Slack has a sealed part, which only the same state key opens.
		{"runs", []string{"ecd-demo0012  stopped", "by slack:"}, nil},
		{"freeze", []string{"frozen until ", "release night"}, func() {
			if status, text := stopping(); status != http.StatusConflict || !strings.Contains(text, "terminal:") {
				t.Errorf("the function answers a stop during the freeze with %d %s", status, text)
			}
		}},
		{"unfreeze", []string{"no longer frozen"}, func() {
			if status, text := stopping(); status != http.StatusAccepted {
				t.Errorf("the function answers a stop after the freeze with %d %s", status, text)
			}
		}},
	}
	if len(lines) != len(wants)+1 {
		t.Fatalf("%d lines, want %d: %q", len(lines), len(wants)+1, lines)
	}
	for i, want := range wants {
		line := lines[i+1]
		if !strings.HasPrefix(line, "go run ./cmd/stopdesktops "+want.command+" ") && line != "go run ./cmd/stopdesktops "+want.command {
			t.Fatalf("line %q, want the command %s", line, want.command)
		}
		said := secondShell(t, lines[0], line)
		for _, words := range want.says {
			if !strings.Contains(said, words) {
				t.Errorf("%s says nothing of %q:\n%s", line, words, said)
			}
		}
		if want.then != nil {
			want.then()
		}
	}
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(file)); !os.IsNotExist(err) {
		t.Errorf("after the end its folder is still there: %v", err)
	}
}

func TestShellPath(t *testing.T) {
	for path, want := range map[string]string{"/tmp/playground-1/terminal.sh": "/tmp/playground-1/terminal.sh", "/tmp/my files/it's/x": `'/tmp/my files/it'\''s/x'`, "$HOME": "'$HOME'"} {
		if got := shellPath(path); got != want {
			t.Errorf("%s became %s, want %s", path, got, want)
		}
	}
}
