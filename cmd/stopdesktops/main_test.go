package main

import (
	"os"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// exitFile is the variable that says where a script's command leaves its exit
// code, which testscript does not tell.
const exitFile = "TEST_EXIT_FILE"

// TestMain lets this test binary be the command as well, for the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stopdesktops": func() {
		code := here().run(os.Args[1:])
		if err := os.WriteFile(os.Getenv(exitFile), []byte(strconv.Itoa(code)), 0o600); err != nil {
			panic(err)
		}
		os.Exit(code)
	}})
}
