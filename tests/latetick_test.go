package tests

import (
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/statekey"
)

// TestRetryOfABegunTickIsNotLate: a tick that came in time and died is tried again
// by the platform, perhaps later than the timer allows. Its run has to end with a
// report all the same.
func TestRetryOfABegunTickIsNotLate(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, []ecd.Desktop{{Region: hangzhou, ID: "ecd-late1", Status: ecd.Stopped, Tags: map[string]string{"timer": "late"}}})
	keys, err := statekey.Parse(w.Secrets[0])
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().UTC().Truncate(time.Minute).Add(-5 * time.Minute)
	run := keys.RunIDs(core.Timer, "late", at.Format(time.RFC3339))[0]
	put := func(kind string, name string, body any) {
		w.OSS.Put(cloud.Bucket, "runs/"+string(run)+"/"+name, record(kind, run, body))
	}
	q := core.Request{Select: &core.Selection{RegionId: []string{"all"}, Tag: []core.Tag{{Key: "timer", Value: "late"}}}}
	put("request", "request", core.RequestRecord{Run: run, At: at, Caller: core.Caller{Door: core.Timer, Name: "late"}, Request: q, Fingerprint: keys.Fingerprint([]byte(text(q))), Due: at, Since: at.Add(-time.Minute)})
	put("plan", "plan", core.Plan{Run: run, At: at, Contract: core.Admin, Percent: -1, Running: -1, Entries: []core.Entry{{RegionId: hangzhou, DesktopId: "ecd-late1", Stop: true}}})
	put("attempt", "attempt-1", core.Attempt{N: 1, Step: core.StepStop, Holder: "1-dead", At: at, Until: at.Add(4 * time.Minute)})
	w.tickAt("late", at)
	w.drain()
	if r := w.reports(); len(r) != 1 {
		t.Fatalf("%d reports; the channel heard %q", len(r), w.onlyPost("`late`"))
	}
}
