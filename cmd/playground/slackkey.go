package main

import (
	"errors"
	"fmt"
	"io"

	"stopdesktops/internal/core"
	"stopdesktops/internal/statekey"
)

// slackKey prints what slackcmd may hold of the state key. It takes the key
// from the environment, because arguments are seen by others.
func slackKey(stateKey string, out io.Writer) error {
	if stateKey == "" {
		return errors.New("slack-key: set STATE_KEY to the deployment's state key")
	}
	keys, err := statekey.Parse(stateKey)
	if err != nil {
		return fmt.Errorf("slack-key: STATE_KEY: %w", err)
	}
	key, err := keys.Derived(core.Slack)
	if err != nil {
		return fmt.Errorf("slack-key: %w", err)
	}
	_, err = fmt.Fprintln(out, key.Reveal())
	return err
}
