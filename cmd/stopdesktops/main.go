// Command stopdesktops is the operator's terminal: the same configuration and
// core as the functions, without a deployment.
//
//	go run ./cmd/stopdesktops preview -config config -year 2027
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// command is one word after the program's name.
type command func(args []string, out io.Writer) error

// commands have one file each.
var commands = map[string]command{
	"preview": preview,
}

// Exit codes, for scripts.
const (
	exitFailed = 1
	exitUsage  = 2 // the command line itself is wrong
)

// usageError is a mistake of the command line.
type usageError struct{ error }

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, complaints io.Writer) int {
	err := realMain(args, out)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, new(usageError)):
		fmt.Fprintln(complaints, "stopdesktops:", err)
		return exitUsage
	}
	fmt.Fprintln(complaints, "stopdesktops:", err)
	return exitFailed
}

func realMain(args []string, out io.Writer) error {
	names := strings.Join(slices.Sorted(maps.Keys(commands)), ", ")
	if len(args) == 0 {
		return usageError{fmt.Errorf("which command? The commands are %s", names)}
	}
	run, ok := commands[args[0]]
	if !ok {
		return usageError{fmt.Errorf("there is no command %q; the commands are %s", args[0], names)}
	}
	return run(args[1:], out)
}
