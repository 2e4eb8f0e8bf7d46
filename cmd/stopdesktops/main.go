package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // the machine may lack the zones that timers name

	"golang.org/x/term"
)

// version is set when the program is built for a release.
var version = "unversioned"

func main() { os.Exit(here().run(os.Args[1:])) }

// here is the terminal of this process.
func here() *terminal {
	return &terminal{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), now: time.Now, exit: os.Exit,
		asks:  term.IsTerminal(int(os.Stdin.Fd())),
		shows: term.IsTerminal(int(os.Stderr.Fd())),
		signals: func() (<-chan os.Signal, func()) {
			c := make(chan os.Signal, 2)
			signal.Notify(c, os.Interrupt, syscall.SIGTERM)
			return c, func() { signal.Stop(c) }
		},
	}
}
