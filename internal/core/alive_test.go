package core

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestHeldByTheWriterOnly: who wrote a report says so, also in a later try or by the
// news of his death; whoever only finds it has nothing to say, however old it is.
func TestHeldByTheWriterOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(1)...)
		i := Instant{Timer: "nightly", At: time.Now(), Request: ask("ecd-0000")}
		by := func(id string, retry int) *Runner {
			r := *w.Runner
			r.Me = Invocation{RequestID: id, Retry: retry, Deadline: time.Now().Add(time.Minute)}
			return &r
		}
		first := by("inv-1", 0)
		if _, err := first.Tick(t.Context(), i); err != nil || !first.Held {
			t.Fatalf("held %t, %v", first.Held, err)
		}
		time.Sleep(8 * 7 * 24 * time.Hour) // in the bubble's time
		for name, c := range map[string]struct {
			r    *Runner
			do   func(*Runner) error
			held bool
		}{
			"a job of weeks later":       {by("inv-2", 0), func(r *Runner) error { _, err := r.Carry(t.Context(), r.RunOf(i), nil); return err }, false},
			"its death":                  {by("inv-3", 0), func(r *Runner) error { _, err := r.Settle(t.Context(), r.RunOf(i), "inv-2"); return err }, false},
			"the same tick":              {by("inv-4", 0), func(r *Runner) error { _, err := r.Tick(t.Context(), i); return err }, false},
			"news of a death of another": {by("inv-5", 0), func(r *Runner) error { _, err := r.RescueTick(t.Context(), i, "forged"); return err }, false},
			"news of the writer's death": {by("inv-6", 0), func(r *Runner) error { _, err := r.RescueTick(t.Context(), i, "inv-1"); return err }, true},
			"the writer's next try":      {by("inv-1", 1), func(r *Runner) error { _, err := r.Tick(t.Context(), i); return err }, true},
		} {
			if err := c.do(c.r); err != nil || c.r.Held != c.held {
				t.Errorf("%s: held %t, %v; want %t", name, c.r.Held, err, c.held)
			}
		}
		if len(w.cloud.stops) != 1 {
			t.Errorf("%d calls", len(w.cloud.stops))
		}
	})
}
