package statekey

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"stopdesktops/internal/core"
)

// doors are all the doors that a state key serves.
var doors = [...]core.Door{core.Slack, core.Webhook, core.Timer, core.Terminal}

// Keys is what a deployment, or a function that faces one door, holds. It
// implements core.Keys and the sealing of the journal. It is safe for
// concurrent use and prints as "[hidden]".
type Keys struct {
	secrets [][]byte // as parsed; state keys, or door keys where only is set
	only    core.Door
	doors   map[core.Door]*Door
}

var _ core.Keys = (*Keys)(nil)

// newKeys holds every door of state keys.
func newKeys(secrets [][]byte) *Keys {
	k := &Keys{secrets: secrets, doors: map[core.Door]*Door{}}
	for _, name := range doors {
		k.doors[name] = newDoor(name, func() [][]byte { return doorKeys(secrets, name) })
	}
	return k
}

// newDoorKeys holds one door.
func newDoorKeys(name core.Door, keys [][]byte) *Keys {
	d := newDoor(name, func() [][]byte { return keys })
	return &Keys{secrets: keys, only: name, doors: map[core.Door]*Door{name: d}}
}

func doorKeys(secrets [][]byte, name core.Door) [][]byte {
	var keys [][]byte
	for _, s := range secrets {
		keys = append(keys, doorKey(s, name))
	}
	return keys
}

// Door returns the keys of one door, and false where these Keys do not hold
// that door.
func (k *Keys) Door(name core.Door) (*Door, bool) {
	d, ok := k.doors[name]
	return d, ok
}

// Only is the one door that k holds, or nothing where k is the whole state key.
func (k *Keys) Only() core.Door { return k.only }

// Derived is the secret text that ParseDoor reads: the keys of one door, for a
// function that must not hold more. It is an error where k does not hold the
// whole state key, or the door does not exist.
func (k *Keys) Derived(name core.Door) (core.Secret, error) {
	if k.only != "" {
		return "", fmt.Errorf("a key of the %s door has no doors of its own; use the whole state key", k.only)
	}
	if _, ok := k.doors[name]; !ok {
		return "", fmt.Errorf("there is no door %q; the doors are slack, webhook, timer and terminal", name)
	}
	var entries []string
	for _, key := range doorKeys(k.secrets, name) {
		entries = append(entries, string(name)+doorMark+encodeKey(key))
	}
	return core.Secret(strings.Join(entries, ",")), nil
}

// RunIDs implements core.Keys. It returns nothing for a door that k does not
// hold.
func (k *Keys) RunIDs(name core.Door, sender, delivery string) []core.RunID {
	d, ok := k.doors[name]
	if !ok {
		return nil
	}
	return d.RunIDs(sender, delivery)
}

// fingerprintDoor is whose key makes the fingerprints of Keys that hold all
// doors: the one whose senders repeat a delivery id with another body.
const fingerprintDoor = core.Webhook

// Fingerprint implements core.Keys. Keys of one door use that door's key, the
// whole state key uses the webhook door's; Door.Fingerprint is for the rest.
func (k *Keys) Fingerprint(message []byte) string {
	name := fingerprintDoor
	if k.only != "" {
		name = k.only
	}
	return k.doors[name].Fingerprint(message)
}

// SameFingerprint implements core.Keys. It compares under every live key of
// every door that k holds.
func (k *Keys) SameFingerprint(message []byte, fingerprint string) bool {
	same := false
	for _, d := range k.doors {
		same = d.SameFingerprint(message, fingerprint) || same
	}
	return same
}

// Seal seals what is confidential in a record of the run, under the key of the
// run's door. Purpose says what it is; Open needs the same run and purpose.
func (k *Keys) Seal(run core.RunID, purpose string, plain []byte) (string, error) {
	d, ok := k.doors[run.Door()]
	if !ok {
		return "", fmt.Errorf("seal %s of a run of the %q door: %w", purpose, run.Door(), core.ErrOtherDoor)
	}
	return d.Seal(purpose, string(run), plain), nil
}

// Open returns what Seal sealed for the same run and purpose, under any live
// key. The error is core.ErrOtherDoor where k does not hold the run's door, and
// else ErrSealed.
func (k *Keys) Open(run core.RunID, purpose, sealed string) ([]byte, error) {
	d, ok := k.doors[run.Door()]
	if !ok {
		return nil, fmt.Errorf("open %s of a run of the %q door: %w", purpose, run.Door(), core.ErrOtherDoor)
	}
	return d.Open(purpose, string(run), sealed)
}

// hidden is what printing or logging keys shows, with any verb.
const hidden = "[hidden]"

// Format keeps every verb of fmt from printing what is inside.
func (k *Keys) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, hidden) }

// LogValue keeps slog from printing what is inside.
func (k *Keys) LogValue() slog.Value { return slog.StringValue(hidden) }
