package main

import (
	"fmt"
	"io"
	"strings"
)

// help prints the list of commands, or what there is to know of one.
func (t *terminal) help(args []string) error {
	if len(args) > 0 {
		if c := begunBy(args[0]); c != nil && len(args) == 1 {
			return c.help(t.out)
		}
		c, _, err := commandOf(args)
		if err != nil {
			return err
		}
		return c.help(t.out)
	}
	var b strings.Builder
	b.WriteString("Stops cloud computers of Elastic Desktop Service from a terminal, by the same\npolicy and with the same records as the deployed functions.\n\nusage: stopdesktops <command> [flags] [words]\n\ncommands:\n")
	for _, make := range commands {
		c := make()
		fmt.Fprintf(&b, "  %-12s %s\n", c.name, c.what)
	}
	fmt.Fprintf(&b, "  %-12s %s\n", "help", "Show this, or with a command what there is to know of it.")
	b.WriteString("\nexit codes:\n")
	for _, e := range exits {
		fmt.Fprintf(&b, "  %-4d %s\n", e.code, e.means)
	}
	b.WriteString("\nflags may stand before, between and behind other words. docs/terminal.md says\nwhich variables and credentials are needed.\n")
	_, err := io.WriteString(t.out, b.String())
	return err
}
