package button

import (
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/identity"
)

// HaltValue is what the Halt button under a running message carries. Like the
// plan's it is for the one who gave the command; others give the command halt.
type HaltValue struct {
	Run     core.RunID
	User    string
	Home    string // Identity.Home of User
	Channel string
	Expires time.Time // whole seconds
}

// Encode returns the button's value, as PlanValue.Encode does.
func (v HaltValue) Encode(s Signer) string {
	return signed(s, kindHalt, string(v.Run), v.User, v.Home, v.Channel, seconds(v.Expires))
}

// DecodeHalt reads a value that HaltValue.Encode made, as DecodePlan does.
func DecodeHalt(text string, s Signer, now time.Time) (HaltValue, error) {
	p, ok := verified(text, s, kindHalt, 5)
	if !ok {
		return HaltValue{}, ErrForged
	}
	v := HaltValue{Run: core.RunID(p[0]), User: p[1], Home: p[2], Channel: p[3]}
	if v.Expires, ok = instant(p[4]); !ok || !v.Run.Valid() || !identity.UserID.MatchString(v.User) || !placed(v.Home, v.Channel) {
		return HaltValue{}, ErrForged
	}
	if !now.Before(v.Expires) {
		return v, ErrExpired
	}
	return v, nil
}

// Check refuses everybody but the one who gave the command, as PlanValue.Check does.
func (v HaltValue) Check(id identity.Identity) error { return bound(id, v.Home, v.Channel, v.User) }
