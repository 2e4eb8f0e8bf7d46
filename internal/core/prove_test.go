package core

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestProof lets desktops go different ways after their stop was accepted.
func TestProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(5)...)
		w.Me.Deadline = time.Now().Add(time.Hour)
		w.cloud.slow = true
		start := time.Now()
		set := func(id, status string) {
			d := w.cloud.desktops[id]
			d.RegionId, d.DesktopId, d.Status = "cn-hangzhou", id, status
			w.cloud.desktops[id] = d
		}
		w.cloud.lookErr = func() error {
			switch since := time.Since(start); {
			case len(w.cloud.stops) == 0:
			case since > time.Minute:
				set("ecd-0001", StatusRunning) // somebody starts it again
				fallthrough
			case since > 20*time.Second:
				set("ecd-0000", StatusStopped)
				delete(w.cloud.desktops, "ecd-0003")
			case since == 0:
				set("ecd-0004", StatusRunning) // the stop never takes
			}
			return nil
		}
		r := w.carry(t, ask("ecd-0000", "ecd-0001", "ecd-0002", "ecd-0003", "ecd-0004"))
		wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": CameBack, "ecd-0002": StillStopping, "ecd-0003": Unknown, "ecd-0004": CameBack})
		if took := time.Since(start); took < WaitDefault || took > WaitDefault+proveMost {
			t.Errorf("waited %s, want about %s", took, WaitDefault)
		}
		if n := len(w.cloud.stops); n != 1 {
			t.Errorf("%d StopDesktops calls while looking", n)
		}
	})
}

// TestProofOutlastsTheInvocation: the proof has four minutes, an invocation of
// one minute ends first, and the next ones go on until the time is over.
func TestProofOutlastsTheInvocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(1)...)
		w.cloud.slow = true
		start := time.Now()
		r, invocations := w.toTheEnd(t, Instant{Timer: "nightly", At: start, Request: ask("ecd-0000")}, time.Minute)
		wantCodes(t, r, map[string]Code{"ecd-0000": StillStopping})
		if took := time.Since(start); took < WaitDefault || took > WaitDefault+time.Minute {
			t.Errorf("it took %s, want about %s", took, WaitDefault)
		}
		if invocations < 4 || r.Parts != invocations-1 {
			t.Errorf("%d invocations and %d parts", invocations, r.Parts)
		}
		if n := len(w.cloud.stops); n != 1 {
			t.Errorf("%d StopDesktops calls", n)
		}
	})
}

// toTheEnd gives an instant invocations of the length given, one after the
// other, until one writes the report. In each, the report must have time left.
func (w *world) toTheEnd(t *testing.T, i Instant, each time.Duration) (Report, int) {
	t.Helper()
	for n := 1; n <= maxAttempts; n++ {
		deadline := time.Now().Add(each)
		ctx, cancel := contextWithDeadline(t, deadline)
		w.Me = Invocation{RequestID: fmt.Sprintf("inv-%d", n), Deadline: deadline}
		var r Report
		var err error
		if n == 1 {
			r, err = w.Tick(ctx, i)
		} else {
			r, err = w.Carry(ctx, w.RunOf(i), nil)
		}
		cancel()
		if left := time.Until(deadline); left < time.Second {
			t.Fatalf("invocation %d had %s left", n, left)
		}
		if err == nil {
			return r, n
		}
		if !HandedOn(err) {
			t.Fatal(err)
		}
		if len(w.queue.jobs) != n {
			t.Fatalf("invocation %d handed on, and %d jobs are queued", n, len(w.queue.jobs))
		}
	}
	t.Fatal("it never ended")
	return Report{}, 0
}

// TestProgressCountsOnlyWhatWasSeenStopped: a refused desktop is no longer open,
// and is not stopped either.
func TestProgressCountsOnlyWhatWasSeenStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(3)...)
		w.Rules.Batch = 1
		w.cloud.slow = true
		w.cloud.stopErr = func(c StopCall) error {
			if c.DesktopId[0] == "ecd-0000" {
				return &CloudError{Class: CloudBadDesktop, Op: "StopDesktops"}
			}
			return nil
		}
		start := time.Now()
		w.cloud.lookErr = func() error {
			if time.Since(start) > 30*time.Second {
				d := w.cloud.desktops["ecd-0001"]
				d.Status = StatusStopped
				w.cloud.desktops["ecd-0001"] = d
			}
			return nil
		}
		var told []Progress
		w.Progress = func(_ context.Context, p Progress) { told = append(told, p) }
		w.Me.Deadline = start.Add(time.Hour)
		wantCodes(t, w.carry(t, ask("ecd-0000", "ecd-0001", "ecd-0002")), map[string]Code{"ecd-0000": CloudRefused, "ecd-0001": Stopped, "ecd-0002": StillStopping})
		if first, last := told[0], told[len(told)-1]; first != (Progress{Stops: 3}) || last != (Progress{Stops: 3, Stopped: 1}) {
			t.Errorf("told first %+v and last %+v", first, last)
		}
	})
}
