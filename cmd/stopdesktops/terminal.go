package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// terminal is where a command is given and where it speaks.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
	now      func() time.Time
	asks     bool // somebody sits at in, and can be asked
	shows    bool // err is a screen, on which a line may be written over
	// signals begins to catch Ctrl-C, until the function that it returns is called.
	signals func() (<-chan os.Signal, func())
	exit    func(code int)

	// Of the command that is given, once it has opened the deployment.
	signer  signer
	lookout *lookout
	zone    *time.Location // that of ZONE, in which people are shown every time
}

// commands are listed in the order of the help, and have one file each.
var commands = []func() *command{stopCommand, whyCommand, runsCommand, haltCommand, freezeCommand, unfreezeCommand, keepCommand, unkeepCommand,
	checkCommand, policyTestCommand, previewCommand, slackKeyCommand, doorKeyCommand, packageCommand, packCommand, versionCommand}

// run gives one command and returns the exit code.
func (t *terminal) run(args []string) int {
	err := t.give(context.Background(), args)
	if err != nil {
		t.complain(err)
	}
	return exitCode(err)
}

func (t *terminal) give(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usagef("which command? the commands are %s", commandNames())
	}
	switch {
	case asksHelp(args[0]):
		return t.help(args[1:])
	case len(args) == 2 && asksHelp(args[1]) && args[1] != "help":
		return t.help(args[:1])
	}
	c, rest, err := commandOf(args)
	if err != nil {
		return err
	}
	return c.give(ctx, t, rest)
}

// asksHelp says whether a word asks for help.
func asksHelp(word string) bool {
	return slices.Contains([]string{"help", "-h", "-help", "--help"}, word)
}

// commandOf finds the command that words begin with: one word, or two.
func commandOf(args []string) (*command, []string, error) {
	for _, make := range commands {
		c := make()
		name := strings.Fields(c.name)
		if len(args) >= len(name) && slices.Equal(args[:len(name)], name) {
			return c, args[len(name):], nil
		}
	}
	if c := begunBy(args[0]); c != nil {
		return nil, nil, usagef("%s what? write stopdesktops %s", args[0], c.name)
	}
	return nil, nil, usagef("there is no command %q; the commands are %s", args[0], commandNames())
}

// begunBy is the command of two words that a word begins, or nil.
func begunBy(word string) *command {
	for _, make := range commands {
		if c := make(); strings.HasPrefix(c.name, word+" ") {
			return c
		}
	}
	return nil
}

func commandNames() string {
	var names []string
	for _, make := range commands {
		names = append(names, make().name)
	}
	return strings.Join(append(names, "help"), ", ")
}

// say prints a line for the person at the terminal, beside the result. It is where
// everything passes that is said so, and where that is cleaned.
func (t *terminal) say(format string, args ...any) {
	fmt.Fprintf(t.err, "stopdesktops: %s\n", clean(fmt.Sprintf(format, args...)))
}
