package button

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/identity"
)

func haltButton() HaltValue {
	return HaltValue{Run: sampleRun, User: "U123", Home: "T123", Channel: "C123", Expires: sampleTime}
}

func keepButton() KeepValue {
	return KeepValue{Timer: "nightly-dev", Due: sampleTime, Home: "T123", Channel: "C123"}
}

// decoded is what each decoder says of a text, and the value written again.
func decoded(text string, s Signer, now time.Time) map[buttonKind]error {
	plan, asPlan := DecodePlan(text, s, now)
	halt, asHalt := DecodeHalt(text, s, now)
	keep, asKeep := DecodeKeep(text, s, now)
	for _, v := range []struct {
		err   error
		empty bool
		again string
	}{{asPlan, plan == PlanValue{}, plan.Encode(s)}, {asHalt, halt == HaltValue{}, halt.Encode(s)}, {asKeep, keep == KeepValue{}, keep.Encode(s)}} {
		switch {
		case errors.Is(v.err, ErrForged) && !v.empty:
			panic("a forged value is not empty")
		case !errors.Is(v.err, ErrForged) && v.again != text:
			panic("a value has two forms")
		}
	}
	return map[buttonKind]error{kindPlan: asPlan, kindHalt: asHalt, kindKeepMine: asKeep}
}

// TestKindsAreKeptApart shows each button to every decoder: only its own reads
// it, before and after it expired.
func TestKindsAreKeptApart(t *testing.T) {
	d := door(t, core.Slack, sampleKey)
	values := map[buttonKind]string{kindPlan: planButton().Encode(d), kindHalt: haltButton().Encode(d), kindKeepMine: keepButton().Encode(d)}
	for kind, text := range values {
		if len(text) > 300 {
			t.Errorf("%s is %d characters", kind, len(text))
		}
		for as, err := range decoded(text, d, sampleTime.Add(-time.Second)) {
			if as == kind && err != nil || as != kind && !errors.Is(err, ErrForged) {
				t.Errorf("%s as %s: %v", kind, as, err)
			}
		}
		for as, err := range decoded(text, d, sampleTime) {
			if as == kind && !errors.Is(err, ErrExpired) || as != kind && !errors.Is(err, ErrForged) {
				t.Errorf("%s as %s, expired: %v", kind, as, err)
			}
		}
		for i := range text {
			flipped := []byte(text)
			flipped[i] ^= 1
			for as, err := range decoded(string(flipped), d, sampleTime.Add(-time.Second)) {
				if !errors.Is(err, ErrForged) {
					t.Fatalf("%s with character %d changed, as %s: %v", kind, i, as, err)
				}
			}
		}
	}
	if v, err := DecodeKeep(values[kindKeepMine], d, sampleTime.Add(-time.Second)); err != nil || v != keepButton() {
		t.Errorf("keep mine: %+v, %v", v, err)
	}
	if v, err := DecodeHalt(values[kindHalt], d, sampleTime.Add(-time.Second)); err != nil || v != haltButton() {
		t.Errorf("halt: %+v, %v", v, err)
	}
}

// TestSignedOtherwise gives the decoders values with a good MAC that no Encode
// would make.
func TestSignedOtherwise(t *testing.T) {
	d := door(t, core.Slack, sampleKey)
	at := seconds(sampleTime)
	for name, text := range map[string]string{
		"halt, no run":         signed(d, kindHalt, "slack-x", "U123", "T123", "C123", at),
		"halt, nobody":         signed(d, kindHalt, sampleRun, "", "T123", "C123", at),
		"halt, nowhere":        signed(d, kindHalt, sampleRun, "U123", "T123", "", at),
		"halt, a part more":    signed(d, kindHalt, sampleRun, "U123", "T123", "C123", at, "x"),
		"keep, no timer":       signed(d, kindKeepMine, "", at, "T123", "C123"),
		"keep, an odd timer":   signed(d, kindKeepMine, "Nightly Dev", at, "T123", "C123"),
		"keep, no home":        signed(d, kindKeepMine, "nightly", at, "x", "C123"),
		"keep, a zero in time": signed(d, kindKeepMine, "nightly", "0"+at, "T123", "C123"),
		"a plan's parts":       signed(d, kindHalt, sampleRun, strings.Repeat("0a", 32), "U123", "T123", "C123", at),
		"another kind":         signed(d, "other", "nightly", at, "T123", "C123"),
	} {
		for as, err := range decoded(text, d, sampleTime.Add(-time.Second)) {
			if !errors.Is(err, ErrForged) {
				t.Errorf("%s, as %s: %v", name, as, err)
			}
		}
	}
}

// TestPartsOfButtonsDoNotMix moves parts of any two buttons between each other:
// nothing but what was signed as a whole is read.
func TestPartsOfButtonsDoNotMix(t *testing.T) {
	d := door(t, core.Slack, sampleKey)
	rapid.Check(t, func(t *rapid.T) {
		draw := func() string {
			user, channel := rapid.StringMatching(`[UW][A-Z0-9]{1,10}`).Draw(t, "user"), rapid.StringMatching(`[CDG][A-Z0-9]{1,10}`).Draw(t, "channel")
			home, run := rapid.StringMatching(`[TE][A-Z0-9]{1,10}`).Draw(t, "home"), core.RunID(rapid.StringMatching(`slack-[a-z2-7]{26}`).Draw(t, "run"))
			at := sampleTime.Add(time.Duration(rapid.IntRange(1, 1e6).Draw(t, "at")) * time.Second)
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				return PlanValue{Run: run, Digest: rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "digest"), User: user, Home: home, Channel: channel, Expires: at}.Encode(d)
			case 1:
				return HaltValue{Run: run, User: user, Home: home, Channel: channel, Expires: at}.Encode(d)
			}
			return KeepValue{Timer: rapid.StringMatching(`[a-z0-9-]{1,40}`).Draw(t, "timer"), Due: at, Home: home, Channel: channel}.Encode(d)
		}
		a, b := draw(), draw()
		read := 0
		for _, err := range decoded(a, d, sampleTime) {
			if err == nil {
				read++
			}
		}
		if read != 1 {
			t.Fatalf("%q is read by %d decoders", a, read)
		}
		parts, others := strings.Split(a, "."), strings.Split(b, ".")
		i := rapid.IntRange(0, min(len(parts), len(others))-1).Draw(t, "part")
		parts[i] = others[i]
		if mixed := strings.Join(parts, "."); mixed != a && mixed != b {
			for as, err := range decoded(mixed, d, sampleTime) {
				if !errors.Is(err, ErrForged) {
					t.Fatalf("%q with part %d of %q, as %s: %v", a, i, b, as, err)
				}
			}
		}
	})
}

func TestButtonsInPlace(t *testing.T) {
	here := identity.Identity{UserID: "U123", TeamID: "T123", ChannelID: "C123"}
	other := func(change func(*identity.Identity)) identity.Identity { id := here; change(&id); return id }
	for name, c := range map[string]struct {
		id         identity.Identity
		halt, keep bool
	}{
		"the same":        {here, true, true},
		"another person":  {other(func(id *identity.Identity) { id.UserID = "U124" }), false, true},
		"another team":    {other(func(id *identity.Identity) { id.TeamID = "T124" }), false, false},
		"elsewhere":       {other(func(id *identity.Identity) { id.TeamID, id.ChannelID = "T124", "C124" }), false, false},
		"another channel": {other(func(id *identity.Identity) { id.ChannelID = "C124" }), false, false},
		"nobody":          {identity.Identity{}, false, false},
	} {
		for what, got := range map[string]error{"halt": haltButton().Check(c.id), "keep": keepButton().Check(c.id)} {
			want := map[string]bool{"halt": c.halt, "keep": c.keep}[what]
			if (got == nil) != want || got != nil && core.CodeOf(got) != core.Forbidden {
				t.Errorf("%s, %s: %v", name, what, got)
			}
		}
	}
}

// TestKeepOfAChannel is a button whose maker knew the channel only.
func TestKeepOfAChannel(t *testing.T) {
	d, v := door(t, core.Slack, sampleKey), keepButton()
	v.Home = ""
	got, err := DecodeKeep(v.Encode(d), d, sampleTime.Add(-time.Second))
	if err != nil || got != v {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := got.Check(identity.Identity{UserID: "U9", TeamID: "T124", ChannelID: "C123"}); err != nil {
		t.Error(err)
	}
	if got.Check(identity.Identity{UserID: "U9", TeamID: "T124", ChannelID: "C124"}) == nil {
		t.Error("pressed in another channel")
	}
}

// FuzzDecodeButtons wants every decoder to read exactly what was made for it.
func FuzzDecodeButtons(f *testing.F) {
	d := door(f, core.Slack, sampleKey)
	good := map[string]buttonKind{planButton().Encode(d): kindPlan, haltButton().Encode(d): kindHalt, keepButton().Encode(d): kindKeepMine}
	for s := range good {
		f.Add(s)
		f.Add(strings.ToUpper(s))
		f.Add(strings.Replace(s, "plan", "halt", 1))
		f.Add(s + ".")
	}
	for _, s := range []string{"", ".......", "2.plan.a.b.c.d.e.f.g", "1.a.b.c.d.e.f.g", fmt.Sprint(sampleTime.Unix())} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for as, err := range decoded(text, d, sampleTime.Add(-time.Minute)) {
			if (err == nil) != (good[text] == as) {
				t.Fatalf("%q as %s: %v", text, as, err)
			}
		}
	})
}
