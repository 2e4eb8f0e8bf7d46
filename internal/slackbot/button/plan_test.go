package button

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/identity"
	"stopdesktops/internal/statekey"
)

const (
	sampleRun  = "slack-abcdefghijklmnopqrstuvwxyz"
	sampleKey  = "ryvb4aqbbsHireHWlPQfxxqDHQJo6YkVYhE9imKt0b8="
	anotherKey = "NIC4zGU4o5VGnneryg6U274vBq0lplx2YU5mxF1ulHc="
)

var sampleTime = time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)

// door is the real key of a door, derived from state keys.
func door(t testing.TB, name core.Door, stateKeys ...string) *statekey.Door {
	t.Helper()
	keys, err := statekey.Parse(strings.Join(stateKeys, ","))
	if err != nil {
		t.Fatal(err)
	}
	d, ok := keys.Door(name)
	if !ok {
		t.Fatalf("no door %s", name)
	}
	return d
}

func planButton() PlanValue {
	return PlanValue{Run: sampleRun, Digest: strings.Repeat("0a", 32), User: "U123", Home: "T123", Channel: "C123", Expires: sampleTime}
}

func TestValue(t *testing.T) {
	d := door(t, core.Slack, sampleKey)
	v := planButton()
	text := v.Encode(d)
	got, err := DecodePlan(text, d, sampleTime.Add(-time.Second))
	if err != nil || got != v {
		t.Fatalf("DecodeValue = %+v, %v", got, err)
	}
	if len(text) > 300 || strings.Contains(text, "ecd-") {
		t.Errorf("value %q", text)
	}
	for _, now := range []time.Time{sampleTime, sampleTime.Add(time.Hour)} {
		if got, err := DecodePlan(text, d, now); !errors.Is(err, ErrExpired) || got.Run != sampleRun {
			t.Errorf("at %s: %+v, %v", now, got, err)
		}
	}
	rotated := door(t, core.Slack, anotherKey, sampleKey)
	if _, err := DecodePlan(text, rotated, sampleTime.Add(-time.Second)); err != nil {
		t.Errorf("while the key is rotated: %v", err)
	}
}

func TestForgedValues(t *testing.T) {
	d := door(t, core.Slack, sampleKey)
	before := sampleTime.Add(-time.Minute)
	good := planButton().Encode(d)
	parts := strings.Split(good, ".")
	with := func(i int, s string) string {
		c := append([]string(nil), parts...)
		c[i] = s
		return strings.Join(c, ".")
	}
	// signed has a good MAC over parts that Encode would never make.
	signed := func(label string, p ...string) string { return strings.Join(append(p, d.Sign(label, p...)), ".") }
	body := parts[:len(parts)-1]
	edited := func(i int, s string) []string {
		c := append([]string(nil), body...)
		c[i] = s
		return c
	}
	forged := map[string]string{
		"empty": "", "no MAC": strings.Join(body, "."), "empty MAC": strings.Join(body, ".") + ".", "a part more": good + ".x", "longer": good + "A", "shorter": good[:len(good)-1],
		"line end": good + "\n", "too long": strings.Repeat("a.", 1500),
		"version": with(0, "1"), "kind": with(1, "halt"), "run": with(2, "slack-bbcdefghijklmnopqrstuvwxyz"), "digest": with(3, strings.Repeat("0b", 32)), "user": with(4, "U124"),
		"team": with(5, "T124"), "channel": with(6, "C124"), "later": with(7, fmt.Sprint(sampleTime.Unix()+600)), "time with a zero": with(7, "0"+parts[7]),
		"another label":          signed("link", body...),
		"another key":            planButton().Encode(door(t, core.Slack, anotherKey)),
		"another door's key":     planButton().Encode(door(t, core.Webhook, sampleKey)),
		"another door's run":     strings.Replace(good, "slack-", "webhook-", 1),
		"signed, version":        signed(buttonLabel, edited(0, "1")...),
		"signed, kind":           signed(buttonLabel, edited(1, "halt")...),
		"signed, run":            signed(buttonLabel, edited(2, "slack-x")...),
		"signed, digest":         signed(buttonLabel, edited(3, "")...),
		"signed, user":           signed(buttonLabel, edited(4, "alice")...),
		"signed, team":           signed(buttonLabel, edited(5, "")...),
		"signed, channel":        signed(buttonLabel, edited(6, "")...),
		"signed, time":           signed(buttonLabel, edited(7, "0"+parts[7])...),
		"signed, huge time":      signed(buttonLabel, edited(7, "99999999999")...),
		"signed, a part missing": signed(buttonLabel, body[1:]...),
	}
	for name, text := range forged {
		if got, err := DecodePlan(text, d, before); !errors.Is(err, ErrForged) || got != (PlanValue{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for i := range good {
		flipped := []byte(good)
		flipped[i] ^= 1
		if _, err := DecodePlan(string(flipped), d, before); !errors.Is(err, ErrForged) {
			t.Fatalf("character %d changed: %v", i, err)
		}
	}
}

func TestValueCheck(t *testing.T) {
	v := planButton()
	for name, c := range map[string]struct {
		id      identity.Identity
		refused string
	}{
		"the same":            {identity.Identity{UserID: "U123", TeamID: "T123", ChannelID: "C123"}, ""},
		"another person":      {identity.Identity{UserID: "U124", TeamID: "T123", ChannelID: "C123"}, "Only the person who gave the command"},
		"another team":        {identity.Identity{UserID: "U123", TeamID: "T124", ChannelID: "C123"}, "another conversation"},
		"another channel":     {identity.Identity{UserID: "U123", TeamID: "T123", ChannelID: "C124"}, "another conversation"},
		"an org-wide click":   {identity.Identity{UserID: "U123", TeamID: "T123", EnterpriseID: "E1", IsEnterpriseInstall: true, ChannelID: "C123"}, "another conversation"},
		"nobody from nowhere": {identity.Identity{}, "another conversation"},
	} {
		err := v.Check(c.id)
		if (err == nil) != (c.refused == "") || err != nil && (core.CodeOf(err) != core.Forbidden || !strings.Contains(core.MessageOf(err), c.refused)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wide := identity.Identity{UserID: "U123", TeamID: "T123", EnterpriseID: "E1", IsEnterpriseInstall: true, ChannelID: "C123"}
	v.Home = wide.Home()
	wide.TeamID = "" // As Slack sends a click of an org-wide install.
	if err := v.Check(wide); err != nil {
		t.Errorf("an org-wide command and its click: %v", err)
	}
}
