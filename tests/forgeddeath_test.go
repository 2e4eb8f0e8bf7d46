package tests

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/oss"
)

// queuedRun records a request as a sender's door does, of that age, and does not
// queue its job yet.
func (w *world) queuedRun(letter string, age time.Duration, ids ...string) core.RunID {
	run := core.RunID("webhook-" + strings.Repeat(letter, 26))
	w.OSS.Put(cloud.Bucket, "runs/"+string(run)+"/request", record("request", run, core.RequestRecord{Run: run, At: time.Now().UTC().Truncate(time.Millisecond).Add(-age),
		Caller: core.Caller{Door: core.Webhook, Name: "webhook"}, Request: core.Request{RegionId: hangzhou, DesktopId: ids}}))
	return run
}

// TestDeathsOfQueuedRuns sends the news that a job died which has not begun. The
// run is carried out once, by whoever comes first, under the policy as always; what
// is older than an event ends with a report.
func TestDeathsOfQueuedRuns(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, append(two(), ecd.Desktop{Region: hangzhou, ID: "ecd-vault1"}))
	queued, forbidden, old := w.queuedRun("d", 0, "ecd-a"), w.queuedRun("e", 0, "ecd-vault1"), w.queuedRun("f", time.Hour, "ecd-b")
	for _, run := range []core.RunID{queued, forbidden, old} {
		w.invoke(failureEvent(jobEvent(run, core.StepStop)))
		w.drain()
		w.invoke(jobEvent(run, core.StepStop)) // the real one
		w.drain()
	}
	for run, want := range map[core.RunID]core.Code{queued: core.Stopped, forbidden: core.NotPermitted, old: core.NotTried} {
		if r := w.get("/runs/" + string(run)); r.Status != http.StatusOK || r.Report == nil || r.Report.Counts[want] != 1 || len(r.Report.Outcomes) != 1 {
			t.Errorf("want %s: %s", want, r.Text)
		}
	}
	if got := w.changed(); len(got) != 1 || got["ecd-a"] != 1 {
		t.Errorf("stopped %v", got)
	}
	if n := len(w.logLines("nobody had begun the run, so it is done here")); n != 2 {
		t.Errorf("%d runs were done by whoever heard of a death, want 2", n)
	}
}

// TestDeathsThatCannotBeHelped: where the second try fails as well, the run ends with
// a report, and a wish is told not to be done; its job still does it.
func TestDeathsThatCannotBeHelped(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, two())
	run := w.queuedRun("d", 0, "ecd-a")
	wish, _ := w.freezeWish("freeze", 0)
	for _, record := range []string{"/plan", "freeze"} {
		w.OSS.Fault(oss.Fault{Method: http.MethodPut, KeyContains: record, Kind: oss.AccessDenied})
	}
	w.invoke(failureEvent(jobEvent(run, core.StepStop)))
	w.invoke(failureEvent(jobEvent(wish, core.StepDo)))
	w.drain()
	wantOutcomes(t, w.onlyReport(), map[string]core.Code{"ecd-a": core.NotTried})
	if w.isFrozen() || w.said(0, "Not frozen") != 1 || len(w.changed()) != 0 {
		t.Errorf("frozen %t, said %d times; stopped %v", w.isFrozen(), w.said(0, "Not frozen"), w.changed())
	}
	w.OSS.ClearFaults()
	w.invoke(jobEvent(wish, core.StepDo))
	w.drain()
	if !w.isFrozen() || w.said(0, "Frozen until") != 1 {
		t.Errorf("after the job itself: frozen %t, said %d times", w.isFrozen(), w.said(0, "Frozen until"))
	}
}

// TestDeathAndJobAtOnce sends the news of a death and the job together: the lease
// lets one of them work.
func TestDeathAndJobAtOnce(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, two())
	run := w.queuedRun("d", 0, "ecd-a", "ecd-b")
	for range 3 {
		w.invoke(failureEvent(jobEvent(run, core.StepStop)))
		w.invoke(jobEvent(run, core.StepStop))
	}
	w.drain()
	if got := w.changed(); got["ecd-a"] != 1 || got["ecd-b"] != 1 || w.changing() != 1 {
		t.Errorf("stopped %v with %d calls", got, w.changing())
	}
	wantOutcomes(t, w.onlyReport(), map[string]core.Code{"ecd-a": core.Stopped, "ecd-b": core.Stopped})
}

// TestDeathsOfQueuedSteps: news that the job of a plan, or of its answer, died
// before it began loses neither the question nor the answer.
func TestDeathsOfQueuedSteps(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, two())
	run := w.wish("stop", 0, core.RequestRecord{Request: core.Request{RegionId: hangzhou, DesktopId: []string{"ecd-a"}}})
	w.invoke(failureEvent(jobEvent(run, core.StepPlan)))
	w.drain()
	w.invoke(jobEvent(run, core.StepPlan)) // the real one
	w.drain()
	if n := w.said(0, "Stop 1 desktop"); n != 1 || len(w.reports()) != 0 || len(w.changed()) != 0 {
		t.Fatalf("%d plans are shown, %d reports, stopped %v", n, len(w.reports()), w.changed())
	}
	plan := w.planOf(run)
	c := core.Confirm{Run: run, At: time.Now().UTC().Truncate(time.Millisecond), By: core.Caller{Door: core.Slack, Name: home + "/" + alice, Place: channel}, Stop: true, Digest: plan.Digest}
	w.OSS.Put(cloud.Bucket, "runs/"+string(run)+"/confirm", record("confirm", run, c))
	w.invoke(failureEvent(jobEvent(run, core.StepStop)))
	w.drain()
	w.invoke(jobEvent(run, core.StepStop)) // the real one
	w.drain()
	if got := w.changed(); got["ecd-a"] != 1 || len(got) != 1 || w.said(0, "1 `stopped`") != 1 {
		t.Errorf("stopped %v, said %d times", got, w.said(0, "1 `stopped`"))
	}
}

// planOf reads a run's plan out of the bucket.
func (w *world) planOf(run core.RunID) core.Plan {
	w.t.Helper()
	var r struct{ Body core.Plan }
	for key, body := range w.OSS.Objects() {
		if strings.HasSuffix(key, "/"+string(run)+"/plan") {
			if err := json.Unmarshal(body, &r); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return r.Body
}
