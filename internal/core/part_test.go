package core

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// slowly makes every call of a world take a while, so that a run needs several
// invocations.
func slowly(w *world, each time.Duration) {
	w.cloud.stopErr = func(StopCall) error { time.Sleep(each); return nil } // in the bubble's time
}

// TestHandOn: a run that is longer than an invocation goes on in the next, and
// its report covers all parts.
func TestHandOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(100)...)
		w.Rules.Batch = 2
		slowly(w, 2*time.Second)
		q := ask(idsOfDesktops(running(100))...)
		r, invocations := w.toTheEnd(t, Instant{Timer: "nightly", At: time.Now(), Request: q}, time.Minute)
		if r.Counts[Stopped] != 100 || invocations < 3 || r.Parts != invocations-1 || r.Ending != "" {
			t.Errorf("%v in %d invocations, %d parts, ending %q", r.Counts, invocations, r.Parts, r.Ending)
		}
		if once := calledTwice(w); len(w.cloud.stops) != 50 || len(once) > 0 {
			t.Errorf("%d calls, twice: %v", len(w.cloud.stops), once)
		}
		if p, err := w.Journal.Part(t.Context(), r.Run, 1); err != nil || p.Nth != 1 || len(p.Outcomes) == 0 || len(p.Outcomes) == 100 || len(p.Doubted) != 0 {
			t.Errorf("the first part: %d outcomes, %v", len(p.Outcomes), err)
		}
	})
}

// calledTwice are the desktops that more than one call named.
func calledTwice(w *world) (twice []string) {
	seen := map[string]bool{}
	for _, c := range w.cloud.stops {
		for _, id := range c.DesktopId {
			if seen[id] {
				twice = append(twice, id)
			}
			seen[id] = true
		}
	}
	return twice
}

// TestDeathBetweenParts lets the second invocation die after some calls; its
// retry knows what the first had done, and doubts what the second did.
func TestDeathBetweenParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(60)...)
		w.Rules.Batch = 2
		slowly(w, 3*time.Second)
		i := Instant{Timer: "nightly", At: time.Now(), Request: ask(idsOfDesktops(running(60))...)}
		carry := func(id string, retry int) (Report, error) {
			deadline := time.Now().Add(time.Minute)
			ctx, cancel := contextWithDeadline(t, deadline)
			defer cancel()
			w.Me = Invocation{RequestID: id, Retry: retry, Deadline: deadline}
			return w.Tick(ctx, i)
		}
		if _, err := carry("inv-1", 0); !HandedOn(err) {
			t.Fatalf("the first invocation: %v", err)
		}
		first := len(w.cloud.stops)
		died := errors.New("the process died")
		w.cloud.lost = func(StopCall) error {
			if len(w.cloud.stops) == first+3 {
				w.journal.down = died
			}
			return nil
		}
		if _, err := carry("inv-2", 0); !errors.Is(err, died) {
			t.Fatalf("the second invocation: %v", err)
		}
		w.journal.down, w.cloud.lost = nil, nil
		// One of those that the second called never stopped, and is called again.
		again := w.cloud.stops[first].DesktopId[0]
		w.turn(again, StatusRunning)
		r, err := carry("inv-2", 1)
		for n := 3; HandedOn(err); n++ {
			r, err = carry(fmt.Sprint("inv-", n), 0)
		}
		if err != nil || r.Counts[Stopped] != 60 || len(r.Outcomes) != 60 {
			t.Fatalf("%v, %v", r.Counts, err)
		}
		if twice := calledTwice(w); !slices.Equal(twice, []string{again}) {
			t.Errorf("called twice: %v, want %s alone", twice, again)
		}
	})
}

// handedOn is a world in which a first invocation of a timer's run over n
// desktops has stopped the first of them and handed on.
func handedOn(t *testing.T, n int, p Part) (*world, RunID) {
	fleet := running(n)
	w := newWorld(t, fleet...)
	i := Instant{Timer: "nightly", At: time.Now(), Request: ask(idsOfDesktops(fleet)...)}
	run := w.RunOf(i)
	plan := Plan{Run: run, At: time.Now(), Contract: Admin, Percent: -1, Running: -1}
	for _, d := range fleet {
		plan.Entries = append(plan.Entries, Entry{RegionId: "cn-hangzhou", DesktopId: d.DesktopId, Stop: true})
	}
	w.journal.requests[run] = RequestRecord{Run: run, Caller: Caller{Door: Timer, Name: "nightly"}, Request: i.Request}
	w.journal.plans[run] = plan
	w.journal.attempts[attemptKey(run, 1)] = Attempt{N: 1, Step: StepStop, Holder: "inv-1"}
	p.Run, p.Attempt, p.Nth = run, 1, 1
	p.Outcomes = []Outcome{{RegionId: "cn-hangzhou", DesktopId: "ecd-0000", Code: Stopped}}
	w.journal.parts[attemptKey(run, 1)] = p
	w.turn("ecd-0000", StatusStopped)
	return w, run
}

// turn gives a desktop another status.
func (w *world) turn(id, status string) {
	d := w.cloud.desktops[id]
	d.Status = status
	w.cloud.desktops[id] = d
}

// TestDoubtIsHandedOn: what a dead attempt may have called stays in doubt over
// any number of invocations.
func TestDoubtIsHandedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, run := handedOn(t, 4, Part{Doubted: []string{"ecd-0001", "ecd-0003"}})
		w.turn("ecd-0001", StatusStopped)
		w.turn("ecd-0002", StatusStopped)
		w.cloud.stopErr = func(StopCall) error { return &CloudError{Class: CloudDown, Op: "StopDesktops"} }
		r, err := w.Carry(t.Context(), run, nil)
		if err != nil {
			t.Fatal(err)
		}
		wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": Stopped, "ecd-0002": AlreadyStopped, "ecd-0003": Unknown})
	})
}

// TestRefusedInALaterPart: what an earlier invocation stopped stays told, also
// where nobody knows any more whose desktops are meant.
func TestRefusedInALaterPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, run := handedOn(t, 2, Part{})
		rec := w.journal.requests[run]
		rec.Mine = true
		w.journal.requests[run] = rec
		r, err := w.Carry(t.Context(), run, nil)
		if err != nil {
			t.Fatal(err)
		}
		wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": NotTried})
		if len(w.cloud.stops) != 0 {
			t.Errorf("%d calls", len(w.cloud.stops))
		}
	})
}

// TestHaltedAfterADeathInALaterPart: what the dead invocation stopped is not
// told as untouched.
func TestHaltedAfterADeathInALaterPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, run := handedOn(t, 4, Part{})
		// The second called one desktop and died.
		w.journal.attempts[attemptKey(run, 2)] = Attempt{N: 2, Step: StepStop, Holder: "inv-2"}
		w.turn("ecd-0001", StatusStopped)
		w.journal.halts[run] = Halt{By: operator}
		w.Me.RequestID = "inv-3"
		r, err := w.Carry(t.Context(), run, nil)
		if err != nil {
			t.Fatal(err)
		}
		wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": Stopped, "ecd-0002": Unknown, "ecd-0003": Unknown})
		if r.Ending != EndedHalted || len(w.cloud.stops) != 0 {
			t.Errorf("ending %q, %d calls", r.Ending, len(w.cloud.stops))
		}
	})
}

// TestHaltedInALaterPart: without a death the rest was never called.
func TestHaltedInALaterPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(60)...)
		w.Rules.Batch = 2
		slowly(w, 3*time.Second)
		i := Instant{Timer: "nightly", At: time.Now(), Request: ask(idsOfDesktops(running(60))...)}
		deadline := time.Now().Add(time.Minute)
		ctx, cancel := contextWithDeadline(t, deadline)
		defer cancel()
		w.Me.Deadline = deadline
		if _, err := w.Tick(ctx, i); !HandedOn(err) {
			t.Fatal(err)
		}
		w.journal.halts[w.RunOf(i)] = Halt{By: operator}
		called := len(w.cloud.stops) * 2
		w.Me = Invocation{RequestID: "inv-2", Deadline: time.Now().Add(time.Minute)}
		r, err := w.Carry(t.Context(), w.RunOf(i), nil)
		if err != nil || r.Counts[Stopped] != called || r.Counts[NotTried] != 60-called || called == 0 || called == 60 {
			t.Errorf("%d called, %v, %v", called, r.Counts, err)
		}
	})
}
