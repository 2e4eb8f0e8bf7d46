package core

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestPatienceEnds: a repeat that waits for somebody else's run is told that it
// is being worked on when its patience ends, and not that something failed.
func TestPatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(1)...)
		d := Delivery{Caller: Caller{Door: Webhook, Name: "tickets"}, ID: "d1", Request: ask("ecd-0000")}
		rec, _, err := w.claim(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Journal.PutAttempt(t.Context(), rec.Run, Attempt{N: 1, Step: StepStop, Holder: "inv-other", At: time.Now(), Until: time.Now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		d.Wait = 10 * time.Second
		a, err := w.Submit(t.Context(), d)
		if err != nil || a.State != Working {
			t.Errorf("state %q, %v", a.State, err)
		}
	})
}
