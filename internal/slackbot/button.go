package slackbot

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

const (
	// ButtonLife is how long the buttons of a plan work.
	ButtonLife = core.ConfirmWithin

	// buttonLabel says to the key what is signed.
	buttonLabel = "button"

	// buttonVersion begins every value, so that another form can follow.
	buttonVersion = "1"

	// maxValue is Slack's limit for a button's value.
	maxValue = 2000
)

// Signer makes and checks the MAC of a button, as statekey.Door does.
type Signer interface {
	Sign(label string, parts ...string) string
	Verified(label, mac string, parts ...string) bool
}

// Value is what the buttons of a plan carry. It names the plan and who may
// press them, never the desktops: those are read from the record.
type Value struct {
	Run     core.RunID
	Digest  string // of the plan, as core.Plan has it
	User    string // who asked; nobody else may answer
	Home    string // Identity.Home of who asked
	Channel string
	Expires time.Time // whole seconds
}

var (
	planDigest = pattern.New(`^[0-9a-f]{64}$`)
	unixTime   = pattern.Upto(10, `^[1-9][0-9]*$`)
)

// Errors of DecodeValue. Forged says nothing of what was wrong, because nobody
// who is honest meets it.
var (
	ErrForged  = errors.New("the button's value was not made here")
	ErrExpired = errors.New("the button has expired")
)

// Encode returns the button's value: its parts and their MAC, separated by
// dots. The parts are not hidden.
func (v Value) Encode(s Signer) string {
	parts := v.parts()
	return strings.Join(append(parts, s.Sign(buttonLabel, parts...)), ".")
}

func (v Value) parts() []string {
	return []string{buttonVersion, string(v.Run), v.Digest, v.User, v.Home, v.Channel, strconv.FormatInt(v.Expires.Unix(), 10)}
}

// DecodeValue reads a value that Encode made under any live key, in its one
// form. The error is ErrForged, or ErrExpired with the value, whose run is then
// known and may be spoken of.
func DecodeValue(text string, s Signer, now time.Time) (Value, error) {
	if len(text) > maxValue {
		return Value{}, ErrForged
	}
	parts := strings.Split(text, ".")
	const fields = 7
	if len(parts) != fields+1 || !s.Verified(buttonLabel, parts[fields], parts[:fields]...) {
		return Value{}, ErrForged
	}
	v := Value{Run: core.RunID(parts[1]), Digest: parts[2], User: parts[3], Home: parts[4], Channel: parts[5]}
	// What the key signed is well-formed, unless somebody else uses the key for
	// something else.
	if parts[0] != buttonVersion || !v.Run.Valid() || !planDigest.MatchString(v.Digest) || !userID.MatchString(v.User) ||
		!homeID.MatchString(v.Home) || !channelID.MatchString(v.Channel) || !unixTime.MatchString(parts[6]) {
		return Value{}, ErrForged
	}
	seconds, err := strconv.ParseInt(parts[6], 10, 64)
	if err != nil {
		return Value{}, ErrForged
	}
	v.Expires = time.Unix(seconds, 0).UTC()
	if !now.Before(v.Expires) {
		return v, ErrExpired
	}
	return v, nil
}

// Check refuses everybody but the one who asked, in the place where it was
// asked. The error is an *core.Error with code Forbidden; only the one who
// pressed should see it.
func (v Value) Check(id Identity) error {
	switch {
	case v.Home != id.Home() || v.Channel != id.ChannelID:
		return &core.Error{Code: core.Forbidden, Message: "This button belongs to another conversation, so nothing was done. Give the command here.",
			Cause: errors.New("the button was made for another team or channel")}
	case v.User != id.UserID:
		return &core.Error{Code: core.Forbidden, Message: "Only the person who gave the command can answer this, so nothing was done. Give the command yourself.",
			Cause: errors.New("the button was made for another user")}
	}
	return nil
}
