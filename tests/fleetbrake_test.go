package tests

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// slowWaves makes waves of eight desktops, one a call, so that a brake finds most
// of a run still before it.
var slowWaves = withEnv(map[string]string{"ECD_BATCH_SIZE": "1", "ECD_MAX_CONCURRENCY": "8"})

const devDesktops = `"Select":{"RegionId":["cn-hangzhou"],"Tag":[{"Key":"env","Value":"dev"}]}`

// TestHaltAndFreezeInMidRun halts one run and freezes the next while calls of
// their first wave are under way. Each desktop is either stopped or not tried, no
// call is made after the brake, and what was left can be stopped afterwards.
func TestHaltAndFreezeInMidRun(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, many(hangzhou, 20, map[string]string{"env": "dev"}), slowWaves)

	run, release := w.midRun("halted")
	if r := w.call(http.MethodPost, "/runs/"+string(run)+"/halt", `{}`); r.Status != http.StatusForbidden {
		t.Errorf("a halt without the permission: %d %s", r.Status, r.Text)
	}
	if r := w.send(http.MethodPost, "/runs/"+string(run)+"/halt", nil, `{"Reason":"x"}`); r.Status != http.StatusUnauthorized {
		t.Errorf("a halt by nobody: %d %s", r.Status, r.Text)
	}
	if r := w.call(http.MethodPost, "/runs/webhook-"+strings.Repeat("a", 26)+"/halt", `{"Reason":"x"}`); r.Status != http.StatusNotFound {
		t.Errorf("a halt of no run: %d %s", r.Status, r.Text)
	}
	if r := w.call(http.MethodPost, "/runs/"+string(run)+"/halt", `{"Reason":"wrong team"}`); r.Status != http.StatusOK {
		t.Fatalf("halt: %d %s", r.Status, r.Text)
	}
	release()
	w.wantBraked(run, core.EndedHalted, 8, 12, "wrong team")

	run, release = w.midRun("frozen")
	if r := w.call(http.MethodPost, "/freeze", `{"For":"2h"}`); r.Status != http.StatusForbidden {
		t.Errorf("a freeze without the permission: %d %s", r.Status, r.Text)
	}
	if r := w.call(http.MethodPost, "/freeze", `{"For":"200h","Reason":"x"}`); r.Status != http.StatusBadRequest {
		t.Errorf("a freeze for too long: %d %s", r.Status, r.Text)
	}
	if r := w.call(http.MethodPost, "/freeze", `{"For":"2h","Reason":"release night"}`); r.Status != http.StatusOK || !strings.Contains(r.Text, `"Frozen":true`) {
		t.Fatalf("freeze: %d %s", r.Status, r.Text)
	}
	release()
	w.wantBraked(run, core.EndedFrozen, 8, 4, "release night")

	// While everything is frozen every door is shut, and says so.
	before := len(w.ECD.Calls())
	if r := w.post("shut", `{`+devDesktops+`}`); r.Code != core.Frozen || !strings.Contains(r.Text, "release night") {
		t.Errorf("a request while everything is frozen: %d %s", r.Status, r.Text)
	}
	w.tick("nightly")
	w.say(alice, "tag:env=dev region=cn-hangzhou", "Everything is frozen", "release night")
	w.drain()
	wantWords(t, w.onlyPost("`nightly`"), "nothing ran", "frozen", "release night")
	if !logged(w.FC.Logs("stopdesktops"), `"alarm":"timer_frozen"`) || !logged(w.FC.Logs("stopdesktops"), `"msg":"alive"`, `"what":"frozen"`) {
		t.Error("the frozen timer raised no alarm, or is not alive")
	}
	if r := w.call(http.MethodGet, "/freeze", ""); r.Status != http.StatusOK || !strings.Contains(r.Text, "release night") {
		t.Errorf("GET /freeze: %d %s", r.Status, r.Text)
	}
	if n := len(w.ECD.Calls()) - before; n != 0 {
		t.Errorf("%d calls reached the cloud while everything was frozen", n)
	}

	if r := w.call(http.MethodDelete, "/freeze", `{}`); r.Status != http.StatusForbidden {
		t.Errorf("an end of the freeze without the permission: %d %s", r.Status, r.Text)
	}
	if r := w.call(http.MethodDelete, "/freeze", `{"Reason":"released"}`); r.Status != http.StatusOK || !strings.Contains(r.Text, `"Frozen":false`) {
		t.Fatalf("unfreeze: %d %s", r.Status, r.Text)
	}
	r := w.postWaiting("rest", `{`+devDesktops+`}`)
	if r.Report == nil || r.Report.Counts[core.Stopped] != 4 || r.Report.Counts[core.AlreadyStopped] != 16 {
		t.Errorf("the run after it all: %d %s", r.Status, r.Text)
	}
	for id, n := range w.changed() {
		if n != 1 {
			t.Errorf("%s was stopped %d times", id, n)
		}
	}
}

// midRun begins a run over the desktops of dev and returns once the calls of its
// first wave are on their way; release lets them go on.
func (w *world) midRun(id string) (run core.RunID, release func()) {
	w.t.Helper()
	gate := w.ECD.Gate("StopDesktops", ecd.BeforeAnswer)
	r := w.post(id, `{`+devDesktops+`}`)
	if r.Status != http.StatusAccepted {
		w.t.Fatalf("%s: %d %s", id, r.Status, r.Text)
	}
	w.held(gate, 8)
	return r.RunId, gate.Open
}

// held waits for so many calls at a gate.
func (w *world) held(gate *ecd.Gate, n int) {
	w.t.Helper()
	held := make(chan error, 1)
	go func() { held <- gate.Wait(w.t.Context(), n) }()
	select {
	case err := <-held:
		if err != nil {
			w.t.Fatal(err)
		}
	case <-time.After(patience):
		w.t.Fatal("the calls never came")
	}
}

// wantBraked waits for the end of a run that a brake ended, and compares it with
// what the cloud knows.
func (w *world) wantBraked(run core.RunID, ending core.Ending, stopped, left int, why string) {
	w.t.Helper()
	w.drain()
	r := w.get("/runs/" + string(run)).Report
	if r == nil {
		w.t.Fatalf("run %s has no report", run)
	}
	if r.Ending != ending || r.Counts[core.Stopped] != stopped || r.Counts[core.NotTried] != left || !strings.Contains(r.Note, why) {
		w.t.Errorf("%s with %v and the note %q; want %s with %d stopped and %d not tried", r.Ending, r.Counts, r.Note, ending, stopped, left)
	}
	for _, o := range r.Outcomes {
		d, _ := w.ECD.Desktop(o.RegionId, o.DesktopId)
		switch {
		case o.Code == core.NotTried && (d.Status != ecd.Running || !strings.Contains(o.Detail, why)):
			w.t.Errorf("%s is %s and was %s: %s", o.DesktopId, d.Status, o.Code, o.Detail)
		case o.Code != core.NotTried && d.Status != ecd.Stopped:
			w.t.Errorf("%s is %s and was %s", o.DesktopId, d.Status, o.Code)
		}
	}
}

// TestBrakeFromSlack pulls every brake by command and by the button under the
// running message, with and without the permission.
func TestBrakeFromSlack(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, many(hangzhou, 20, map[string]string{"env": "dev"}), slowWaves)
	w.say(bob, "freeze 2h mine", "Not frozen", "needs action freeze")
	w.say(bob, "unfreeze", "The freeze was not ended", "needs action freeze")
	w.say(alice, "freeze 200h", "Not frozen", "at most 7d")
	w.say(alice, "unfreeze", "There was no freeze to end")
	w.say(alice, "freeze 2h release night", "Frozen until", "release night", "/stop-desktop unfreeze")
	w.say(bob, "tag:env=dev region=cn-hangzhou", "Everything is frozen", "release night")
	w.say(alice, "unfreeze it is over", "The freeze is over", "release night")

	w.say(alice, "tag:env=dev region=cn-hangzhou", "20 will stop")
	gate := w.ECD.Gate("StopDesktops", ecd.BeforeAnswer)
	plan, _ := w.plan()
	w.pressOn(plan, alice, "stop")
	w.held(gate, 8)
	run := w.runUnderWay()
	// Every click is bound to who asked; others give the command, if they may.
	if r := w.command(bob, "halt "+run+" no"); r.Error != "" {
		t.Fatal(r.Error)
	}
	if r := w.pressOn(plan, alice, "halt"); r.Error != "" {
		t.Fatalf("press: %s %s", r.Error, r.Cause)
	}
	w.await("the halt's record", func() bool {
		for key := range w.OSS.Objects() {
			if strings.HasSuffix(key, "runs/"+run+"/halt") {
				return true
			}
		}
		return false
	})
	gate.Open()
	w.wantBraked(core.RunID(run), core.EndedHalted, 8, 12, "halted by slack:T012ABCD0/"+alice)
	wantWords(t, w.as(bob), "Not halted", "needs action halt")
	wantWords(t, w.as(alice), "8 `stopped`", "12 `not_tried`", "Run `"+run+"` is halted")
	w.say(alice, "halt "+run, "is halted") // once more changes nothing
	w.say(alice, "halt slack-"+strings.Repeat("a", 26), "Not halted", "There is no run")
}

// runUnderWay returns the one run from Slack that was confirmed and has no report
// yet.
func (w *world) runUnderWay() string {
	w.t.Helper()
	objects := w.OSS.Objects()
	run := ""
	for key := range objects {
		name, is := strings.CutSuffix(key, "/confirm")
		if _, ended := objects[name+"/report"]; is && !ended {
			run = name[strings.LastIndexByte(name, '/')+1:]
		}
	}
	if run == "" {
		w.t.Fatal("no run is under way")
	}
	return run
}

// await waits until a condition holds that nothing announces.
func (w *world) await(what string, holds func() bool) {
	w.t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%s never came", what)
		}
	}
}
