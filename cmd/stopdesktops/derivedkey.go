package main

import (
	"context"
	"fmt"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/statekey"
)

const slackKeyHelp = `
  export SLACK_STATE_KEY=$(stopdesktops slack-key)

Derives SLACK_STATE_KEY, which the function slackcmd holds, from STATE_KEY, which
the function stopdesktops holds, and prints it. Where STATE_KEY has several keys,
so has what is printed. The key is read from the environment, because arguments are
seen by others. It asks nobody.
`

func slackKeyCommand() *command {
	return &command{name: "slack-key", what: "Print the key of the function slackcmd, made from STATE_KEY.", more: slackKeyHelp, flags: newFlags("slack-key"),
		do: func(_ context.Context, t *terminal, args []string) error {
			if len(args) > 0 {
				return usagef("slack-key takes no words; it reads STATE_KEY from the environment")
			}
			keys, err := statekey.Parse(t.variable("STATE_KEY"))
			if err != nil {
				return configFailure(mistake.Of("STATE_KEY", err))
			}
			key, err := keys.Derived(core.Slack)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(t.out, key.Reveal())
			return err
		}}
}
