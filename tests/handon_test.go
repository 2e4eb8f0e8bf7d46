package tests

import (
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
)

// TestRunOfSeveralInvocations stops more desktops than one invocation has time
// for: each invocation hands on to the next, every desktop is called once, and
// one report and one morning message tell of all of them.
func TestRunOfSeveralInvocations(t *testing.T) {
	t.Parallel()
	const n = 240
	fleet := many(hangzhou, n, map[string]string{"env": "dev"})
	fleet[7].Flaws = ecd.StopRefused                  // of the first part
	fleet[n-1].Connection = ecd.Connected             // of none
	fleet[n-2].ManagementFlags = []string{"Updating"} // of none
	w := fleetWorld(t, fleet, withEnv(map[string]string{"ECD_BATCH_SIZE": "5"}), timeout(4*time.Second))
	w.ECD.Change(func(o *ecd.Options) { o.Latency = 120 * time.Millisecond })
	w.tick("nightly")
	w.drain()

	r := w.reportOf(core.Timer, "nightly")
	if r.Parts < 1 || r.Ending != "" || len(r.Outcomes) != n || r.Counts[core.Stopped] != n-3 || r.Counts[core.Connected] != 1 || r.Counts[core.HandsOff] != 1 {
		t.Errorf("%d parts, %s, %v; want several parts, %d stopped, and one each connected and hands off", r.Parts, r.Ending, r.Counts, n-3)
	}
	for _, o := range r.Outcomes {
		// Where the time is over in the middle of a call, nobody knows what the
		// cloud would have said.
		refused := o.DesktopId == fleet[7].ID && (o.Code == core.CloudRefused || o.Code == core.Unknown)
		if o.Code.Kind() == core.KindFailed && !refused {
			t.Errorf("%s is %s: %s", o.DesktopId, o.Code, o.Detail)
		}
	}
	changed := w.changed()
	for _, d := range w.ECD.Desktops() {
		if want := d.Status == ecd.Stopped; want != (changed[d.ID] == 1) || changed[d.ID] > 1 {
			t.Errorf("%s is %s and was stopped %d times", d.ID, d.Status, changed[d.ID])
		}
	}
	post := w.onlyPost("`nightly`")
	wantWords(t, post, "*237 stopped, 1 failed, 2 left alone.*", "1 `connected`", "1 `hands_off`")
	log := w.FC.Logs("stopdesktops")
	if !logged(log, `"msg":"handed on"`, `"of":238`) || !logged(log, `"msg":"alive"`, `"timer":"nightly"`, `"stopped":237`) {
		t.Error("the log says neither that the run was handed on nor that the timer is alive")
	}
}

// TestTimeOverInMidWave lets no call of an invocation be answered. Of the batch
// that was called nobody knows; the next one of the same wave is left to the next
// invocation, and is no failure of the run.
func TestTimeOverInMidWave(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, many(hangzhou, 10, map[string]string{"env": "dev"}), withEnv(map[string]string{"ECD_BATCH_SIZE": "5", "ECD_MAX_CONCURRENCY": "1"}), timeout(4*time.Second))
	gate := w.ECD.Gate("StopDesktops", ecd.BeforeEffect)
	w.tick("nightly")
	w.held(gate, 1)
	w.await("the end of the invocation", func() bool {
		log := w.FC.Logs("stopdesktops")
		return logged(log, `"handed on"`) || logged(log, `"run finished"`)
	})
	gate.Open()
	w.drain()
	r := w.reportOf(core.Timer, "nightly")
	if r.Parts != 1 || len(r.Outcomes) != 10 {
		t.Errorf("%d parts, %v; want one part before the last", r.Parts, r.Outcomes)
	}
	changed := w.changed()
	for i, o := range r.Outcomes {
		d, _ := w.ECD.Desktop(hangzhou, o.DesktopId)
		if o.Code != core.Stopped && (o.Code != core.Unknown || i >= 5) {
			t.Errorf("%s is %s: %s", o.DesktopId, o.Code, o.Detail)
		}
		if want := d.Status == ecd.Stopped; want != (o.Code == core.Stopped) || changed[o.DesktopId] > 1 {
			t.Errorf("%s is %s, was %s and was stopped %d times", o.DesktopId, d.Status, o.Code, changed[o.DesktopId])
		}
	}
	w.onlyPost("`nightly`")
}

// timeout is how long one invocation may take.
func timeout(d time.Duration) option {
	return func(o *cloudOptions) {
		was := o.Function
		o.Function = func(f *fc.Function) {
			was(f)
			if f.Name == "stopdesktops" {
				f.Timeout = d
			}
		}
	}
}
