// Command playground shows the product on this machine, without an account: it
// builds the real functions, runs them on local doubles of the cloud and of
// Slack, stops a few desktops, lets a night pass over 300 more, and says what
// happened.
//
//	go run ./cmd/playground         show it, then stay up for your own requests
//	go run ./cmd/playground -exit   show it and exit, 0 only if all is as it must be
//	go run ./cmd/playground sign    sign a request, for curl
//	go run ./cmd/playground settings    print docs/settings.md
//	go run ./cmd/playground slack-key   derive SLACK_STATE_KEY from STATE_KEY
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
	if err := realMain(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "playground:", err)
		os.Exit(1)
	}
}

func realMain(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "sign":
			return sign(args[1:], os.Stdin, out)
		case "settings":
			return settingsPage(out)
		case "slack-key":
			return slackKey(os.Getenv("STATE_KEY"), out)
		}
	}
	flags := flag.NewFlagSet("playground", flag.ContinueOnError)
	exit := flags.Bool("exit", false, "exit after the show")
	logs := flags.Bool("logs", false, "show the functions' own log lines")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: go run ./cmd/playground [-exit] [-logs] | sign -secret S | settings | slack-key")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("there is no command %q; the commands are sign, settings and slack-key", flags.Arg(0))
	}
	p, err := start(ctx, out, *logs)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.show(ctx); err != nil {
		return err
	}
	if *exit {
		return nil
	}
	if err := p.invite(); err != nil {
		return err
	}
	<-ctx.Done()
	fmt.Fprintln(out, "\nStopped.")
	return nil
}
