package startup

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
	"stopdesktops/internal/statekey"
)

// DoorKey is the variable that s-door.yaml gives to the door as its STATE_KEY. No
// function reads it by this name.
var DoorKey = settings.Variable{Name: "DOOR_STATE_KEY", Required: true, Secret: true, Want: "what `go run ./cmd/stopdesktops door-key` derives from STATE_KEY",
	Doc: "The part of the state key that the door of s-door.yaml needs. It can make nothing for any other door."}

// howToMakeDoorKey is how it is made.
const howToMakeDoorKey = "make it with: STATE_KEY=... go run ./cmd/stopdesktops door-key"

// stateKey reads the state key. A door may hold the key of webhooks alone. Whoever
// carries runs out gets everybody's, whatever this folder says of timers and Slack,
// so it must hold the whole key: without it a night would pass before somebody sees
// that its tick was refused.
func (p *Parts) stateKey(c config.Config) (err error) {
	if p.isDoor(c) {
		p.Keys, err = readDoorKey(c.State.Key)
		return err
	}
	p.Keys, err = statekey.Parse(c.State.Key.Reveal())
	return err
}

// isDoor says whether the function that starts queues its runs for another one. At
// a terminal nothing starts.
func (p *Parts) isDoor(c config.Config) bool {
	return p.Self != "" && c.Invoke.Function != "" && p.Self != c.Invoke.Function
}

// readDoorKey reads the key of webhooks, or the whole state key, with which doors
// were deployed before they had one of their own.
func readDoorKey(key core.Secret) (*statekey.Keys, error) {
	keys, err := statekey.ParseEither(core.Webhook, key.Reveal())
	if err != nil {
		// Whatever is wrong with how many entries, the whole is made anew. Who is told
		// to make a state key here would have a door that knows nobody's runs.
		said := strings.NewReplacer("\n", "; ", "; "+statekey.HowToMake, "").Replace(err.Error())
		err = errors.New(said + "; " + howToMakeDoorKey)
	}
	return keys, err
}

// TooMuchKey is what to say of a door that was given the whole state key. It works.
func (p *Parts) TooMuchKey(c config.Config) []string {
	if p.Keys == nil || !p.isDoor(c) || p.Keys.Only() != "" {
		return nil
	}
	return []string{fmt.Sprintf("STATE_KEY: this function is a door of %s and holds the whole state key, so whoever takes it over could sign for Slack and name the runs of timers; give it the key of webhooks only: %s", c.Invoke.Function, howToMakeDoorKey)}
}

// Door are the checks of what s-door.yaml gives to the door, where it is set, for
// whoever looks at the whole deployment: the door's own at its start, and whether
// its key is that of the worker.
func Door(environ []string) []config.Check {
	return []config.Check{{Of: DoorKey.Name, Run: func(c config.Config) error {
		keys, err := readDoorKey(doorKeyOf(environ))
		if err != nil {
			return err
		}
		whole, err := statekey.Parse(c.State.Key.Reveal())
		if err != nil || sameKeys(core.Webhook, keys, whole) {
			return nil
		}
		return errors.New("is not what the STATE_KEY beside it gives, so the same delivery may be another run for the door than for the worker; " + howToMakeDoorKey)
	}}}
}

// DoorWarnings is what to say of a whole state key that s-door.yaml would give to
// the door.
func DoorWarnings(environ []string) []string {
	if keys, err := readDoorKey(doorKeyOf(environ)); err != nil || keys.Only() != "" {
		return nil
	}
	return []string{DoorKey.Name + " is the whole state key, and the door needs the key of webhooks only; " + howToMakeDoorKey}
}

func doorKeyOf(environ []string) core.Secret {
	return core.Secret(settings.EnvironmentOf(environ)[DoorKey.Name])
}

// sameKeys says whether both hold the same keys of a door, in the same order: keys
// that make the same runs are the same.
func sameKeys(door core.Door, a, b *statekey.Keys) bool {
	const sender, delivery = "check", "check"
	return slices.Equal(a.RunIDs(door, sender, delivery), b.RunIDs(door, sender, delivery))
}
