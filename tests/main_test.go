// Package tests runs the compiled functions on the local cloud, end to end.
package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binary is the compiled function, by name.
var binary = map[string]string{}

// root is the repository.
const root = ".."

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run builds the functions once for all tests, with the race detector where
// the tests have it.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "stopdesktops-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"stopdesktops", "slackcmd"} {
		binary[name] = filepath.Join(dir, name)
		args := []string{"build", "-o", binary[name], "-ldflags", "-X main.version=e2e"}
		if raceEnabled {
			args = append(args, "-race")
		}
		build := exec.Command("go", append(args, "./functions/"+name)...)
		build.Dir = root
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build %s: %v\n%s", name, err, out)
			return 1
		}
	}
	return m.Run()
}
