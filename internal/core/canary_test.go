package core

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestCanaryOutlastsTheInvocation: a desktop of the canary that is still open when
// the run is handed on is judged by the next invocation.
func TestCanaryOutlastsTheInvocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, run := handedOn(t, 60, Part{})
		w.Rules.Canary = 3
		p := w.journal.parts[attemptKey(run, 1)]
		p.ProveUntil = time.Now().Add(time.Minute)
		p.Canary = []string{"ecd-0000", "ecd-0001", "ecd-0002"}
		p.Outcomes = []Outcome{
			{RegionId: "cn-hangzhou", DesktopId: "ecd-0000", Code: Stopped, RequestIds: []string{"R"}},
			{RegionId: "cn-hangzhou", DesktopId: "ecd-0001", Code: Stopped, RequestIds: []string{"R"}},
			{RegionId: "cn-hangzhou", DesktopId: "ecd-0002", Code: Accepted, RequestIds: []string{"R"}}}
		w.journal.parts[attemptKey(run, 1)] = p
		w.turn("ecd-0001", StatusStopped) // and ecd-0002 stays Running: it comes back
		r, err := w.Carry(t.Context(), run, nil)
		if err != nil || r.Ending != EndedCanary || len(w.cloud.stops) != 0 {
			t.Errorf("ending %q, %d calls, %v, %v; want canary and no call", r.Ending, len(w.cloud.stops), r.Counts, err)
		}
	})
}

// TestCanaryFailureOutlastsTheInvocation: one that failed before is not forgotten.
func TestCanaryFailureOutlastsTheInvocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, run := handedOn(t, 60, Part{})
		w.Rules.Canary = 3
		p := w.journal.parts[attemptKey(run, 1)]
		p.ProveUntil = time.Now().Add(time.Minute)
		p.Canary = []string{"ecd-0000", "ecd-0001", "ecd-0002"}
		p.Outcomes = []Outcome{
			{RegionId: "cn-hangzhou", DesktopId: "ecd-0000", Code: CloudRefused},
			{RegionId: "cn-hangzhou", DesktopId: "ecd-0001", Code: CloudRefused},
			{RegionId: "cn-hangzhou", DesktopId: "ecd-0002", Code: Accepted, RequestIds: []string{"R"}}}
		w.journal.parts[attemptKey(run, 1)] = p
		w.turn("ecd-0000", StatusRunning)
		w.turn("ecd-0002", StatusStopped)
		r, err := w.Carry(t.Context(), run, nil)
		if err != nil || r.Ending != EndedCanary || len(w.cloud.stops) != 0 {
			t.Errorf("ending %q, %d calls, %v, %v; want canary and no call", r.Ending, len(w.cloud.stops), r.Counts, err)
		}
	})
}
