package tests

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/slack"
)

const (
	alice   = "U0ALICE01"
	mallory = "U0MALLORY"
	channel = "C0DESKTOPS"
)

// slackWorld is a world whose Slack waits long enough for a function that
// starts under the race detector.
func slackWorld(t *testing.T, fleet []ecd.Desktop, options ...option) *world {
	return newWorld(t, fleet, append([]option{func(o *cloud.Options) { o.Slack.Deadline = patience }}, options...)...)
}

// command types a slash command and returns what came of it.
func (w *world) command(user, text string, forge ...slack.Forgery) slack.Reply {
	w.t.Helper()
	r, err := w.Slack.Command(w.t.Context(), slack.Command{URL: w.FC.HTTPURL("slackcmd") + "/slack/command", Text: text, UserID: user, ChannelID: channel, Forge: forge})
	if err != nil {
		w.t.Fatal(err)
	}
	w.keep(r)
	return r
}

// press clicks a button of the newest plan.
func (w *world) press(user, action string, forge ...slack.Forgery) slack.Reply {
	w.t.Helper()
	plan, ok := w.plan()
	if !ok {
		w.t.Fatalf("no plan is shown:\n%s", w.Slack.Screen(channel, alice))
	}
	return w.pressOn(plan, user, action, forge...)
}

func (w *world) pressOn(plan slack.Ref, user, action string, forge ...slack.Forgery) slack.Reply {
	w.t.Helper()
	c := slack.Click{URL: w.FC.HTTPURL("slackcmd") + "/slack/interaction", Message: plan, ActionID: action, UserID: user, Forge: forge}
	r, err := w.Slack.Click(w.t.Context(), c)
	if err != nil { // the message has changed; an old client still shows the button
		c.Stale = true
		r, err = w.Slack.Click(w.t.Context(), c)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.keep(r)
	return r
}

// keep remembers what must not leak.
func (w *world) keep(r slack.Reply) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.ResponseURL != "" {
		w.urls = append(w.urls, r.ResponseURL)
	}
	w.answers.Write(r.Body)
}

// plan finds the newest message with a Stop button.
func (w *world) plan() (slack.Ref, bool) {
	messages := w.Slack.Messages(channel, alice)
	for _, m := range slices.Backward(messages) {
		if _, ok := m.Button("stop"); ok {
			return m.Ref, true
		}
	}
	return slack.Ref{}, false
}

// screen is what alice sees.
func (w *world) screen() string { return w.Slack.Screen(channel, alice) }

func (w *world) wantOnScreen(words ...string) {
	w.t.Helper()
	screen := w.screen()
	for _, word := range words {
		if !strings.Contains(screen, word) {
			w.t.Errorf("%q is not on the screen:\n%s", word, screen)
		}
	}
}

// age makes the records of plans that much older.
func (w *world) age(by time.Duration) {
	w.t.Helper()
	for key, body := range w.OSS.Objects() {
		if !strings.HasSuffix(key, "/plan") {
			continue
		}
		var record map[string]any
		if err := json.Unmarshal(body, &record); err != nil {
			w.t.Fatal(err)
		}
		plan := record["Body"].(map[string]any)
		at, err := time.Parse(time.RFC3339Nano, plan["At"].(string))
		if err != nil {
			w.t.Fatal(err)
		}
		plan["At"] = at.Add(-by).Format(time.RFC3339Nano)
		changed, err := json.Marshal(record)
		if err != nil {
			w.t.Fatal(err)
		}
		bucket, name, _ := strings.Cut(key, "/")
		w.OSS.Put(bucket, name, changed)
	}
}

// raw sends bytes to slackcmd as they are.
func (w *world) raw(method, path, contentType, body string) (int, string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, w.FC.HTTPURL("slackcmd")+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text := make([]byte, 1000)
	n, _ := resp.Body.Read(text)
	return resp.StatusCode, string(text[:n])
}
