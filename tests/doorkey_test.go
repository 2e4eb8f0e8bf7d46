package tests

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ram"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/statekey"
)

// patientSlack lets slow machines answer Slack.
func patientSlack(o *cloud.Options) { o.Slack.Deadline = patience }

// TestTheKeyOfADoorThatWasTakenOver takes the state key out of the environment of
// the door and tries it on what belongs to Slack, timers and terminals: as it is, and
// written as if it were their own.
func TestTheKeyOfADoorThatWasTakenOver(t *testing.T) {
	t.Parallel()
	s := newShape(t, true, two(), patientSlack)
	s.command(alice, "ecd-a")
	s.drain()
	run, sealed := s.sealedRequest()
	whole, err := statekey.Parse(s.Secrets[0])
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := whole.Open(run, "confidential", sealed); err != nil || !strings.Contains(string(plain), "response_url") {
		t.Fatalf("the whole key opens %q, %v", plain, err)
	}
	for name, value := range s.door.Env {
		for _, secret := range s.Secrets[:2] { // the state key and Slack's
			if strings.Contains(value, secret) {
				t.Errorf("the door is given another key than its own in %s", name)
			}
		}
	}
	its := s.door.Env["STATE_KEY"]
	keys, err := statekey.ParseDoor(core.Webhook, its)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := statekey.Parse(its); err == nil {
		t.Error("it reads as a whole state key")
	}
	for _, door := range []core.Door{core.Slack, core.Timer, core.Terminal} {
		other := core.RunID(string(door) + "-" + strings.Repeat("d", 26))
		if _, held := keys.Door(door); held || len(keys.RunIDs(door, "x", "y")) > 0 {
			t.Errorf("it names runs of the %s door", door)
		}
		if _, err := keys.Seal(other, "confidential", nil); !errors.Is(err, core.ErrOtherDoor) {
			t.Errorf("it seals for the %s door: %v", door, err)
		}
		if derived, err := keys.Derived(door); err == nil {
			t.Errorf("the key of the %s door comes out of it: %d characters", door, len(derived.Reveal()))
		}
		posing, err := statekey.ParseDoor(door, string(door)+"."+strings.TrimPrefix(its, "webhook."))
		if err != nil {
			t.Fatal(err)
		}
		if slices.Equal(posing.RunIDs(door, "x", "y"), whole.RunIDs(door, "x", "y")) {
			t.Errorf("written as the %s door's it names that door's runs", door)
		}
		text, err := posing.Seal(other, "confidential", []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := whole.Open(other, "confidential", text); err == nil {
			t.Errorf("written as the %s door's it seals what the worker opens", door)
		}
	}
	if _, err := keys.Open(run, "confidential", sealed); !errors.Is(err, core.ErrOtherDoor) {
		t.Errorf("it opens a record of Slack: %v", err)
	}
	posing, err := statekey.ParseDoor(core.Slack, "slack."+strings.TrimPrefix(its, "webhook."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := posing.Open(run, "confidential", sealed); err == nil {
		t.Error("written as Slack's it opens a record of Slack")
	}
	// A button that it signs is nobody's; the shown one, pressed the same way, is.
	signer, _ := posing.Door(core.Slack)
	stop := button.PlanValue{Run: run, Digest: s.digestOf(run), User: alice, Home: home, Channel: channel, Expires: time.Now().Add(5 * time.Minute).Truncate(time.Second)}
	s.press(alice, "stop", pressing("stop", stop.Encode(signer)))
	s.drain()
	if n := len(s.changed()); n > 0 {
		t.Errorf("%d desktops were stopped by a button that the door's key signed", n)
	}
	s.press(alice, "stop", pressing("stop", stop.Encode(s.buttonKey(s.Secrets[0]))))
	s.drain()
	if n := s.changed()["ecd-a"]; n != 1 {
		t.Errorf("the same button under the whole key stopped the desktop %d times, want 1", n)
	}
}

// sealedRequest is the run of the one request record with a sealed part, and that
// part.
func (w *world) sealedRequest() (core.RunID, string) {
	w.t.Helper()
	for key, body := range w.OSS.Objects() {
		var r struct {
			Run    core.RunID
			Sealed string
		}
		if strings.HasSuffix(key, "/request") && json.Unmarshal(body, &r) == nil && r.Sealed != "" {
			return r.Run, r.Sealed
		}
	}
	w.t.Fatal("no request has a sealed part")
	return "", ""
}

// TestTheDoorLeavesOthersEventsAlone sends the door what belongs to other doors, as
// a wrong trigger or whoever may invoke it would: it refuses each by name before
// anything is done, goes on answering its own, and still tells of any run and halts
// it.
func TestTheDoorLeavesOthersEventsAlone(t *testing.T) {
	t.Parallel()
	s := newShape(t, true, two(), patientSlack, withConfig(t, map[string]string{"policy.cedar": "@id(\"all\")\npermit (principal, action, resource);\n",
		"timers.yaml": "Timers:\n- {Name: admin, Cron: 0 * * * * *, Announce: 30m, Channel: C0123456789, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-a, ecd-b]}}\n"}))
	s.command(alice, "ecd-a")
	s.drain()
	run, _ := s.sealedRequest()
	everything, err := ram.ParsePolicy([]byte(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["fc:InvokeFunction"],"Resource":"*"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s.RAM.SetRole("insider", everything)
	timers := core.RunID("timer-" + strings.Repeat("e", 26))
	minute := time.Now().Truncate(time.Minute)
	for name, c := range map[string]struct {
		event string
		door  core.Door
	}{
		"a tick":                     {tickEvent(minute, `{"Timer":"admin"}`), core.Timer},
		"a late tick":                {tickEvent(minute.Add(-20*time.Hour), `{"Timer":"admin"}`), core.Timer},
		"an announcement":            {tickEvent(minute, `{"Timer":"admin","Announce":true}`), core.Timer},
		"a plan to show":             {jobEvent(run, core.StepPlan), core.Slack},
		"a plan to stop":             {jobEvent(run, core.StepStop), core.Slack},
		"a list to show":             {jobEvent(run, core.StepShow), core.Slack},
		"a wish":                     {jobEvent(run, core.StepDo), core.Slack},
		"a timer's run":              {jobEvent(timers, core.StepStop), core.Timer},
		"the death of a tick":        {failureEvent(tickEvent(minute, `{"Timer":"admin"}`)), core.Timer},
		"the death of a late tick":   {failureEvent(tickEvent(minute.Add(-20*time.Hour), `{"Timer":"admin"}`)), core.Timer},
		"the death of a plan":        {failureEvent(jobEvent(run, core.StepPlan)), core.Slack},
		"the death of a timer's run": {failureEvent(jobEvent(timers, core.StepStop)), core.Timer},
	} {
		before, said := slices.Clone(s.keys()), len(s.FC.Logs(doorOnly))
		s.invokeFunction(doorOnly, "insider", c.event)
		s.drain()
		log := s.FC.Logs(doorOnly)[said:]
		if !logged(log, `"alarm":"other_door"`, `"door":"`+string(c.door)+`"`, "Nothing was done") || strings.Count(log, `"alarm"`) != 1 {
			t.Errorf("%s: the door logs\n%s", name, log)
		}
		if after := s.keys(); !slices.Equal(before, after) {
			t.Errorf("%s: records before %v, after %v", name, before, after)
		}
	}
	for _, task := range s.FC.Tasks() {
		if task.State != "Succeeded" || len(task.Attempts) != 1 {
			t.Errorf("%s: %s after %d tries", task.Payload, task.State, len(task.Attempts))
		}
	}
	if n := len(s.changed()); n > 0 {
		t.Errorf("%d desktops were stopped", n)
	}
	if r := s.knock(http.MethodGet, "/runs/"+string(run), s.asBearer(), ""); r.Status != http.StatusOK || r.RunId != run {
		t.Errorf("GET /runs of a run of Slack: %d %s", r.Status, r.Text)
	}
	if r := s.knock(http.MethodPost, "/runs/"+string(run)+"/halt", s.asBearer(), `{"Reason":"a drill"}`); r.Status != http.StatusOK {
		t.Errorf("halt of a run of Slack: %d %s", r.Status, r.Text)
	}
	s.press(alice, "stop")
	s.drain()
	if n := len(s.changed()); n > 0 {
		t.Errorf("%d desktops of a halted run were stopped", n)
	}
	body := `{"RegionId":"cn-hangzhou","DesktopId":["ecd-b"]}`
	if r := s.knock(http.MethodPost, "/stop", s.waiting(fresh(), body), body); r.Report == nil || s.changed()["ecd-b"] != 1 {
		t.Errorf("POST /stop afterwards: %d %s", r.Status, r.Text)
	}
}

// TestTheDoorsKeyIsChanged begins with a door that holds the whole state key, as
// those did that were deployed before they had one of their own, and goes on with
// the key of its door: the first works and says what to do, and what it began is
// known to the second.
func TestTheDoorsKeyIsChanged(t *testing.T) {
	t.Parallel()
	const tooMuch = "holds the whole state key"
	s := newShape(t, true, two())
	s.deployDoor(s.Secrets[0])
	const body = `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-b"]}`
	id := fresh()
	first := s.knock(http.MethodPost, "/stop", s.waiting(id, body), body)
	if first.Status != http.StatusOK || first.Report == nil {
		t.Fatalf("with the whole key: %d %s", first.Status, first.Text)
	}
	if log := s.FC.Logs(doorOnly); !logged(log, `"level":"WARN"`, tooMuch, "door-key") {
		t.Errorf("the door does not say that it holds too much:\n%s", log)
	}
	said := len(s.FC.Logs(doorOnly))
	s.deployDoor(s.DoorKey)
	again := s.knock(http.MethodPost, "/stop", s.waiting(id, body), body)
	if again.Status != http.StatusOK || !again.Repeated || again.RunId != first.RunId || again.Report == nil {
		t.Errorf("with the door's own key: %d %s", again.Status, again.Text)
	}
	if log := s.FC.Logs(doorOnly)[said:]; strings.Contains(log, tooMuch) || !strings.Contains(log, `"msg":"started"`) {
		t.Errorf("with the door's own key it logs\n%s", log)
	}
	s.wantWorkerOnly(true)
}
