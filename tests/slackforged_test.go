package tests

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/slack"
)

func TestSlackBadInput(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two())
	for text, want := range map[string]string{
		"":                   "ecd-",
		"i-12345":            "i-12345",
		"ecd-a regin=x":      "region",
		"ecd-a region=cn-no": "cn-no",
		"ecd-a foce":         "force",
	} {
		if r := w.command(alice, text); r.Status != 200 || r.Error != "" || !strings.Contains(r.Shown(), want) {
			t.Errorf("%q: %d %s %s, want %q in it", text, r.Status, r.Error, r.Shown(), want)
		}
	}
	for name, c := range map[string]struct {
		forge  slack.Forgery
		status int
	}{
		"wrong secret":   {slack.SignedWith("0123456789abcdef0123456789abcdef"), 401},
		"stale":          {slack.SignedAt(-6 * time.Minute), 401},
		"future":         {slack.SignedAt(6 * time.Minute), 401},
		"edited body":    {slack.BodyEdited("ecd-a", "ecd-b"), 401},
		"other app":      {slack.WithField("api_app_id", "A0OTHER"), 200},
		"other team":     {slack.WithField("team_id", "T0OTHER"), 200},
		"second user id": {slack.WithSecondField("user_id", mallory), 200},
	} {
		r := w.command(alice, "ecd-a", c.forge)
		if r.Status != c.status || c.status == 401 && len(r.Body) > 0 || c.status == 200 && !strings.Contains(string(r.Body), "text") {
			t.Errorf("%s: %d %s, want %d", name, r.Status, r.Body, c.status)
		}
	}
	for name, c := range map[string]struct {
		method, path, contentType, body string
		status                          int
	}{
		"method":       {http.MethodGet, "/slack/command", "application/x-www-form-urlencoded", "", 405},
		"content type": {http.MethodPost, "/slack/command", "application/json", "{}", 415},
		"too large":    {http.MethodPost, "/slack/command", "application/x-www-form-urlencoded", strings.Repeat("x", 65<<10), 413},
		"unsigned":     {http.MethodPost, "/slack/interaction", "application/x-www-form-urlencoded", "payload={}", 401},
		"ssl check":    {http.MethodPost, "/slack/command", "application/x-www-form-urlencoded", "ssl_check=1&token=x", 200},
		"not quite":    {http.MethodPost, "/slack/command", "application/x-www-form-urlencoded", "ssl_check=2", 401},
	} {
		if status, body := w.raw(c.method, c.path, c.contentType, c.body); status != c.status || body != "" {
			t.Errorf("%s: %d %q, want %d and nothing", name, status, body, c.status)
		}
	}
	w.drain()
	if n := len(w.ECD.Calls()) + len(w.FC.Tasks()) + len(w.OSS.Objects()); n != 0 {
		t.Errorf("%d calls, jobs and records came of it", n)
	}
}

func TestForgedClicks(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two())
	w.command(alice, "ecd-a")
	w.drain()
	jobs := len(w.FC.Tasks())
	for name, click := range map[string]func() slack.Reply{
		"somebody else": func() slack.Reply {
			return w.press(alice, "stop", slack.WithPayload(func(p map[string]any) { p["user"].(map[string]any)["id"] = mallory }))
		},
		"edited value": func() slack.Reply {
			return w.press(alice, "stop", slack.WithValue(func(v string) string { return strings.Replace(v, alice, mallory, 1) }))
		},
		"made-up value": func() slack.Reply {
			return w.press(alice, "stop", slack.WithValue(func(string) string { return "1.2.3.4.5.6.7.8" }))
		},
		"other app": func() slack.Reply {
			return w.press(alice, "stop", slack.WithPayload(func(p map[string]any) { p["api_app_id"] = "A0OTHER" }))
		},
		"stranger of Slack Connect": func() slack.Reply {
			return w.press(alice, "stop", slack.WithPayload(func(p map[string]any) { p["user"].(map[string]any)["team_id"] = "T0STRANGE" }))
		},
		"payload in the query": func() slack.Reply { return w.press(alice, "stop", slack.InQuery("payload")) },
		"wrong secret": func() slack.Reply {
			return w.press(alice, "stop", slack.SignedWith("0123456789abcdef0123456789abcdef"))
		},
	} {
		r := click()
		if name == "wrong secret" && r.Status != 401 || name != "wrong secret" && r.Status != 200 {
			t.Errorf("%s: status %d", name, r.Status)
		}
	}
	w.drain()
	if len(w.stops()) != 0 || len(w.FC.Tasks()) != jobs {
		t.Errorf("%d StopDesktops calls, %d further jobs", len(w.stops()), len(w.FC.Tasks())-jobs)
	}
	w.wantOnScreen("Only the person who gave the command", "This button was not made here", "another Slack app", "another Slack organisation")
	w.press(alice, "stop")
	w.drain()
	if got := w.changed(); len(got) != 1 || got["ecd-a"] != 1 {
		t.Errorf("after all that the real click changed %v", got)
	}
}
