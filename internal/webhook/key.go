package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"

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

// KeyError is what is wrong with one secret of a sender. Who knows by which name the
// secret goes can say so in place of its number.
type KeyError struct {
	Kind   string // such as "signing secret"
	Nth    int    // from 1, of those that its sender has of the kind
	Sender string
	Err    error // a verb and what follows, as in "has 5 characters"
}

func (e *KeyError) Error() string {
	return fmt.Sprintf("%s %d of sender %q: %v", e.Kind, e.Nth, e.Sender, e.Err)
}

func (e *KeyError) Unwrap() error { return e.Err }

// checkKeys finds every fault of the keys of one kind: a sender that has no
// usable name, a secret that check refuses, and a secret that is there twice,
// since with one secret for two senders nobody could say which of them it was.
// Faults name a key by its place and its sender, never by its secret.
func checkKeys(kind string, keys []Key, check func(core.Secret) error) error {
	var faults []error
	first := map[[sha256.Size]byte]int{}
	for i, k := range keys {
		bad := func(err error) {
			faults = append(faults, &KeyError{kind, i + 1, k.Sender, err})
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

// minSecret and maxSecret bound a secret that a ticketing system keeps: systems
// make them of 24 to 64 characters, and anything shorter can be guessed.
const (
	minSecret = 24
	maxSecret = 512
)

// secretText is what such a secret may be: printable ASCII.
var secretText = pattern.Name{Rest: " -~"}

// checkSecret refuses a secret that HMAC would take and that protects nothing.
func checkSecret(secret core.Secret) error {
	switch s := secret.Reveal(); {
	case len(s) < minSecret || len(s) > maxSecret:
		return fmt.Errorf("has %d characters, want %d to %d; make one with: openssl rand -hex 32", len(s), minSecret, maxSecret)
	case strings.HasPrefix(s, "whsec_"):
		return errors.New("begins with whsec_: that is a secret of Standard Webhooks, and each scheme needs its own")
	case !secretText.MatchString(s) || strings.TrimSpace(s) != s:
		return errors.New("wants printable ASCII without a space at either end")
	}
	return nil
}

// hashes are static secrets, kept and compared as hashes, so that a comparison
// takes equally long whatever is sent.
type hashes []struct {
	sender string
	sum    [sha256.Size]byte
}

func hash(keys []Key) hashes {
	all := make(hashes, len(keys))
	for i, k := range keys {
		all[i].sender, all[i].sum = k.Sender, sha256.Sum256([]byte(k.Secret.Reveal()))
	}
	return all
}

// find returns the sender of a secret that was sent. Every one is tried, so
// that the time it takes does not tell which sender it was.
func (all hashes) find(sent string) (sender string, ok bool) {
	sum := sha256.Sum256([]byte(sent))
	found := -1
	for i := range all {
		if subtle.ConstantTimeCompare(sum[:], all[i].sum[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return "", false
	}
	return all[found].sender, true
}

// macKeys are secrets that sign with HMAC-SHA256, as their characters.
type macKeys []struct {
	sender string
	key    []byte
}

func macKeysOf(keys []Key) macKeys {
	all := make(macKeys, len(keys))
	for i, k := range keys {
		all[i].sender, all[i].key = k.Sender, []byte(k.Secret.Reveal())
	}
	return all
}

// sum is what a signature by HMAC-SHA256 is.
type sum [sha256.Size]byte

// find returns the sender of any of the signatures over parts, one after the
// other. Every key and every signature is tried.
func (all macKeys) find(signatures []sum, parts ...[]byte) (sender string, ok bool) {
	found := -1
	for i := range all {
		mac := hmac.New(sha256.New, all[i].key)
		for _, p := range parts {
			mac.Write(p)
		}
		want := mac.Sum(nil)
		for _, s := range signatures {
			if hmac.Equal(s[:], want) {
				found = i
			}
		}
	}
	if found < 0 {
		return "", false
	}
	return all[found].sender, true
}
