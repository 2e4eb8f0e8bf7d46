package button

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/slackbot/identity"
)

// Signer makes and checks the MAC of a button, as statekey.Door does.
type Signer interface {
	Sign(label string, parts ...string) string
	Verified(label, mac string, parts ...string) bool
}

const (
	// buttonLabel says to the key what is signed.
	buttonLabel = "button"

	// buttonVersion begins every value, so that another form can follow.
	buttonVersion = "2"

	// maxValue is Slack's limit for a button's value.
	maxValue = 2000
)

// buttonKind is which button a value is of. It is inside what is signed, so the
// value of one kind is never one of another.
type buttonKind string

const (
	kindPlan     buttonKind = "plan"      // Stop and Cancel
	kindHalt     buttonKind = "halt"      // Halt
	kindKeepMine buttonKind = "keep-mine" // Keep mine tonight
)

// Errors of the decoders. Forged says nothing of what was wrong, because nobody
// who is honest meets it.
var (
	ErrForged  = errors.New("the button's value was not made here")
	ErrExpired = errors.New("the button has expired")
)

var (
	planDigest = pattern.New(`^[0-9a-f]{64}$`)
	unixTime   = pattern.Upto(10, `^[1-9][0-9]*$`)
	// timerName is the shape of a timer's name in timers.yaml. It has no dots, so
	// it is one part of a value.
	timerName = pattern.Name{Most: 40, Rest: "a-z0-9-"}
)

// signed joins version, kind and parts, which hold no dots, and their MAC.
func signed(s Signer, kind buttonKind, parts ...string) string {
	all := append([]string{buttonVersion, string(kind)}, parts...)
	return strings.Join(append(all, s.Sign(buttonLabel, all...)), ".")
}

// verified returns the parts of a value of the kind. What a key signed is
// well-formed, unless somebody else uses the key for something else; so whoever
// decodes looks at each part all the same.
func verified(text string, s Signer, kind buttonKind, n int) (parts []string, ok bool) {
	if len(text) > maxValue {
		return nil, false
	}
	const before = 2 // version and kind
	all := strings.Split(text, ".")
	if len(all) != before+n+1 || all[0] != buttonVersion || all[1] != string(kind) || !s.Verified(buttonLabel, all[before+n], all[:before+n]...) {
		return nil, false
	}
	return all[before : before+n], true
}

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// instant reads what seconds wrote, in its one form.
func instant(s string) (time.Time, bool) {
	if !unixTime.MatchString(s) {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return time.Unix(n, 0).UTC(), err == nil
}

// placed says whether an installation and a channel are of Slack's form.
func placed(home, channel string) bool {
	return identity.HomeID.MatchString(home) && identity.ChannelID.MatchString(channel)
}

// bound refuses whoever presses a button elsewhere than where it was made, and,
// where it was made for one user, everybody else.
func bound(id identity.Identity, home, channel, user string) error {
	switch {
	case home != id.Home() || channel != id.ChannelID:
		return &core.Error{Code: core.Forbidden, Message: "This button belongs to another conversation, so nothing was done. Give the command here.",
			Cause: errors.New("the button was made for another team or channel")}
	case user != "" && user != id.UserID:
		return &core.Error{Code: core.Forbidden, Message: "Only the person who gave the command can answer this, so nothing was done. Give the command yourself.",
			Cause: errors.New("the button was made for another user")}
	}
	return nil
}
