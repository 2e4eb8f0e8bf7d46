// Command playground shows the product on this machine, without an account: it
// builds the real functions, runs them on local doubles of the cloud and of
// Slack, stops a few desktops, lets a night pass over 300 more, and says what
// happened.
//
//	go run ./cmd/playground         show it, then stay up for your own requests
//	go run ./cmd/playground -exit   show it and exit, 0 only if all is as it must be
//	go run ./cmd/playground -config my-config   show it with a folder of your own
//	go run ./cmd/playground sign    sign a request, for curl
//	go run ./cmd/playground settings    print docs/settings.md
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := realMain(ctx, os.Args[1:], os.Stdout); {
	case errors.Is(err, errLeft):
		os.Exit(exitLeft)
	case err != nil:
		fmt.Fprintln(os.Stderr, "playground:", err)
		os.Exit(1)
	}
}

func realMain(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "sign":
			return sign(args[1:], os.Environ(), os.Stdin, out)
		case "settings":
			return settingsPage(out)
		}
	}
	flags := flag.NewFlagSet("playground", flag.ContinueOnError)
	h := how{environ: os.Environ()}
	flags.BoolVar(&h.judged, "exit", false, "exit after the show; it fails where anything is not as it must be")
	flags.BoolVar(&h.logs, "logs", false, "show the functions' own log lines")
	flags.Func("config", "run with this configuration `folder` of your own; without it, with "+shipped, func(dir string) error {
		if h.config = dir; dir == "" {
			return errors.New("name a folder, or leave -config out")
		}
		return nil
	})
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: go run ./cmd/playground [-exit] [-logs] [-config folder] | sign -secret S | sign -config folder -sender name | settings")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("there is no command %q; the commands are sign and settings", flags.Arg(0))
	case h.judged && h.config != "":
		return fmt.Errorf("-exit holds the show to what %s leads to, so it cannot judge %s; leave out -exit or -config", shipped, h.config)
	}
	err := play(ctx, out, h)
	if ctx.Err() != nil {
		return farewell(out, err, h.judged)
	}
	return err
}

// play shows the product and stays up, until it is told to end.
func play(ctx context.Context, out io.Writer, h how) error {
	p, err := start(ctx, out, h)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.show(ctx); err != nil || h.judged {
		return err
	}
	if err := p.invite(ctx); err != nil {
		return err
	}
	return p.stay(ctx)
}
