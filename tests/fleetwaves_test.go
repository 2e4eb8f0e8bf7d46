package tests

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// TestCanary stops three of sixty desktops that take too long to stop, and leaves
// the rest alone. Then it stops them all, three first.
func TestCanary(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, many(hangzhou, 60, map[string]string{"env": "dev"}), withEnv(map[string]string{"WAIT": "1s"}))
	w.ECD.Change(func(o *ecd.Options) { o.StopDuration = patience })
	w.tick("nightly")
	w.drain()
	r := w.reportOf(core.Timer, "nightly")
	if r.Ending != core.EndedCanary || r.Counts[core.StillStopping] != 3 || r.Counts[core.NotTried] != 57 {
		t.Errorf("%s with %v, want the canary's end with 3 still stopping and 57 not tried", r.Ending, r.Counts)
	}
	if n := w.stopIDs(ecd.VersionAdmin, hangzhou); n != 3 {
		t.Errorf("StopDesktops named %d desktops, want 3", n)
	}
	wantWords(t, w.onlyPost("`nightly`"), "*0 stopped, 60 failed.*", "3 of the first 3 desktops were not seen Stopped", "57 `not_tried`", "3 `still_stopping`")

	w.ECD.Change(func(o *ecd.Options) { o.StopDuration = 0 })
	for i := range 3 { // somebody has seen to those that took so long
		w.ECD.Update(hangzhou, r.Outcomes[i].DesktopId, func(d *ecd.Desktop) { d.Status = ecd.Stopped })
	}
	again := w.postWaiting("again", `{`+devDesktops+`}`)
	if again.Report == nil || again.Report.Counts[core.Stopped] != 57 || again.Report.Ending != "" {
		t.Fatalf("answer: %d %s", again.Status, again.Text)
	}
	calls := w.stops()[1:]
	if len(calls) != 4 || len(calls[0].IDs) != 3 {
		t.Errorf("%d calls, the first of %d desktops; want 3 desktops first and then the rest", len(calls), len(calls[0].IDs))
	}
	if first := w.callAfter(calls[0]); first.Operation != "DescribeDesktops" || !slices.Equal(first.IDs, calls[0].IDs) {
		t.Errorf("after the first three came %s of %v, want a look at them before the rest is stopped", first.Operation, first.IDs)
	}
}

// callAfter returns the call that came after another.
func (w *world) callAfter(c ecd.Call) ecd.Call {
	w.t.Helper()
	calls := w.ECD.Calls()
	i := slices.IndexFunc(calls, func(d ecd.Call) bool { return d.RequestID == c.RequestID })
	if i < 0 || i+1 == len(calls) {
		w.t.Fatal("no call came after it")
	}
	return calls[i+1]
}

// TestErrorBudget runs into desktops that the cloud refuses to stop. A batch with
// a bad one is split until it stands alone; too many of them end the run.
func TestErrorBudget(t *testing.T) {
	t.Parallel()
	fleet := many(hangzhou, 80, map[string]string{"env": "dev"})
	for i := range 6 {
		fleet[5*i].Flaws = ecd.StopRefused
	}
	w := fleetWorld(t, fleet, withEnv(map[string]string{"ECD_BATCH_SIZE": "5", "CANARY": "0"}))
	r := w.postWaiting("budget", `{`+devDesktops+`,"MaxFailures":"5"}`)
	if r.Report == nil || r.Report.Ending != core.EndedFailures || !strings.Contains(r.Report.Note, "6 of 80 desktops had failed, and MaxFailures lets 5") {
		t.Fatalf("answer: %d %s", r.Status, r.Text)
	}
	for i, o := range r.Report.Outcomes {
		want := core.NotTried // behind the first wave of eight batches
		switch {
		case fleet[i].Flaws == ecd.StopRefused:
			want = core.CloudRefused
		case i < 40:
			want = core.Stopped
		}
		if o.DesktopId != fleet[i].ID || o.Code != want {
			t.Errorf("%s is %s, want %s of %s", o.DesktopId, o.Code, want, fleet[i].ID)
		}
	}
	for id, n := range w.changed() {
		if n != 1 {
			t.Errorf("%s was stopped %d times", id, n)
		}
	}

	// Within the budget the run goes on to its end.
	r = w.postWaiting("generous", `{`+devDesktops+`,"MaxFailures":"15%"}`)
	if r.Report == nil || r.Report.Ending != "" || r.Report.Counts[core.Stopped] != 40 || r.Report.Counts[core.CloudRefused] != 6 || r.Report.Counts[core.AlreadyStopped] != 34 {
		t.Errorf("answer: %d %s", r.Status, r.Text)
	}
}

// TestCeilings asks for more than each door may stop. The plan is refused whole:
// no desktop is stopped, and none is cut off it.
func TestCeilings(t *testing.T) {
	t.Parallel()
	fleet := append(many(hangzhou, 20, map[string]string{"env": "dev"}), many(shanghai, 20, nil)...)
	w := fleetWorld(t, fleet, withEnv(map[string]string{"CEILING_WEBHOOK": "19", "CEILING_SLACK": "5", "CEILING_TIMER_PERCENT": "99"}))

	r := w.postWaiting("webhook", `{`+devDesktops+`}`)
	if r.Report == nil || r.Report.Ending != core.EndedCeiling || r.Report.Counts[core.NotTried] != 20 {
		t.Errorf("webhook: %d %s", r.Status, r.Text)
	}
	wantWords(t, r.Text, "would stop 20 desktops; the most for one webhook run is 19", "Nothing was stopped")
	w.tick("nightly")
	w.say(alice, "tag:env=dev region=cn-hangzhou", "would stop 20 desktops; the most for one slack run is 5", "Nothing was stopped")
	timer := w.reportOf(core.Timer, "nightly")
	if timer.Ending != core.EndedCeiling || timer.Counts[core.NotTried] != 20 {
		t.Errorf("timer: %s with %v", timer.Ending, timer.Counts)
	}
	// The percentage is that of the region, and not of the rest of the fleet.
	wantWords(t, w.onlyPost("`nightly`"), "would stop 20 of 20 Running desktops of region cn-hangzhou; the most for one timer run is 99 %, which is 19")

	ids := make([]string, 20)
	for i := range ids {
		ids[i] = fleet[i].ID
	}
	named := w.post("named", `{"RegionId":"cn-hangzhou","DesktopId":["`+strings.Join(ids, `","`)+`"]}`)
	if named.Status/100 != http.StatusBadRequest/100 || named.Code != core.AboveCeiling {
		t.Errorf("20 desktops by id: %d %s", named.Status, named.Text)
	}
	if n := len(w.stops()); n != 0 {
		t.Errorf("%d StopDesktops calls, want none", n)
	}
	one := w.postWaiting("except", `{`+devDesktops+`,"Except":{"DesktopId":["`+ids[0]+`"]}}`)
	if one.Report == nil || one.Report.Counts[core.Stopped] != 19 || one.Report.Counts[core.Excepted] != 1 {
		t.Errorf("19 desktops: %d %s", one.Status, one.Text)
	}
}
