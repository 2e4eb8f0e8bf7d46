package post

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/slack"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/message"
	"stopdesktops/internal/statekey"
)

func TestLookUps(t *testing.T) {
	everything := []string{"users:read", "users:read.email", "usergroups:read"}
	people := sim.Options{SigningSecret: "8f742231b10e8888abcd99yyyzzz85a5", BotToken: "xoxb-sample", Users: []sim.User{{ID: "U1", Email: "Alice@Example.com"}, {ID: "U2"}, {ID: "U3", Email: "carol@example.com", EmailUnconfirmed: true}},
		Groups: []sim.Group{{ID: "S1", Users: []string{"U1", "W2"}}, {ID: "S2"}}}
	always := func(k sim.Kind) []sim.Fault { return []sim.Fault{{Kind: k}} }
	for name, c := range map[string]struct {
		scopes []string
		faults []sim.Fault
		ask    string // a user or a user group
		want   string
		err    error
		says   string
		calls  int
	}{
		"an address":          {everything, nil, "U1", "alice@example.com", nil, "", 1},
		"nobody":              {everything, nil, "U9", "", ErrNotFound, "user_not_found", 1},
		"no id":               {everything, nil, "alice", "", ErrNotFound, "form", 0},
		"no address":          {everything, nil, "U2", "", ErrNoEmail, "", 1},
		"not confirmed":       {everything, nil, "U3", "", ErrNoEmail, "confirmed", 1},
		"no scope":            {[]string{"commands"}, nil, "U1", "", ErrScope, "add users:read to", 1},
		"no scope for it":     {[]string{"users:read"}, nil, "U1", "", ErrScope, "add users:read.email to", 1},
		"members":             {everything, nil, "S1", "U1 W2", nil, "", 1},
		"no members":          {everything, nil, "S2", "", nil, "", 1},
		"no group":            {everything, nil, "S9", "", ErrNotFound, "no_such_subteam", 1},
		"no id of a group":    {everything, nil, "oncall", "", ErrNotFound, "form", 0},
		"no scope for groups": {[]string{"users:read"}, nil, "S1", "", ErrScope, "add usergroups:read to", 1},
		"throttled once":      {everything, []sim.Fault{{Kind: sim.RateLimited, Count: 1}}, "S1", "U1 W2", nil, "", 2},
		"broken once":         {everything, []sim.Fault{{Kind: sim.ServerError, Count: 1}}, "U1", "alice@example.com", nil, "", 2},
		"the answer lost":     {everything, []sim.Fault{{Kind: sim.AnswerLost, Count: 1}}, "S1", "U1 W2", nil, "", 2},
		"broken":              {everything, always(sim.ServerError), "S1", "", ErrUnavailable, "500", 3},
		"throttled too long":  {everything, []sim.Fault{{Kind: sim.RateLimited, RetryAfter: time.Minute}}, "U1", "", ErrUnavailable, "429", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := people
			o.Scopes = c.scopes
			slack := sim.New(o)
			double := httptest.NewServer(slack)
			t.Cleanup(double.Close)
			for _, f := range c.faults {
				slack.Fault(f)
			}
			bot, err := NewBot("xoxb-sample", double.URL)
			if err != nil {
				t.Fatal(err)
			}
			got, err := lookUp(t, bot, c.ask)
			if got != c.want || !errors.Is(err, c.err) || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q, %v; want %q, %v with %q", got, err, c.want, c.err, c.says)
			}
			if n := len(slack.Calls()); n != c.calls {
				t.Errorf("%d calls, want %d: %+v", n, c.calls, slack.Calls())
			}
			if err != nil && strings.Contains(err.Error(), "xoxb") {
				t.Errorf("the token is in %v", err)
			}
		})
	}
}

func lookUp(t *testing.T, b *Bot, id string) (string, error) {
	t.Helper()
	if strings.HasPrefix(id, "S") || id == "oncall" {
		users, err := b.GroupMembers(t.Context(), id)
		return strings.Join(users, " "), err
	}
	return b.Email(t.Context(), id)
}

// TestLookUpsOfOddAnswers denies on whatever Slack would not say.
func TestLookUpsOfOddAnswers(t *testing.T) {
	user := func(inside string) string { return `{"ok":true,"user":{"id":"U1",` + inside + `}}` }
	for name, c := range map[string]struct {
		ask    string
		answer http.HandlerFunc
		err    error
		calls  int64
	}{
		"somebody else":       {"U1", status(200, `{"ok":true,"user":{"id":"U2","profile":{"email":"bob@example.com"}}}`), ErrUnavailable, 1},
		"no user":             {"U1", status(200, `{"ok":true}`), ErrUnavailable, 1},
		"no address":          {"U1", status(200, user(`"profile":{"email":"alice"}`)), ErrNoEmail, 1},
		"a long address":      {"U1", status(200, user(`"profile":{"email":"`+strings.Repeat("a", 250)+`@example.com"}`)), ErrNoEmail, 1},
		"no header, no email": {"U1", status(200, user(`"profile":{}`)), ErrNoEmail, 1},
		"no JSON":             {"U1", status(200, "<html>"), ErrUnavailable, 1},
		"a wrong type":        {"U1", status(200, user(`"profile":7`)), ErrUnavailable, 1},
		"invisible":           {"U1", status(200, `{"ok":false,"error":"user_not_visible"}`), ErrNotFound, 1},
		"the token is bad":    {"U1", status(200, `{"ok":false,"error":"invalid_auth"}`), ErrRefused, 1},
		"an odd word":         {"U1", status(200, `{"ok":false,"error":"token xoxb-1"}`), ErrRefused, 1},
		"a scope of no form":  {"U1", status(200, `{"ok":false,"error":"missing_scope","needed":"<b>"}`), ErrScope, 1},
		"hiccup":              {"U1", status(200, `{"ok":false,"error":"internal_error"}`), ErrUnavailable, 3},
		"redirected":          {"U1", status(302, "", "Location", "/x"), ErrUnavailable, 1},
		"no list":             {"S1", status(200, `{"ok":true}`), ErrUnavailable, 1},
		"null":                {"S1", status(200, `{"ok":true,"users":null}`), ErrUnavailable, 1},
		"names in the list":   {"S1", status(200, `{"ok":true,"users":["U1","alice"]}`), ErrUnavailable, 1},
		"a list cut off":      {"S1", status(200, `{"ok":true,"users":["U1"`), ErrUnavailable, 1},
		"not paid for":        {"S1", status(200, `{"ok":false,"error":"paid_teams_only"}`), ErrRefused, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, calls := answers(t, c.answer)
			bot, err := NewBot("xoxb-sample", server.URL)
			if err != nil {
				t.Fatal(err)
			}
			got, err := lookUp(t, bot, c.ask)
			if got != "" || !errors.Is(err, c.err) || calls.Load() != c.calls {
				t.Errorf("%q, %v after %d calls; want %v after %d", got, err, calls.Load(), c.err, c.calls)
			}
			for _, other := range []error{ErrNotFound, ErrNoEmail, ErrScope, ErrRefused, ErrUnavailable} {
				if other != c.err && errors.Is(err, other) {
					t.Errorf("%v is also %v", err, other)
				}
			}
			if strings.Contains(err.Error(), "xoxb") {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestBotPostsToAChannel meets what a channel can say.
func TestBotPostsToAChannel(t *testing.T) {
	slack := sim.New(sim.Options{SigningSecret: "8f742231b10e8888abcd99yyyzzz85a5", BotToken: "xoxb-sample", Channels: []sim.Channel{{ID: "C1"}, {ID: "C2", AppIn: true}}})
	double := httptest.NewServer(slack)
	t.Cleanup(double.Close)
	bot, err := NewBot("xoxb-sample", double.URL)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := statekey.Parse("ryvb4aqbbsHireHWlPQfxxqDHQJo6YkVYhE9imKt0b8=")
	if err != nil {
		t.Fatal(err)
	}
	door, ok := keys.Door(core.Slack)
	if !ok {
		t.Fatal("Slack has no door")
	}
	forecast := core.Forecast{Timer: "nightly-dev", Due: sampleTime, Plan: core.Plan{Entries: []core.Entry{{DesktopId: "ecd-abc", Stop: true}}}}
	keep := button.KeepValue{Timer: "nightly-dev", Due: sampleTime, Home: "T123", Channel: "C123"}
	for channel, want := range map[string]Result{
		"C9": {Reason: "Slack answers 200 channel_not_found"}, "C1": {Reason: "Slack answers 200 not_in_channel"}, "C2": {Posted: true, Used: 1},
	} {
		if got := bot.Post(t.Context(), channel, message.Forecast(forecast, keep.Encode(door))); got != want {
			t.Errorf("%s: %+v, want %+v", channel, got, want)
		}
	}
	slack.Fault(sim.Fault{Kind: sim.RateLimited, Count: 1})
	if got := bot.Post(t.Context(), "C2", message.Forecast(forecast, "")); !got.Posted {
		t.Errorf("throttled once: %+v", got)
	}
	ids := []string{}
	for _, m := range slack.Messages("C2", "U1") {
		for _, b := range m.Buttons() {
			ids = append(ids, b.BlockID+"/"+b.ActionID)
		}
	}
	if !slices.Equal(ids, []string{"forecast/keep_mine"}) {
		t.Errorf("buttons %q", ids)
	}
}
