package tests

import (
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
)

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
