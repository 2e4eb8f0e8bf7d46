package core

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func deliver(id string, q Request) Delivery {
	return Delivery{Caller: Caller{Door: Webhook, Name: "tickets"}, ID: id, Request: q}
}

func TestSubmitQueuesAndSaysWhatWillHappen(t *testing.T) {
	w := newWorld(t, running(1)...)
	a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000", "ecd-gone")))
	if err != nil {
		t.Fatal(err)
	}
	if a.State != Queued || a.Repeated || a.Plan == nil || len(a.Plan.Entries) != 2 || len(w.queue.jobs) != 1 {
		t.Fatalf("answer %+v, jobs %v", a, w.queue.jobs)
	}
	if len(w.cloud.stops) != 0 {
		t.Error("the door itself called StopDesktops")
	}
	r, err := w.Carry(t.Context(), a.Run, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-gone": NotFound})
}

func TestSubmitEndsAtTheDoorWhatStopsNothing(t *testing.T) {
	w := newWorld(t)
	a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-gone")))
	if err != nil || a.State != Finished || len(w.queue.jobs) != 0 {
		t.Fatalf("answer %+v, jobs %v, err %v", a, w.queue.jobs, err)
	}
	wantCodes(t, *a.Report, map[string]Code{"ecd-gone": NotFound})
}

func TestSubmitWithoutALookStillQueues(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.cloud.lookErr = func() error { return &CloudError{Class: CloudDown, Op: "DescribeDesktops"} }
	a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000")))
	if err != nil || a.State != Queued || a.Plan != nil || len(w.queue.jobs) != 1 {
		t.Fatalf("answer %+v, jobs %v, err %v", a, w.queue.jobs, err)
	}
}

func TestRepeatedDelivery(t *testing.T) {
	w := newWorld(t, running(1)...)
	submit := func() Answer {
		t.Helper()
		a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000")))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	first := submit()
	if again := submit(); !again.Repeated || again.Run != first.Run || again.State != Queued || len(w.queue.jobs) != 2 {
		t.Errorf("nobody has begun: answer %+v, jobs %v", again, w.queue.jobs)
	}
	if _, _, err := w.acquire(t.Context(), first.Run, StepStop); err != nil {
		t.Fatal(err)
	}
	if again := submit(); again.State != Working || len(w.queue.jobs) != 2 {
		t.Errorf("somebody is at work: answer %+v, jobs %v", again, w.queue.jobs)
	}
	w.Now = func() time.Time { return time.Now().Add(time.Hour) }
	if again := submit(); again.State != Queued || len(w.queue.jobs) != 3 {
		t.Errorf("whoever began is dead: answer %+v, jobs %v", again, w.queue.jobs)
	}
	w.Now = time.Now
	w.Me.Retry++
	if _, err := w.Carry(t.Context(), first.Run, nil); err != nil {
		t.Fatal(err)
	}
	if again := submit(); again.State != Finished || again.Report == nil || len(w.queue.jobs) != 3 {
		t.Errorf("it is over: answer %+v, jobs %v", again, w.queue.jobs)
	}
	if _, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0001"))); CodeOf(err) != Mismatch {
		t.Errorf("another request under the same id: %v, want a mismatch", err)
	}
	if len(w.cloud.stops) != 1 {
		t.Errorf("%d StopDesktops calls, want 1", len(w.cloud.stops))
	}
}

func TestRepeatAfterTheStateKeyWasRotated(t *testing.T) {
	w := newWorld(t, running(1)...)
	if _, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000"))); err != nil {
		t.Fatal(err)
	}
	old := w.journal.requests
	w.journal.requests = map[RunID]RequestRecord{}
	for run, rec := range old {
		rec.Run = run[:len(run)-2] + "k0" // as if it had been claimed under the older key
		w.journal.requests[rec.Run] = rec
	}
	w.Keys = fakeKeys{generations: []string{"k0"}}
	a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000")))
	if err != nil || !a.Repeated {
		t.Errorf("answer %+v, err %v; want the run of the older key", a, err)
	}
}

func TestTokensAreCarriedAtOnceAndNeverRecorded(t *testing.T) {
	w := newWorld(t, running(1)...)
	q := ask("ecd-0000")
	q.ClientId, q.LoginToken, q.SessionToken = "c", "v1-token", "session-token"
	a, err := w.Submit(t.Context(), deliver("d1", q))
	if err != nil || a.State != Finished || len(w.queue.jobs) != 0 {
		t.Fatalf("answer %+v, jobs %v, err %v", a, w.queue.jobs, err)
	}
	for _, rec := range w.journal.requests {
		if rec.Request.CarriesTokens() || !rec.AtOnce {
			t.Errorf("record %+v", rec)
		}
	}
	if got := w.cloud.stops[0]; got.LoginToken != "v1-token" || got.SessionToken != "session-token" {
		t.Errorf("the tokens did not reach the call: %+v", got)
	}
	q.LoginToken = "v1-refreshed"
	if again, err := w.Submit(t.Context(), deliver("d1", q)); err != nil || !again.Repeated || again.State != Finished {
		t.Errorf("a retry with a refreshed token: %+v, %v", again, err)
	}
}

// TestEqualDeliveriesAtOnce delivers the same request many times side by side,
// some waiting and some not, and then runs every queued job.
func TestEqualDeliveriesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(30)...)
		q := ask(idsOfDesktops(running(30))...)
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				mine := *w.Runner
				mine.Me.RequestID = string(rune('a' + i))
				d := deliver("d1", q)
				if i%2 == 0 {
					d.Wait = 10 * time.Second
				}
				if _, err := mine.Submit(t.Context(), d); err != nil {
					t.Errorf("delivery %d: %v", i, err)
				}
			})
		}
		all.Wait()
		for i, run := range w.queue.jobs {
			all.Go(func() {
				mine := *w.Runner
				mine.Me.RequestID = string(rune('A' + i))
				if _, err := mine.Carry(t.Context(), run, nil); err != nil {
					t.Errorf("job %d: %v", i, err)
				}
			})
		}
		all.Wait()
		called := map[string]int{}
		for _, c := range w.cloud.stops {
			for _, id := range c.DesktopId {
				called[id]++
			}
		}
		for id, n := range called {
			if n != 1 {
				t.Errorf("%s was called %d times", id, n)
			}
		}
		if len(called) != 30 || len(w.journal.reports) != 1 {
			t.Errorf("%d desktops called, %d reports", len(called), len(w.journal.reports))
		}
	})
}

func TestSamePlanSameDigest(t *testing.T) {
	q := ask("ecd-a", "ecd-b")
	a := digest(Admin, q, []Entry{{RegionId: "r", DesktopId: "ecd-a", Stop: true, Status: "Running"}, {RegionId: "r", DesktopId: "ecd-b", Code: Connected}})
	b := digest(Admin, q, []Entry{{RegionId: "r", DesktopId: "ecd-a", Stop: true}})
	if a != b {
		t.Error("what is skipped changes the digest")
	}
	forced := q
	forced.Force = true
	c := digest(Admin, forced, []Entry{{RegionId: "r", DesktopId: "ecd-a", Stop: true}})
	d := digest(Admin, q, []Entry{{RegionId: "r", DesktopId: "ecd-a", Stop: true}, {RegionId: "r", DesktopId: "ecd-b", Stop: true}})
	if slices.Contains([]string{c, d}, a) {
		t.Error("force or one more desktop does not change the digest")
	}
}

func TestNotPermittedAtTheDoor(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Permit = allow(ActionStop)
	if _, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000"))); CodeOf(err) != Forbidden {
		t.Errorf("got %v", err)
	}
	if len(w.journal.requests) != 0 {
		t.Error("a refused request was recorded")
	}
}

// TestTokensAreNotLostBehindASuccess lets the journal fail once: the sender must
// come again, because nobody else holds the tokens.
func TestTokensAreNotLostBehindASuccess(t *testing.T) {
	w := newWorld(t, running(1)...)
	q := ask("ecd-0000")
	q.ClientId, q.LoginToken = "c", "v1-token"
	w.cloud.lookErr = func() error { w.journal.down = Errorf(Busy, "the bucket is away"); return nil }
	if _, err := w.Submit(t.Context(), deliver("d1", q)); CodeOf(err) != Busy {
		t.Errorf("the first delivery: %v, want Busy", err)
	}
	w.journal.down, w.cloud.lookErr = nil, nil
	if _, err := w.Submit(t.Context(), deliver("d1", q)); CodeOf(err) != Busy {
		t.Errorf("a repeat while the dead attempt's lease lives: %v, want Busy", err)
	}
	w.Now = func() time.Time { return time.Now().Add(time.Hour) }
	a, err := w.Submit(t.Context(), deliver("d1", q))
	if err != nil || a.State != Finished || len(w.cloud.stops) != 1 {
		t.Errorf("a repeat after it: %+v, %v, %d calls", a, err, len(w.cloud.stops))
	}
}
