package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// command is one command of the program.
type command struct {
	name string // one word, or two
	args string // what stands behind it, as in "<run>"
	what string // one line for the list
	more string // what else the help says, in paragraphs; may be empty
	// flags are its own; do reads them once they are parsed.
	flags *flag.FlagSet
	do    func(ctx context.Context, t *terminal, args []string) error
}

func newFlags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard) // what is wrong is said in our own way
	f.Usage = func() {}
	return f
}

func (c *command) give(ctx context.Context, t *terminal, args []string) error {
	args, err := parse(c.flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.help(t.out)
	case err != nil:
		return &failure{code: exitUsage, text: flagMistake.Replace(err.Error()), hint: c.nearFlag(err.Error())}
	}
	err = c.do(ctx, t, args)
	if f := (*failure)(nil); errors.As(err, &f) && f.code == exitUsage && f.hint == "" {
		f.hint = c.helpHint()
	}
	return err
}

// flagMistake writes a flag as the help does.
var flagMistake = strings.NewReplacer("flag provided but not defined: -", "there is no flag --", "for flag -", "for --", ": -", ": --")

// nearFlag names the flag that was meant, where hyphens alone tell them apart.
func (c *command) nearFlag(mistake string) string {
	_, typed, _ := strings.Cut(mistake, "not defined: -")
	plain := func(s string) string { return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(s)) }
	hint := c.helpHint()
	c.flags.VisitAll(func(f *flag.Flag) {
		if typed != "" && plain(f.Name) == plain(typed) {
			hint = "did you mean --" + f.Name + "?"
		}
	})
	return hint
}

func (c *command) helpHint() string { return "stopdesktops " + c.name + " --help" }

// parse reads flags before, between and behind other words, as people type
// them. Behind -- everything is a word.
func parse(f *flag.FlagSet, args []string) (words []string, err error) {
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		left := f.Args()
		if read := len(args) - len(left); read > 0 && args[read-1] == "--" {
			return append(words, left...), nil
		}
		if len(left) == 0 {
			break
		}
		words, args = append(words, left[0]), left[1:]
	}
	return words, nil
}

// help prints what there is to know of one command.
func (c *command) help(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nusage: stopdesktops %s", c.what, c.name)
	hasFlags := false
	c.flags.VisitAll(func(*flag.Flag) { hasFlags = true })
	if hasFlags {
		b.WriteString(" [flags]")
	}
	if c.args != "" {
		b.WriteString(" " + c.args)
	}
	b.WriteString("\n")
	if c.more != "" {
		b.WriteString("\n" + strings.Trim(c.more, "\n") + "\n")
	}
	if hasFlags {
		b.WriteString("\nflags:\n")
		c.flags.VisitAll(func(f *flag.Flag) {
			value, usage := flag.UnquoteUsage(f)
			fmt.Fprintf(&b, "  --%s\n      %s", strings.TrimSpace(f.Name+" "+value), usage)
			if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
				fmt.Fprintf(&b, " (default %s)", f.DefValue)
			}
			b.WriteString("\n")
		})
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// listFlag is a flag that may be given several times, with commas as well.
type listFlag []string

func (l *listFlag) String() string { return strings.Join(*l, ",") }

func (l *listFlag) Set(s string) error {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*l = append(*l, part)
		}
	}
	return nil
}

// textFlag is a flag that knows whether it was given.
type textFlag struct {
	value string
	given bool
}

func (f *textFlag) String() string { return f.value }

func (f *textFlag) Set(s string) error {
	f.value, f.given = s, true
	return nil
}
