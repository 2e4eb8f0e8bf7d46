package statekey

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// TestParseEither reads the whole key and a door's, and neither as the other.
func TestParseEither(t *testing.T) {
	webhooks := vectors[core.Webhook].derived
	for name, c := range map[string]struct {
		text string
		only core.Door
		want string // in the error; nothing: it is taken
	}{
		"the whole":         {goldenKey, "", ""},
		"several":           {goldenKey + "," + olderKey, "", ""},
		"the door's":        {" " + webhooks + "\n", core.Webhook, ""},
		"another door's":    {vectors[core.Slack].derived, "", `does not begin with "webhook."`},
		"a mixture":         {goldenKey + "," + webhooks, "", "entry 1 of 2 is no key of the webhook door"},
		"the other mixture": {webhooks + "," + goldenKey, "", "entry 2 of 2 is no key of the webhook door"},
		"nothing":           {"", "", "is empty"},
		"a full stop":       {".", "", "does not begin with"},
	} {
		t.Run(name, func(t *testing.T) {
			k, err := ParseEither(core.Webhook, c.text)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q", err, c.want)
			}
			if err != nil {
				return
			}
			if k.Only() != c.only {
				t.Errorf("it holds %q only, want %q", k.Only(), c.only)
			}
			if got, want := k.RunIDs(core.Webhook, "s", "d")[0], parse(t, goldenKey).RunIDs(core.Webhook, "s", "d")[0]; got != want {
				t.Errorf("it makes the run %s, want %s", got, want)
			}
		})
	}
}

// TestNothingOfAnotherDoor asks keys of one door for every other door.
func TestNothingOfAnotherDoor(t *testing.T) {
	k, err := ParseDoor(core.Webhook, vectors[core.Webhook].derived)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.DeleteFunc(slices.Clone(doors[:]), func(d core.Door) bool { return d == core.Webhook }) {
		run := parse(t, goldenKey).RunIDs(name, "s", "d")[0]
		_, sealing := k.Seal(run, "confidential", nil)
		_, opening := k.Open(run, "confidential", vectors[name].sealed)
		if !errors.Is(sealing, core.ErrOtherDoor) || !errors.Is(opening, core.ErrOtherDoor) || errors.Is(opening, ErrSealed) {
			t.Errorf("%s: Seal %v, Open %v", name, sealing, opening)
		}
	}
}
