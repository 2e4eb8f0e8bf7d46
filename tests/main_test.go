// Package tests runs the compiled functions on the local cloud, end to end.
package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binary is the program that each function runs, by the function's name.
var binary = map[string]string{}

// packed tells that those are the programs of the packages, which have their
// configuration folder beside them.
var packed bool

// root is the repository.
const root = ".."

// packedConfig is the configuration folder in the packages.
const packedConfig = "tests/testdata/config"

// packedVersion is the version that the functions are stamped with.
const packedVersion = "e2e"

// raceFunctions names the variable that, when it holds anything, has the tests
// run functions built with the race detector. A package has none: the detector
// needs a C library, and more memory than a function should pay for.
const raceFunctions = "RACE_FUNCTIONS"

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run makes the packages once for all tests and unpacks them, as the platform
// does: what is tested is what is deployed.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "stopdesktops-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	programs := unpackedPrograms
	if packed = os.Getenv(raceFunctions) == ""; !packed {
		programs = racePrograms
	}
	if err := programs(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// unpackedPrograms makes the packages and takes the programs in them.
func unpackedPrograms(dir string) error {
	if err := makePackages(root, dir, packedVersion); err != nil {
		return err
	}
	for _, name := range []string{"stopdesktops", "slackcmd"} {
		archive, err := os.ReadFile(filepath.Join(dir, name+".zip"))
		if err != nil {
			return err
		}
		to := filepath.Join(dir, "code", name)
		if err := unzip(to, archive); err != nil {
			return fmt.Errorf("unpack %s: %w", name, err)
		}
		binary[name] = filepath.Join(to, "main")
	}
	return nil
}

// racePrograms builds the functions with the race detector.
func racePrograms(dir string) error {
	for _, name := range []string{"stopdesktops", "slackcmd"} {
		binary[name] = filepath.Join(dir, name)
		build := exec.Command("go", "build", "-race", "-o", binary[name], "-ldflags", "-X main.version="+packedVersion, "./functions/"+name)
		build.Dir = root
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
	}
	return nil
}
