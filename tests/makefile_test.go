package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNamesAreNoCommands builds at a commit whose tag is a shell's command, as
// whoever may push a tag can make it, and with such a version: nothing of it runs,
// and the build says what a version may hold.
func TestNamesAreNoCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Makefile"), read(t, filepath.Join(root, "Makefile")), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) (string, error) {
		c := exec.CommandContext(t.Context(), name, args...)
		c.Dir = dir
		c.Env = append(withoutMake(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=alice", "GIT_AUTHOR_EMAIL=alice@example.com",
			"GIT_COMMITTER_NAME=alice", "GIT_COMMITTER_EMAIL=alice@example.com")
		said, err := c.CombinedOutput()
		return string(said), err
	}
	const hostile = "v9';touch${IFS}pwned;'"
	for _, args := range [][]string{{"init", "-q"}, {"add", "Makefile"}, {"commit", "-q", "-m", "first"}, {"tag", hostile}} {
		if said, err := run("git", args...); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, said)
		}
	}
	for what, args := range map[string][]string{"a tag": {"build", "GO=true"}, "VERSION": {"build", "GO=true", "VERSION=v9';touch pwned;'"},
		"a version of two lines": {"build", "GO=true", "VERSION=v9\ntouch pwned"}} {
		said, err := run("make", args...)
		if err == nil || !strings.Contains(said, "may hold letters, digits and") {
			t.Errorf("%s: %v\n%s", what, err, said)
		}
		if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
			t.Fatalf("%s was carried out", what)
		}
	}
	if said, err := run("make", "build", "GO=true", "VERSION=v1.2.0-rc.1+x_y"); err != nil {
		t.Errorf("an ordinary version: %v\n%s", err, said)
	}
	if said, err := run("make", "build", "GO=true", "VERSION=v1", "OUT="); err == nil || !strings.Contains(said, "OUT is empty") {
		t.Errorf("no folder: %v\n%s", err, said)
	}
}

// TestFolderBeforeBuild: what keeps a folder from being packed is said before anything
// is built for it.
func TestFolderBeforeBuild(t *testing.T) {
	t.Parallel()
	folder, bin := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		filepath.Join(folder, "policy.cedar"):      "permit (principal, action, resource);\n",
		filepath.Join(folder, "terraform.tfstate"): "{}\n",
		filepath.Join(folder, "timers.yaml"):       "Timers: [{}]\n",
		// It stands in for go, and builds nothing.
		filepath.Join(bin, "go"): "#!/bin/sh\ntest \"$1\" != build || { echo it builds; exit 0; }\nexec go \"$@\"\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.CommandContext(t.Context(), "make", "package", "VERSION=v1.2.3-test", "GO="+filepath.Join(bin, "go"), "CONFIG="+folder, "OUT="+t.TempDir())
	run.Dir, run.Env = root, withoutMake()
	said, err := run.CombinedOutput()
	if err == nil {
		t.Error("it is packed")
	}
	for _, words := range []string{folder + "/terraform.tfstate: ", folder + "/timers.yaml:1:10: Name is missing", folder + "/timers.yaml:1:10: Cron is missing"} {
		if !strings.Contains(string(said), words) {
			t.Errorf("it does not say %q", words)
		}
	}
	if strings.Contains(string(said), "it builds") {
		t.Error("it is built first")
	}
	if t.Failed() {
		t.Log(string(said))
	}
}

// TestEmptyFolder: a folder that is named and is nothing is no folder, and go is not
// even started to say so.
func TestEmptyFolder(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"run", "check", "preview", "package"} {
		for _, how := range []string{"in the command", "in the environment"} {
			args := []string{target, "VERSION=v1", "GO=echo go starts:"}
			env := withoutMake()
			if how == "in the command" {
				args = append(args, "CONFIG=")
			} else {
				env = append(env, "CONFIG=")
			}
			run := exec.CommandContext(t.Context(), "make", args...)
			run.Dir, run.Env = root, env
			said, err := run.CombinedOutput()
			if err == nil || !strings.HasPrefix(string(said), "CONFIG is empty. Say which folder") || strings.Contains(string(said), "go starts") {
				t.Errorf("make %s, empty %s: %v\n%s", target, how, err, said)
			}
		}
	}
}

// withoutMake is this process's environment but for what the make that runs the tests
// hands down: its VERSION would stand for the one that the tag gives.
func withoutMake() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains([]string{"VERSION", "CONFIG", "YEAR", "OUT", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}, name)
	})
}
