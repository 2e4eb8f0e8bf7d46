package tests

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
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

func TestSlackConversation(t *testing.T) {
	for contract, env := range map[string]map[string]string{"admin": nil, "client": {"ECD_CLIENT_ID": "deployment"}} {
		t.Run(contract, func(t *testing.T) {
			t.Parallel()
			fleet := append(two(), ecd.Desktop{Region: "cn-shanghai", ID: "ecd-far", Name: "far"}, ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-used", Connection: ecd.Connected})
			options := []option{withEnv(env)}
			if env != nil {
				options = append(options, withConfig(t, nil))
			}
			w := slackWorld(t, fleet, options...)
			r := w.command(alice, "ECD-A, ecd-far ecd-used gone home “early”")
			if r.Error != "" || !strings.Contains(r.Shown(), "Heard") {
				t.Fatalf("%s %s: %s", r.Error, r.Cause, r.Shown())
			}
			w.drain()
			if len(w.stops()) != 0 {
				t.Fatal("stopped before anybody answered")
			}
			w.wantOnScreen("`ecd-a`", "`far`", "`ecd-used`", "connected", "2 will stop", "Stop 2 desktops (danger)")
			if r := w.press(alice, "stop"); r.Error != "" {
				t.Fatalf("%s %s", r.Error, r.Cause)
			}
			w.drain()
			w.wantOnScreen("2 `stopped`")
			if strings.Contains(w.screen(), "(danger)") {
				t.Errorf("the buttons are still there:\n%s", w.screen())
			}
			if got := w.changed(); len(got) != 2 || got["ecd-a"] != 1 || got["ecd-far"] != 1 {
				t.Errorf("changed %v", got)
			}
			want := ecd.VersionAdmin
			if contract == "client" {
				want = ecd.VersionClient
			}
			for _, c := range w.stops() {
				if c.Version != want {
					t.Errorf("called version %s, want %s", c.Version, want)
				}
			}
		})
	}
}

// TestAcknowledgedBeforeTheCloudAnswers holds the cloud's gate shut: whatever
// the desktop service does, the command is acknowledged.
func TestAcknowledgedBeforeTheCloudAnswers(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two())
	gate := w.ECD.Gate("DescribeDesktops", ecd.BeforeEffect)
	r := w.command(alice, "ecd-a")
	if r.Error != "" || !strings.Contains(r.Shown(), "Heard") {
		t.Errorf("%s %s: %s", r.Error, r.Cause, r.Shown())
	}
	for _, c := range w.ECD.Calls() {
		if c.Done {
			t.Errorf("%s was answered before the command was", c.Operation)
		}
	}
	gate.Open()
	w.drain()
}

func TestSlackCancel(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two())
	w.command(alice, "ecd-a")
	w.drain()
	plan, _ := w.plan()
	w.press(alice, "cancel")
	w.drain()
	w.wantOnScreen("Cancelled")
	w.pressOn(plan, alice, "stop") // an old client still shows the button
	w.drain()
	if len(w.stops()) != 0 {
		t.Error("stopped after it was cancelled")
	}
}

// TestSlackCancelAfterStop lets the queue refuse the Stop; whoever then presses
// Cancel must not see desktops stop.
func TestSlackCancelAfterStop(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two())
	w.command(alice, "ecd-a")
	w.drain()
	plan, _ := w.plan()
	w.FC.Fault(fc.Fault{Kind: fc.FaultThrottled, Times: 4})
	w.pressOn(plan, alice, "stop")
	w.drain()
	w.pressOn(plan, alice, "cancel")
	w.drain()
	if len(w.stops()) != 0 {
		t.Error("Cancel stopped a desktop")
	}
	w.wantOnScreen("Cancelled")
}

func TestSlackPlanChanges(t *testing.T) {
	t.Run("somebody connects", func(t *testing.T) {
		t.Parallel()
		w := slackWorld(t, two())
		w.command(alice, "ecd-a ecd-b")
		w.drain()
		w.ECD.Update("cn-hangzhou", "ecd-b", func(d *ecd.Desktop) { d.Connection = ecd.Connected })
		w.press(alice, "stop")
		w.drain()
		w.wantOnScreen("1 `stopped`", "1 `connected`")
	})
	t.Run("somebody disconnects", func(t *testing.T) {
		t.Parallel()
		fleet := two()
		fleet[1].Connection = ecd.Connected
		w := slackWorld(t, fleet)
		w.command(alice, "ecd-a ecd-b")
		w.drain()
		w.ECD.Update("cn-hangzhou", "ecd-b", func(d *ecd.Desktop) { d.Connection = ecd.Disconnected })
		w.press(alice, "stop")
		w.drain()
		if len(w.stops()) != 0 {
			t.Error("stopped although a desktop would have joined the plan")
		}
		w.wantOnScreen("would be stopped as well now", "Stop 2 desktops (danger)")
		w.press(alice, "stop")
		w.drain()
		if got := w.changed(); got["ecd-a"] != 1 || got["ecd-b"] != 1 {
			t.Errorf("changed %v", got)
		}
	})
}

func TestSlackResultInChannel(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two(), withEnv(map[string]string{"SLACK_RESULT": "in_channel"}))
	w.command(alice, "ecd-a")
	w.drain()
	w.press(alice, "stop")
	w.drain()
	if screen := w.Slack.Screen(channel, mallory); strings.Count(screen, "1 `stopped`") != 1 {
		t.Errorf("the others in the channel read:\n%s", screen)
	}
}

func TestSlackExpiredPlan(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two())
	w.command(alice, "ecd-a gone home")
	w.drain()
	// The plan is as old as it says in its record, so it is made older there.
	w.age(20 * time.Minute)
	w.press(alice, "stop")
	w.drain()
	if len(w.stops()) != 0 {
		t.Error("an expired plan stopped a desktop")
	}
	w.wantOnScreen("older than 10 minutes", "/stop-desktop ecd-a")
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

func TestSlackResultAndHelp(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two())
	if r := w.command(alice, "help"); !strings.Contains(r.Shown(), "region=") {
		t.Errorf("help: %s", r.Shown())
	}
	w.command(alice, "ecd-a preview")
	w.drain()
	w.wantOnScreen("`would_stop`")
	run := string(w.onlyReport().Run)
	w.command(alice, "result "+run)
	w.drain()
	if n := strings.Count(w.screen(), "`would_stop`"); n < 2 {
		t.Errorf("the result is not shown again:\n%s", w.screen())
	}
}

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

// TestWithSlackcmdsRoleAlone holds all that slackcmd holds, and tries what it
// must not be able to do.
func TestWithSlackcmdsRoleAlone(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two())
	now := time.Now()
	for name, event := range map[string]string{
		"a webhook":                          `{"version":"v1","rawPath":"/stop","body":"{\"RegionId\":\"cn-hangzhou\",\"DesktopId\":[\"ecd-a\"]}","isBase64Encoded":false,"headers":{"Content-Type":"application/json"},"queryParameters":{},"requestContext":{"http":{"method":"POST","path":"/stop"}}}`,
		"a timer off schedule":               `{"triggerTime":"` + now.UTC().Format(time.RFC3339) + `","triggerName":"x","payload":"{\"Timer\":\"yearly\"}"}`,
		"a foreign run":                      `{"Run":"timer-aaaaaaaaaaaaaaaaaaaaaaaaaa","Step":"stop"}`,
		"a Slack run nobody asked for":       `{"Run":"slack-aaaaaaaaaaaaaaaaaaaaaaaaaa","Step":"stop"}`,
		"a failure record of a tick to come": `{"requestContext":{"requestId":"r"},"requestPayload":"{\"triggerTime\":\"` + now.Add(time.Hour).UTC().Truncate(time.Minute).Format(time.RFC3339) + `\",\"triggerName\":\"admin\",\"payload\":\"{\\\"Timer\\\":\\\"admin\\\"}\"}","responseContext":{}}`,
		"a failure record":                   `{"requestContext":{"requestId":"r"},"requestPayload":"{\"Run\":\"timer-aaaaaaaaaaaaaaaaaaaaaaaaaa\",\"Step\":\"stop\"}","responseContext":{}}`,
	} {
		w.invokeAs("slackcmd", event)
		_ = name
	}
	w.drain()
	for _, key := range []string{"runs/webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa/request", "runs/timer-aaaaaaaaaaaaaaaaaaaaaaaaaa/request", "freeze",
		"runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/plan", "runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/report", "runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/attempt-1"} {
		if err := w.putAs("slackcmd", key); err == nil {
			t.Errorf("slackcmd's role wrote %s", key)
		}
	}
	if err := w.putAs("slackcmd", "runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/request"); err != nil {
		t.Errorf("slackcmd's role cannot write its own records: %v", err)
	}
	if n := len(w.stops()); n != 0 {
		t.Errorf("%d StopDesktops calls", n)
	}
	for key := range w.OSS.Objects() {
		if strings.Contains(key, "/timer-") {
			t.Errorf("%s was written: a tick to come is cancelled", key)
		}
	}
}

func TestSlackEventsTwice(t *testing.T) {
	for name, how := range map[string]fc.Duplicates{"at once": fc.DuplicatesAtOnce, "one after the other": fc.DuplicatesAfter} {
		t.Run(name, func(t *testing.T) { slackEventsTwice(t, how) })
	}
}

func slackEventsTwice(t *testing.T, how fc.Duplicates) {
	t.Parallel()
	w := slackWorld(t, two())
	w.FC.DeliverTwice("", how)
	w.command(alice, "ecd-a ecd-b")
	w.drain()
	plan, ok := w.plan()
	if !ok {
		t.Fatal(w.screen())
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { w.pressOn(plan, alice, "stop") })
	}
	both.Wait()
	w.drain()
	w.once()
	if n := strings.Count(w.screen(), "2 `stopped`"); n != 1 {
		t.Errorf("%d final messages, want 1:\n%s", n, w.screen())
	}
}

// TestSlackKill kills either function before and after every call that it
// makes. People repeat what failed before their eyes; the platform repeats the
// rest. One run and one final message come of it.
func TestSlackKill(t *testing.T) {
	converse := func(w *world, k *killer) {
		k.armed.Store(true)
		for range 5 {
			if r := w.command(alice, "ecd-a ecd-b"); r.Error == "" {
				break
			}
		}
		w.drain()
		for range 5 {
			if _, ok := w.plan(); !ok {
				return
			}
			if r := w.press(alice, "stop"); r.Error == "" {
				break
			}
		}
		w.drain()
	}
	k := &killer{}
	w := slackWorld(t, two(), shortLease, func(o *cloud.Options) { o.Around = k.around })
	k.world = w
	converse(w, k)
	calls := k.n.Load()
	if calls < 10 {
		t.Fatalf("%d calls without a kill:\n%s", calls, w.screen())
	}
	for _, after := range []bool{false, true} {
		for nth := range calls {
			killName(t, after, nth+1, func(t *testing.T) {
				k := &killer{after: after, nth: nth + 1}
				w := slackWorld(t, two(), shortLease, func(o *cloud.Options) { o.Around = k.around })
				k.world = w
				converse(w, k)
				k.armed.Store(false)
				call, _ := k.said.Load(nth + 1)
				t.Logf("killed at %v", call)
				for id, n := range w.changed() {
					if n != 1 {
						t.Errorf("%s was stopped %d times", id, n)
					}
				}
				if n := strings.Count(w.screen(), "2 `stopped`"); n != 1 {
					t.Errorf("%d final messages, want 1:\n%s", n, w.screen())
				}
				stopped := 0
				for _, r := range w.reports() {
					stopped += r.Counts[core.Stopped]
				}
				if stopped != 2 {
					t.Errorf("the reports say that %d desktops were stopped", stopped)
				}
			})
		}
	}
}
