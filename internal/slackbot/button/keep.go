package button

import (
	"time"

	"stopdesktops/internal/slackbot/identity"
)

// KeepValue is what the button "Keep mine tonight" carries. It stands in a
// channel, so everybody there may press it: it says which run of which timer is
// meant, and whoever presses is asked about his own desktops only.
type KeepValue struct {
	Timer   string    // as timers.yaml names it
	Due     time.Time // the scheduled instant, whole seconds; the button works until then
	Home    string    // the installation that the channel belongs to; empty where whoever posts knows only the channel
	Channel string
}

// Encode returns the button's value, as PlanValue.Encode does.
func (v KeepValue) Encode(s Signer) string {
	return signed(s, kindKeepMine, v.Timer, seconds(v.Due), v.Home, v.Channel)
}

// DecodeKeep reads a value that KeepValue.Encode made, as DecodePlan
// does. It has expired at the due instant.
func DecodeKeep(text string, s Signer, now time.Time) (KeepValue, error) {
	p, ok := verified(text, s, kindKeepMine, 4)
	if !ok {
		return KeepValue{}, ErrForged
	}
	v := KeepValue{Timer: p[0], Home: p[2], Channel: p[3]}
	if v.Due, ok = instant(p[1]); !ok || !timerName.MatchString(v.Timer) || !identity.ChannelID.MatchString(v.Channel) || v.Home != "" && !identity.HomeID.MatchString(v.Home) {
		return KeepValue{}, ErrForged
	}
	if !now.Before(v.Due) {
		return v, ErrExpired
	}
	return v, nil
}

// Check refuses a press elsewhere than in the channel of the announcement.
// Allowed.Check has refused installations that the deployment does not serve.
func (v KeepValue) Check(id identity.Identity) error {
	home := v.Home
	if home == "" {
		home = id.Home()
	}
	return bound(id, home, v.Channel, "")
}
