package webhook

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// Key is a live secret of a sender. A sender has several while its secret is
// being replaced; each of them opens.
type Key struct {
	Sender string
	Secret core.Secret
}

// senderName is what a deployment may call a sender; policies and run ids know
// it by this name.
var senderName = pattern.Name{Most: 64, First: "A-Za-z0-9", Rest: "A-Za-z0-9._-"}

// checkKeys finds every fault of the keys of one kind: a sender that has no
// usable name, a secret that check refuses, and a secret that is there twice,
// since with one secret for two senders nobody could say which of them it was.
// Faults name a key by its place and its sender, never by its secret.
func checkKeys(kind string, keys []Key, check func(core.Secret) error) error {
	var faults []error
	first := map[[sha256.Size]byte]int{}
	for i, k := range keys {
		bad := func(err error) {
			faults = append(faults, fmt.Errorf("%s %d of sender %q: %w", kind, i+1, k.Sender, err))
		}
		if !senderName.MatchString(k.Sender) {
			bad(errors.New("the sender's name wants 1 to 64 letters, digits, dots, dashes or underscores, beginning with a letter or digit"))
		}
		if err := check(k.Secret); err != nil {
			bad(err)
		}
		sum := sha256.Sum256([]byte(k.Secret.Reveal()))
		if j, twice := first[sum]; twice {
			bad(fmt.Errorf("is the same as %s %d; each must be another", kind, j))
			continue
		}
		first[sum] = i + 1
	}
	return errors.Join(faults...)
}
