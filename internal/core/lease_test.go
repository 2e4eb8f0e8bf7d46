package core

import (
	"testing"
	"time"
)

// TestBegunTooOften: a run that was begun too often is not begun again, and its
// report is written all the same.
func TestBegunTooOften(t *testing.T) {
	w := newWorld(t, running(2)...)
	a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000", "ecd-0001")))
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= maxAttempts; n++ {
		w.journal.attempts[attemptKey(a.Run, n)] = Attempt{N: n, Step: StepStop, Holder: "inv-dead", Retry: n}
	}
	w.journal.plans[a.Run] = *a.Plan
	w.Me.RequestID = "inv-late"
	if _, err := w.Carry(t.Context(), a.Run, nil); CodeOf(err) != Internal || len(w.cloud.stops) != 0 {
		t.Errorf("begun once more: %v, %d calls", err, len(w.cloud.stops))
	}
	r, err := w.Settle(t.Context(), a.Run, "inv-late")
	if err != nil {
		t.Fatal(err)
	}
	wantCodes(t, r, map[string]Code{"ecd-0000": Unknown, "ecd-0001": Unknown})
	if len(w.cloud.stops) != 0 {
		t.Error("settling stopped desktops")
	}
}

// TestDoorThatDies: a door that dies while it ends a run that stops nothing has
// queued no job, so a repeated delivery must.
func TestDoorThatDies(t *testing.T) {
	w := newWorld(t)
	w.journal.requests["webhook-tickets-d1-k1"] = RequestRecord{Run: "webhook-tickets-d1-k1", Caller: deliver("d1", Request{}).Caller, Request: ask("ecd-gone"),
		Fingerprint: `{"RegionId":"cn-hangzhou","DesktopId":["ecd-gone"]}`}
	w.journal.attempts[attemptKey("webhook-tickets-d1-k1", 1)] = Attempt{N: 1, Step: stepDoor, Holder: "inv-dead", Until: time.Now().Add(time.Minute)}
	a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-gone")))
	if err != nil || !a.Repeated || a.State != Queued || len(w.queue.jobs) != 1 {
		t.Errorf("%+v, %v, jobs %v", a, err, w.queue.jobs)
	}
}
