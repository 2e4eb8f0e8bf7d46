package core

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestTakeOver lets an attempt die after its calls; the retry of the same event
// goes on at once, and a stranger waits for the lease.
func TestTakeOver(t *testing.T) {
	died := errors.New("the process died")
	setUp := func(t *testing.T) (*world, RunID) {
		w := newWorld(t, running(2)...)
		a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000", "ecd-0001")))
		if err != nil {
			t.Fatal(err)
		}
		w.Rules.Batch = 1
		w.cloud.lost = func(c StopCall) error {
			if c.DesktopId[0] == "ecd-0000" {
				w.journal.down = died // nothing more is written after the first call
			}
			return nil
		}
		if _, err := w.Carry(t.Context(), a.Run, nil); !errors.Is(err, died) {
			t.Fatalf("the first attempt ended with %v", err)
		}
		w.journal.down, w.cloud.lost = nil, nil
		// The second desktop is as it was before the attempt died.
		d := w.cloud.desktops["ecd-0001"]
		d.Status = StatusRunning
		w.cloud.desktops["ecd-0001"] = d
		return w, a.Run
	}
	t.Run("its own retry", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, run := setUp(t)
			w.Me.Retry = 1
			start := time.Now()
			r, err := w.Carry(t.Context(), run, nil)
			if err != nil {
				t.Fatal(err)
			}
			wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": Stopped})
			if time.Since(start) != 0 {
				t.Error("the retry waited for its own dead attempt")
			}
		})
	})
	t.Run("a stranger", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, run := setUp(t)
			until := w.Me.Deadline
			w.Me = Invocation{RequestID: "inv-2", Deadline: until.Add(time.Hour)}
			r, err := w.Carry(t.Context(), run, nil)
			if err != nil {
				t.Fatal(err)
			}
			wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": Stopped})
			if time.Now().Before(until) {
				t.Error("took over a lease that was not over")
			}
		})
	})
	t.Run("somebody connected meanwhile", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, run := setUp(t)
			d := w.cloud.desktops["ecd-0001"]
			d.Connection = ConnConnected
			w.cloud.desktops["ecd-0001"] = d
			w.Me.Retry = 1
			r, err := w.Carry(t.Context(), run, nil)
			if err != nil {
				t.Fatal(err)
			}
			wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": Connected})
		})
	})
	t.Run("for good", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, run := setUp(t)
			before := len(w.cloud.stops)
			dead := w.Me.RequestID
			w.Me.RequestID = "failure-record"
			r, err := w.Settle(t.Context(), run, dead)
			if err != nil {
				t.Fatal(err)
			}
			wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": Unknown})
			if len(w.cloud.stops) != before {
				t.Error("a failure record stopped desktops")
			}
			if again, err := w.Carry(t.Context(), run, nil); err != nil || len(again.Outcomes) != 2 || len(w.cloud.stops) != before {
				t.Errorf("a late job after the end: %v, %d calls more", err, len(w.cloud.stops)-before)
			}
		})
	})
}

func TestDeadBeforeAnyPlan(t *testing.T) {
	w := newWorld(t, running(2)...)
	r, err := w.SettleTick(t.Context(), Instant{Timer: "nightly", At: time.Now(), Request: ask("ecd-0000", "ecd-0001")}, "inv-dead")
	if err != nil {
		t.Fatal(err)
	}
	wantCodes(t, r, map[string]Code{"ecd-0000": NotTried, "ecd-0001": NotTried})
}

func TestPolicyIsAskedAgainByTheJob(t *testing.T) {
	w := newWorld(t, running(1)...)
	a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000")))
	if err != nil {
		t.Fatal(err)
	}
	w.Permit = allow(ActionRead)
	r, err := w.Carry(t.Context(), a.Run, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantCodes(t, r, map[string]Code{"ecd-0000": NotPermitted})
}

// TestNewsOfADeathInAdvance: whoever forges the failure of tonight's tick
// cancels nothing.
func TestNewsOfADeathInAdvance(t *testing.T) {
	w := newWorld(t, running(1)...)
	at := time.Now()
	r, err := w.RescueTick(t.Context(), Instant{Timer: "nightly", At: at, Request: ask("ecd-0000")}, "inv-forged")
	if err != nil {
		t.Fatal(err)
	}
	wantCodes(t, r, map[string]Code{"ecd-0000": Stopped})
	if _, err := w.Tick(t.Context(), Instant{Timer: "nightly", At: at, Request: ask("ecd-0000")}); err != nil || len(w.cloud.stops) != 1 {
		t.Errorf("the tick itself: %v, %d calls", err, len(w.cloud.stops))
	}
}

// TestStaleLook lets the first batch take long, and somebody connect meanwhile.
func TestStaleLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(2)...)
		w.Rules.Batch = 1
		w.cloud.lost = func(StopCall) error {
			time.Sleep(time.Minute) // in the bubble's time
			d := w.cloud.desktops["ecd-0001"]
			d.Connection = ConnConnected
			w.cloud.desktops["ecd-0001"] = d
			w.cloud.lost = nil
			return nil
		}
		w.Me.Deadline = time.Now().Add(time.Hour)
		wantCodes(t, w.carry(t, ask("ecd-0000", "ecd-0001")), map[string]Code{"ecd-0000": Stopped, "ecd-0001": Connected})
	})
}
