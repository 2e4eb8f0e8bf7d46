package tests

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/oss"
)

// byToken calls a route of the brake with the deployment's own token.
func (w *world) byToken(method, path, body string) response {
	w.t.Helper()
	return w.send(method, path, map[string]string{"Authorization": "Bearer " + w.WebhookToken, "Content-Type": "application/json"}, body)
}

// fleetOfBrakes is one desktop for each door.
func fleetOfBrakes() []ecd.Desktop {
	return append(two(), ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-token1"}, ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-night1", Name: "night1"})
}

// askEveryDoor asks for a stop by id at every door, and for one by selection, and
// waits for the end. What it returns are the answers of the HTTP doors.
func (w *senderWorld) askEveryDoor(id string) map[string]response {
	w.t.Helper()
	now := time.Now()
	answers := map[string]response{
		"webhook by id":        w.post("id-"+id, `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`),
		"webhook by selection": w.post("select-"+id, `{"RegionId":"cn-hangzhou","Select":{"DesktopName":["night*"]}}`),
		"sender by id": w.deliver(http.MethodPost, delivery{"/senders/token", http.Header{"Content-Type": {"application/json"},
			"Authorization": {"Bearer " + w.secrets["BEARER_NEW"]}, "Idempotency-Key": {id}}, `{"RegionId":"cn-hangzhou","DesktopId":["ecd-token1"]}`}),
	}
	if err := w.FC.FireTimer("stopdesktops", "nightly", now.Truncate(time.Minute)); err != nil {
		w.t.Fatal(err)
	}
	if err := w.FC.FireTimer("stopdesktops", "selects", now.Truncate(time.Minute)); err != nil {
		w.t.Fatal(err)
	}
	w.command(alice, "ecd-b")
	w.drain()
	if _, asked := w.plan(); asked {
		w.press(alice, "stop")
	}
	w.command(alice, "name:night* region=cn-hangzhou")
	w.drain()
	return answers
}

// TestFreezeAtEveryDoor pulls the brake over HTTP and lets it go in Slack.
func TestFreezeAtEveryDoor(t *testing.T) {
	t.Parallel()
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), nil)
	if err := w.ECD.Add(fleetOfBrakes()...); err != nil {
		t.Fatal(err)
	}
	before := w.post("before", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`)
	w.drain()
	w.restart()
	if r := w.byToken(http.MethodPost, "/freeze", `{"For":"1h","Reason":"a release, \"tonight\""}`); r.Status != http.StatusOK || !strings.Contains(r.Text, `"Frozen":true`) {
		t.Fatalf("freeze: %d %s", r.Status, r.Text)
	}
	for name, r := range w.askEveryDoor("frozen") {
		if r.Status != http.StatusConflict || r.Code != core.Frozen || !strings.Contains(r.Text, "a release") {
			t.Errorf("%s: %d %s", name, r.Status, r.Text)
		}
	}
	// Whoever asked before may still learn how it ended.
	if r := w.post("before", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`); r.Status != http.StatusOK || r.RunId != before.RunId || r.Report == nil {
		t.Errorf("a repeat of a finished run: %d %s", r.Status, r.Text)
	}
	w.drain()
	if n := w.changing(); n != 1 {
		t.Errorf("%d calls that change something, want the one before the freeze", n)
	}
	if n := len(w.logLines(`"alarm":"timer_frozen"`)); n != 2 {
		t.Errorf("%d alarms of frozen timers, want 2", n)
	}
	w.wantOnScreen("Everything is frozen", "a release")

	w.command(alice, "unfreeze")
	w.drain()
	w.wantOnScreen("The freeze is over")
	if r := w.byToken(http.MethodGet, "/freeze", ""); r.Status != http.StatusOK || strings.Contains(r.Text, `"Frozen":true`) {
		t.Errorf("after unfreeze: %d %s", r.Status, r.Text)
	}
	if r := w.post("after", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`); r.Status != http.StatusAccepted {
		t.Errorf("after unfreeze: %d %s", r.Status, r.Text)
	}
	w.drain()
	if n := w.changing(); n != 2 {
		t.Errorf("%d calls after unfreeze", n)
	}
}

// TestBrakeThatCannotBeRead: a timer and a selection stop nothing; a stop by id
// goes on, and its report says so.
func TestBrakeThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), nil, func(o *cloudOptions) {
		o.FC.RetryDelay = func(int) time.Duration { return 10 * time.Millisecond }
	})
	if err := w.ECD.Add(fleetOfBrakes()...); err != nil {
		t.Fatal(err)
	}
	w.OSS.Fault(oss.Fault{Method: http.MethodGet, KeyContains: "freeze", Kind: oss.AccessDenied})
	for name, r := range w.askEveryDoor("blind") {
		switch {
		case strings.HasSuffix(name, "by id") && r.Status != http.StatusAccepted:
			t.Errorf("%s: %d %s", name, r.Status, r.Text)
		case strings.HasSuffix(name, "by selection") && (r.Status != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" || !strings.Contains(r.Text, "brake could not be read")):
			t.Errorf("%s: %d %v %s", name, r.Status, r.Header, r.Text)
		}
	}
	changed := w.changed()
	if changed["ecd-night1"] != 0 || changed["ecd-a"] != 1 || changed["ecd-b"] != 1 || changed["ecd-token1"] != 1 {
		t.Errorf("changed %v, want what was named by id", changed)
	}
	blind := 0
	for _, r := range w.reports() {
		if r.Counts[core.Stopped] == 0 {
			continue
		}
		blind++
		if !strings.Contains(r.Note, "Nobody could read whether everything is frozen") {
			t.Errorf("the report of %s does not say that nobody saw the brake: %q", r.Run, r.Note)
		}
	}
	if blind != 3 || len(w.logLines("a stop by id goes on")) < 3 {
		t.Errorf("%d runs went on, %d log lines say so", blind, len(w.logLines("a stop by id goes on")))
	}
	w.wantOnScreen("Nobody could read whether everything is frozen", "could not be read")
}

// TestHaltInMidRun halts a run whose second wave has begun. Every desktop is
// either stopped or was not tried, and the report says by whom and why.
func TestHaltInMidRun(t *testing.T) {
	t.Parallel()
	var fleet []ecd.Desktop
	var ids []string
	for i := range 40 {
		id := fmt.Sprintf("ecd-h%02d", i)
		fleet, ids = append(fleet, ecd.Desktop{Region: "cn-hangzhou", ID: id}), append(ids, id)
	}
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), map[string]string{"ECD_BATCH_SIZE": "1", "ECD_CALLS_PER_SECOND": "100"})
	if err := w.ECD.Add(fleet...); err != nil {
		t.Fatal(err)
	}
	gate := w.ECD.Gate("StopDesktops", ecd.BeforeEffect)
	run := w.post("m1", `{"RegionId":"cn-hangzhou","DesktopId":["`+strings.Join(ids, `","`)+`"]}`).RunId
	if err := gate.Wait(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if r := w.byToken(http.MethodPost, "/runs/"+string(run)+"/halt", `{"Reason":"the wrong ticket"}`); r.Status != http.StatusOK {
		t.Errorf("halt: %d %s", r.Status, r.Text)
	}
	gate.Open()
	w.drain()
	r := w.onlyReport()
	stopped, left := 0, 0
	for _, o := range r.Outcomes {
		d, _ := w.ECD.Desktop("cn-hangzhou", o.DesktopId)
		switch {
		case o.Code == core.Stopped && d.Status == ecd.Stopped:
			stopped++
		case o.Code == core.NotTried && d.Status == ecd.Running:
			left++
		default:
			t.Errorf("%s is reported %s and is %s", o.DesktopId, o.Code, d.Status)
		}
	}
	if stopped == 0 || left == 0 || stopped+left != len(ids) || r.Ending != core.EndedHalted || !strings.Contains(r.Note, "webhook:webhook: the wrong ticket") {
		t.Errorf("%d stopped, %d left, ending %s: %s", stopped, left, r.Ending, r.Note)
	}
	lines := w.logLines(`"audit"`, `"decision":"brake"`, `"action":"halt"`)
	if len(lines) != 1 || !slices.ContainsFunc(lines, func(l string) bool {
		return strings.Contains(l, string(run)) && strings.Contains(l, "the wrong ticket")
	}) {
		t.Errorf("the halt is audited so: %v", lines)
	}
}
