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

const doorKeyHelp = `
  export DOOR_STATE_KEY=$(stopdesktops door-key)

Derives DOOR_STATE_KEY, which s-door.yaml gives to the function stopdesktops-door,
from STATE_KEY, which the function stopdesktops holds, and prints it: the key of
webhooks, which can make nothing of Slack, a timer or a terminal. Where STATE_KEY
has several keys, so has what is printed. The key is read from the environment,
because arguments are seen by others. It asks nobody.
`

func slackKeyCommand() *command {
	return derivedKeyCommand("slack-key", "slackcmd", slackKeyHelp, core.Slack)
}

func doorKeyCommand() *command {
	return derivedKeyCommand("door-key", "stopdesktops-door", doorKeyHelp, core.Webhook)
}

// derivedKeyCommand prints the key of one door, for a function that must not hold
// more.
func derivedKeyCommand(name, function, help string, door core.Door) *command {
	return &command{name: name, what: "Print the key of the function " + function + ", made from STATE_KEY.", more: help, flags: newFlags(name),
		do: func(_ context.Context, t *terminal, args []string) error {
			if len(args) > 0 {
				return usagef("%s takes no words; it reads STATE_KEY from the environment", name)
			}
			keys, err := statekey.Parse(t.variable("STATE_KEY"))
			if err != nil {
				return configFailure(mistake.Of("STATE_KEY", err))
			}
			key, err := keys.Derived(door)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(t.out, key.Reveal())
			return err
		}}
}
