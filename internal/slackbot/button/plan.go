package button

import (
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/identity"
)

// Life is how long the buttons of a plan work.
const Life = core.ConfirmWithin

// PlanValue is what the buttons of a plan carry. It names the plan and who may
// press them, never the desktops: those are read from the record.
type PlanValue struct {
	Run     core.RunID
	Digest  string // of the plan, as core.Plan has it
	User    string // who asked; nobody else may answer
	Home    string // Identity.Home of who asked
	Channel string
	Expires time.Time // whole seconds
}

// Encode returns the button's value: its parts and their MAC, separated by
// dots. The parts are not hidden.
func (v PlanValue) Encode(s Signer) string {
	return signed(s, kindPlan, string(v.Run), v.Digest, v.User, v.Home, v.Channel, seconds(v.Expires))
}

// DecodePlan reads a value that PlanValue.Encode made under any live key, in its
// one form; another kind of button's is forged. The error is ErrForged, or
// ErrExpired with the value, whose run is then known and may be spoken of.
func DecodePlan(text string, s Signer, now time.Time) (PlanValue, error) {
	p, ok := verified(text, s, kindPlan, 6)
	if !ok {
		return PlanValue{}, ErrForged
	}
	v := PlanValue{Run: core.RunID(p[0]), Digest: p[1], User: p[2], Home: p[3], Channel: p[4]}
	if v.Expires, ok = instant(p[5]); !ok || !v.Run.Valid() || !planDigest.MatchString(v.Digest) || !identity.UserID.MatchString(v.User) || !placed(v.Home, v.Channel) {
		return PlanValue{}, ErrForged
	}
	if !now.Before(v.Expires) {
		return v, ErrExpired
	}
	return v, nil
}

// Check refuses everybody but the one who asked, in the place where it was
// asked. The error is an *core.Error with code Forbidden; only the one who
// pressed should see it.
func (v PlanValue) Check(id identity.Identity) error {
	return bound(id, v.Home, v.Channel, v.User)
}
