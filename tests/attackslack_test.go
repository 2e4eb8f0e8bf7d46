package tests

import (
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/slack"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/statekey"
)

const home = slack.DefaultTeamID

// buttonKey is the key that the deployment signs buttons with, or another
// deployment's.
func (w *world) buttonKey(stateKey string) *statekey.Door {
	w.t.Helper()
	keys, err := statekey.Parse(stateKey)
	if err != nil {
		w.t.Fatal(err)
	}
	d, ok := keys.Door(core.Slack)
	if !ok {
		w.t.Fatal("the key has no door of Slack")
	}
	return d
}

// pressing makes a press of another button than the one that is shown, signed by
// Slack as nobody but Slack could.
func pressing(action, value string) slack.Forgery {
	return slack.WithPayload(func(p map[string]any) {
		pressed := p["actions"].([]any)[0].(map[string]any)
		pressed["action_id"], pressed["value"] = action, value
		pressed["block_id"] = map[string]string{"halt": "run", "keep_mine": "forecast"}[action]
		if pressed["block_id"] == "" {
			pressed["block_id"] = "plan"
		}
	})
}

// inChannel makes a press come from another channel.
func inChannel(id string) slack.Forgery {
	return slack.WithPayload(func(p map[string]any) {
		p["channel"].(map[string]any)["id"] = id
		p["container"].(map[string]any)["channel_id"] = id
	})
}

// TestAttacksOnSlack walks commands and every button. The first part is refused
// by the function that faces Slack, so that not even a record of its own appears;
// the rest gets as far as a job, which refuses it.
func TestAttacksOnSlack(t *testing.T) {
	t.Parallel()
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), nil)
	fleet := append(two(), ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-night1", EndUserIDs: []string{"alice", "mallory"}},
		ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-vault1", EndUserIDs: []string{"alice"}})
	if err := w.ECD.Add(fleet...); err != nil {
		t.Fatal(err)
	}
	old := randomText()[:32]
	w.Secrets = append(w.Secrets, old)
	w.rotateSlack(old, true)
	if r := w.command(alice, "help", slack.SignedWith(old)); r.Status != 200 || !strings.Contains(r.Shown(), "region=") {
		t.Fatalf("with a secret that is live: %d %s", r.Status, r.Body)
	}
	w.rotateSlack(old, false)
	good := w.command(alice, "ecd-a")
	w.drain()
	plan, ok := w.plan()
	if !ok {
		t.Fatal(w.screen())
	}
	run := w.slackRun()
	before := w.calm()

	for name, forge := range map[string]slack.Forgery{
		"no signature":           slack.SignedWith(""),
		"wrong key":              slack.SignedWith(strings.Repeat("0f", 16)),
		"old key after rotation": slack.SignedWith(old),
		"outside the window":     slack.SignedAt(-6 * time.Minute),
		"from the future":        slack.SignedAt(6 * time.Minute),
		"one byte of a command":  slack.BodyEdited("ecd-b", "ecd-a"),
		"one byte of a press":    slack.BodyEdited("block_actions", "block_action5"),
		"more body":              slack.BodyAppended("&text=ecd-a"),
		"another time":           slack.WithHeader(slack.TimestampHeader, "1700000000"),
		"signature twice":        slack.WithSecondHeader(slack.SignatureHeader, "v0="+strings.Repeat("0f", 32)),
		"time twice":             slack.WithSecondHeader(slack.TimestampHeader, "1700000000"),
		"version v1":             slack.WithHeader(slack.SignatureHeader, "v1="+strings.Repeat("0f", 32)),
	} {
		if name != "one byte of a press" {
			if r := w.command(alice, "ecd-b", forge); r.Status != 401 || len(r.Body) > 0 {
				t.Errorf("command, %s: %d %s", name, r.Status, r.Body)
			}
		}
		if name != "one byte of a command" {
			if r := w.pressOn(plan, alice, "stop", forge); r.Status != 401 || len(r.Body) > 0 {
				t.Errorf("press, %s: %d %s", name, r.Status, r.Body)
			}
		}
	}
	w.unharmed(t, "what Slack did not sign", before)

	for name, forge := range map[string]slack.Forgery{
		"other app":            slack.WithField("api_app_id", "A0OTHER99"),
		"other workspace":      slack.WithField("team_id", "T0OTHER99"),
		"no user":              slack.WithoutField("user_id"),
		"second user":          slack.WithSecondField("user_id", mallory),
		"the press's route":    func(d *slack.Delivery) { d.URL = strings.Replace(d.URL, "/command", "/interaction", 1) },
		"the words in a query": slack.InQuery("text"),
	} {
		at := w.calm()
		w.command(alice, "ecd-b", forge)
		w.unharmed(t, "command, "+name, at)
	}

	own, foreign := w.buttonKey(w.Secrets[0]), w.buttonKey("NIC4zGU4o5VGnneryg6U274vBq0lplx2YU5mxF1ulHc=")
	soon, past := time.Now().Add(5*time.Minute).Truncate(time.Second), time.Now().Add(-time.Second).Truncate(time.Second)
	halt := button.HaltValue{Run: run, User: alice, Home: home, Channel: channel, Expires: soon}
	keep := button.KeepValue{Timer: "nightly", Due: soon, Channel: channel}
	stop := button.PlanValue{Run: run, Digest: strings.Repeat("0a", 32), User: alice, Home: home, Channel: channel, Expires: soon}
	oldHalt, oldKeep := halt, keep
	oldHalt.Expires, oldKeep.Due = past, past
	hers, theirs := halt, stop
	hers.User, theirs.User = mallory, mallory
	far, abroad := keep, keep
	far.Channel, abroad.Home = "C0ELSEWHERE", "T0OTHER99"
	for name, c := range map[string]struct {
		action, value string
		more          []slack.Forgery
	}{
		"expired Halt":                    {"halt", oldHalt.Encode(own), nil},
		"expired Keep mine":               {"keep_mine", oldKeep.Encode(own), nil},
		"Halt of another deployment":      {"halt", halt.Encode(foreign), nil},
		"Keep mine of another deployment": {"keep_mine", keep.Encode(foreign), nil},
		"Stop of another deployment":      {"stop", stop.Encode(foreign), nil},
		"another person's Halt":           {"halt", hers.Encode(own), nil},
		"another person's Stop":           {"stop", theirs.Encode(own), nil},
		"Keep mine of another channel":    {"keep_mine", far.Encode(own), nil},
		"Keep mine of another workspace":  {"keep_mine", abroad.Encode(own), nil},
		"Keep mine pressed elsewhere":     {"keep_mine", keep.Encode(own), []slack.Forgery{inChannel("C0ELSEWHERE")}},
		"Stop pressed elsewhere":          {"stop", stop.Encode(own), []slack.Forgery{inChannel("C0ELSEWHERE")}},
		"the value of Halt under Stop":    {"stop", halt.Encode(own), nil},
		"the value of Keep under Halt":    {"halt", keep.Encode(own), nil},
		"the value of Stop under Keep":    {"keep_mine", stop.Encode(own), nil},
		"no value":                        {"halt", "", nil},
		"a longer value":                  {"halt", halt.Encode(own) + "A", nil},
		"an action that is none":          {"stop_all", stop.Encode(own), nil},
	} {
		at := w.calm()
		w.pressOn(plan, alice, "stop", append([]slack.Forgery{pressing(c.action, c.value)}, c.more...)...)
		w.unharmed(t, name, at)
	}

	// From here on slackcmd takes in what a job has to refuse.
	if r, err := w.Slack.Resend(t.Context(), good.Sent); err != nil || r.Status != 200 {
		t.Errorf("replay of the command: %d %v", r.Status, err)
	}
	w.unharmed(t, "replay of the command inside the window", before)
	for name, attack := range map[string]func(){
		"a digest of another plan": func() { w.pressOn(plan, alice, "stop", pressing("stop", stop.Encode(own))) },
		"Keep mine of no timer": func() {
			no := keep
			no.Timer = "weekly"
			w.pressOn(plan, alice, "stop", pressing("keep_mine", no.Encode(own)))
		},
		"Keep mine by nobody": func() {
			w.pressOn(plan, alice, "stop", pressing("keep_mine", keep.Encode(own)), pressedBy("U0STRANGER"))
		},
		"Keep mine without a permit": func() { w.pressOn(plan, alice, "stop", pressing("keep_mine", keep.Encode(own)), pressedBy(mallory)) },
		"a stop without a permit":    func() { w.command(mallory, "ecd-b") },
		"now without a permit":       func() { w.command(mallory, "ecd-b now") },
		"keep without a permit":      func() { w.command(mallory, "keep ecd-b until 23:00") },
		"freeze without a permit":    func() { w.command(mallory, "freeze 1h x") },
		"halt without a permit":      func() { w.command(mallory, "halt "+string(run)) },
		"somebody else's desktops":   func() { w.command(mallory, "@"+alice) },
		"the vault":                  func() { w.command(alice, "ecd-vault1") },
		"keep in the vault":          func() { w.command(alice, "keep ecd-vault1 until 23:00") },
	} {
		at := w.calm()
		attack()
		w.unharmed(t, name, at, "/runs/slack-")
	}
	// The attack on the digest has used up the answer to that plan. A new plan
	// that is older than its buttons is not carried out either, and a keep that
	// is right sets one tag.
	w.command(alice, "ecd-b")
	w.drain()
	w.age(20 * time.Minute)
	w.press(alice, "stop")
	w.unharmed(t, "an expired Stop", before, "/runs/slack-")
	w.pressOn(plan, alice, "stop", pressing("keep_mine", keep.Encode(own)))
	w.drain()
	if n := w.changing() - before.changing; n != 1 {
		t.Errorf("%d calls of the right Keep mine, want 1:\n%s", n, w.screen())
	}
}

// pressedBy makes somebody else of the workspace press.
func pressedBy(user string) slack.Forgery {
	return slack.WithPayload(func(p map[string]any) { p["user"].(map[string]any)["id"] = user })
}

// slackRun is the only run of the bucket.
func (w *world) slackRun() core.RunID {
	w.t.Helper()
	for _, key := range w.keys() {
		if run := core.RunID(strings.Split(key, "/")[2]); run.Door() == core.Slack {
			return run
		}
	}
	w.t.Fatal("there is no run")
	return ""
}

// rotateSlack makes a second signing secret live, or takes it away.
func (w *senderWorld) rotateSlack(second string, live bool) {
	w.t.Helper()
	w.redeployOne("slackcmd", func(f *fc.Function) {
		if live {
			f.Env["SLACK_SIGNING_SECRETS"] += "," + second
		}
	})
}
