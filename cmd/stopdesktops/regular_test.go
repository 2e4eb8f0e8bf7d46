package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"stopdesktops/internal/pack"
)

// TestWhatIsNoFile gives the commands devices without an end, and pipes into which
// nobody writes. A command that reads them never comes back.
func TestWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine")
	const text = "permit (principal is Operator, action, resource);\n"
	write(t, filepath.Join(mine, "policy.cedar"), text)
	pipe, large, out := filepath.Join(dir, "pipe"), filepath.Join(dir, "large.zip"), filepath.Join(dir, "out.zip")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, large, "")
	if err := os.Truncate(large, pack.MaxZip+1); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, want string }{
		{"/dev/zero", "the package cannot be read: /dev/zero is no regular file"},
		{pipe, "is no regular file"},
		{dir, "is no regular file"},
		{large, "has more than 75000000 bytes"},
	} {
		if code, said, complaints := call(t, "pack", "--config", mine, "--out", out, c.name); code != exitFailed || said != "" || !strings.Contains(complaints, c.want) {
			t.Errorf("%s: exit %d: %s%s", c.name, code, said, complaints)
		}
	}
	if code, _, complaints := call(t, "package", "--config", mine, "--version", "v1", "--out", filepath.Join(dir, "dist"), "/dev/zero"); code != exitFailed || !strings.Contains(complaints, "/dev/zero is no regular file") {
		t.Errorf("exit %d: %s", code, complaints)
	}

	// Cases and a policy that are none, also where nobody named them.
	for _, args := range [][]string{{"--config", mine, pipe}, {"--config", mine, "/dev/zero"}, {"--config", mine}, {"--config", filepath.Join(dir, "piped"), large}} {
		for _, name := range []string{filepath.Join(dir, "policy-cases.yaml"), filepath.Join(dir, "piped", "policy.cedar")} {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(name, 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
				t.Fatal(err)
			}
		}
		if code, said, complaints := call(t, append([]string{"policy", "test"}, args...)...); code != exitFailed || said != "" || !strings.Contains(complaints, "is no regular file") {
			t.Errorf("%v: exit %d: %s%s", args, code, said, complaints)
		}
	}

	// In the folder, as a file that must be there, one that is read and one that is
	// not. Each is one mistake.
	for _, name := range []string{"policy.cedar", "timers.yaml", "note"} {
		if err := os.Rename(pipe, filepath.Join(mine, name)); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"policy.cedar": "/policy.cedar: found a device, pipe or socket", "timers.yaml": "/timers.yaml: found a device, pipe or socket", "note": "/note: nothing reads this file"}[name]
		if code, said, complaints := call(t, "check", "--config", mine); code != exitFailed || !strings.Contains(said, mine+want) || !strings.Contains(complaints, "has 1 mistake") {
			t.Errorf("%s: exit %d: %s%s", name, code, said, complaints)
		}
		if err := os.Rename(filepath.Join(mine, name), pipe); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(mine, "policy.cedar"), text)
	}
}

// A file that is too large is not read to its end to know that.
func TestLargeFileStaysSmall(t *testing.T) {
	large := filepath.Join(t.TempDir(), "large")
	write(t, large, "")
	if err := os.Truncate(large, 50_000_000); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := readRegular(large, 1000); err == nil {
		t.Error("it was read")
	}
	runtime.ReadMemStats(&after)
	if took, most := after.TotalAlloc-before.TotalAlloc, uint64(1_000_000); took > most {
		t.Errorf("it took %d bytes of memory, want at most %d", took, most)
	}
}
