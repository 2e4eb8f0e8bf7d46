package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFarewell: who ends the playground is told what became of it, and not what
// failed because of that.
func TestFarewell(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	const gone = " The local cloud, its functions and its records are gone; your files are as they were.\n"
	var printed bytes.Buffer
	for _, c := range []struct {
		args []string
		want error
	}{{nil, nil}, {[]string{"-exit"}, errLeft}} {
		printed.Reset()
		if err := realMain(ctx, c.args, &printed); !errors.Is(err, c.want) {
			t.Errorf("left before its end, the show with %v ends with %v, want %v", c.args, err, c.want)
		}
		if want := "\nThe playground was ended before the show was over." + gone; printed.String() != want {
			t.Errorf("it says %q, want %q", printed.String(), want)
		}
	}
	printed.Reset()
	if err := farewell(&printed, nil, true); err != nil || printed.String() != "\nThe playground was ended."+gone {
		t.Errorf("after the show: %v, %q", err, printed.String())
	}
}

// endingGo stands in for go run: it is up until Ctrl-C, and then ends with 1 as go
// run does whatever its program ended with.
const endingGo = `#!/bin/sh
case "$ENDS" in
at-once) exit 1 ;;
esac
trap 'echo "The playground was ended."; exit 1' INT
echo up
for i in 1 2 3 4 5 6; do sleep 10; done
`

// TestCtrlCIsNoErrorOfMake: make adds no line of its own to a playground that was left
// with Ctrl-C, which every process at the terminal gets, and does to one that failed.
func TestCtrlCIsNoErrorOfMake(t *testing.T) {
	root, err := repository(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	standIn := filepath.Join(t.TempDir(), "go")
	if err := os.WriteFile(standIn, []byte(endingGo), 0o755); err != nil {
		t.Fatal(err)
	}
	// Where the tests run in the background Ctrl-C is ignored, and it would be so below.
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, os.Interrupt)
	defer signal.Stop(caught)
	for _, target := range []string{"run", "demo"} {
		started := func(ends string) (*exec.Cmd, *lines) {
			var printed lines
			c := exec.CommandContext(t.Context(), "make", target, "GO="+standIn)
			c.Dir, c.Env = root, append(withoutMake(), "ENDS="+ends)
			c.Stdout, c.Stderr = &printed, &printed
			c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			return c, &printed
		}
		c, printed := started("at Ctrl-C")
		printed.wait("up\n", func() {
			if err := syscall.Kill(-c.Process.Pid, syscall.SIGINT); err != nil {
				t.Error(err)
			}
		})
		err := c.Run()
		if status, ok := c.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGINT {
			t.Errorf("make %s ends with %v, want as interrupted, which shells call 130", target, err)
		}
		if want := "up\nThe playground was ended.\n"; printed.String() != want {
			t.Errorf("make %s prints %q, want %q", target, printed.String(), want)
		}
		c, printed = started("at-once")
		if err := c.Run(); err == nil || !strings.Contains(printed.String(), "Error 1") {
			t.Errorf("of a playground that fails make %s says %v, %q", target, err, printed.String())
		}
	}
}
