package core

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestSettleWritesReportsOfStopsOnly: a freeze whose job died is no run of which
// nothing was stopped.
func TestSettleWritesReportsOfStopsOnly(t *testing.T) {
	for _, kind := range []Wish{AskResult, AskWhy, AskKeep, AskKeepMine, AskUnkeep, AskFreeze, AskUnfreeze, AskHalt, AskForecast} {
		w := newWorld(t, running(1)...)
		rec := RequestRecord{Run: "slack-aaaaaaaaaaaaaaaaaaaaaaaaaa", At: w.Now(), Caller: alice, Request: ask("ecd-0000"), Kind: kind}
		w.journal.requests[rec.Run] = rec
		if _, err := w.Settle(t.Context(), rec.Run, "inv-dead"); CodeOf(err) != Invalid {
			t.Errorf("%s is settled: %v", kind, err)
		}
		if step, err := w.Waiting(t.Context(), rec); CodeOf(err) != Invalid {
			t.Errorf("%s waits to be stopped: %q, %v", kind, step, err)
		}
		if n := len(w.journal.reports) + len(w.journal.attempts) + len(w.journal.halts); n > 0 {
			t.Errorf("%s leaves %d records", kind, n)
		}
	}
}

// TestWaiting: a run is done once by whoever hears that its job died only while
// nobody has begun what is queued, and the job itself could still come.
func TestWaiting(t *testing.T) {
	const webhook, slack = RunID("webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa"), RunID("slack-aaaaaaaaaaaaaaaaaaaaaaaaaa")
	old := time.Now().Add(-CarryWithin - time.Minute)
	asked := func(run RunID, at time.Time) RequestRecord {
		return RequestRecord{Run: run, At: at, Caller: Caller{Door: run.Door(), Name: "x"}, Request: ask("ecd-0000")}
	}
	attempt := func(w *world, run RunID, step Step) {
		w.journal.attempts[attemptKey(run, 1)] = Attempt{N: 1, Step: step, Holder: "inv-0", At: old, Until: old}
	}
	for name, c := range map[string]struct {
		rec  RequestRecord
		was  func(w *world)
		want Step
	}{
		"a sender's run":           {asked(webhook, time.Now()), func(*world) {}, StepStop},
		"a person's":               {asked(slack, time.Now()), func(*world) {}, StepPlan},
		"older than an event":      {asked(webhook, old), func(*world) {}, ""},
		"a person's, older":        {asked(slack, old), func(*world) {}, ""},
		"begun":                    {asked(webhook, time.Now()), func(w *world) { attempt(w, webhook, StepStop) }, ""},
		"ended":                    {asked(webhook, time.Now()), func(w *world) { w.journal.reports[webhook] = Report{Run: webhook} }, ""},
		"whose tokens nobody has":  {RequestRecord{Run: webhook, At: time.Now(), AtOnce: true}, func(*world) {}, ""},
		"a plan nobody answered":   {asked(slack, time.Now()), func(w *world) { attempt(w, slack, StepPlan) }, ""},
		"a plan somebody answered": {asked(slack, old), func(w *world) { attempt(w, slack, StepPlan); w.journal.confirms[slack] = Confirm{At: time.Now()} }, StepStop},
		"a plan answered long ago": {asked(slack, old), func(w *world) { attempt(w, slack, StepPlan); w.journal.confirms[slack] = Confirm{At: old} }, ""},
		"answered and begun":       {asked(slack, old), func(w *world) { attempt(w, slack, StepStop); w.journal.confirms[slack] = Confirm{At: time.Now()} }, ""},
		"handed on": {asked(webhook, old), func(w *world) {
			attempt(w, webhook, StepStop)
			w.journal.parts[attemptKey(webhook, 1)] = Part{At: time.Now()}
		}, StepStop},
		"handed on, long ago":       {asked(webhook, old), func(w *world) { attempt(w, webhook, StepStop); w.journal.parts[attemptKey(webhook, 1)] = Part{At: old} }, ""},
		"a door that was ending it": {asked(webhook, time.Now()), func(w *world) { attempt(w, webhook, stepDoor) }, ""},
	} {
		w := newWorld(t)
		c.was(w)
		if got, err := w.Waiting(t.Context(), c.rec); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
		w.journal.down = Errorf(Busy, "the bucket did not answer")
		if got, err := w.Waiting(t.Context(), c.rec); CodeOf(err) != Busy || got != "" {
			t.Errorf("%s, where nothing can be read: %q, %v", name, got, err)
		}
	}
}

// TestWaitingForItself: the news of a death is an event like any other, which the
// platform sends again where dealing with it died. What the try before had begun is
// gone on with at once, and nobody waits for its lease.
func TestWaitingForItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(1)...)
		rec := RequestRecord{Run: validRun, At: time.Now(), Caller: Caller{Door: Webhook, Name: "webhook"}, Request: ask("ecd-0000")}
		w.journal.requests[validRun] = rec
		w.journal.attempts[attemptKey(validRun, 1)] = Attempt{N: 1, Step: StepStop, Holder: "inv-news", At: time.Now(), Until: time.Now().Add(5 * time.Minute)}
		time.Sleep(time.Second) // in the bubble's time, so that the lease is old and not over
		w.Me.RequestID = "inv-other"
		if step, err := w.Waiting(t.Context(), rec); step != "" || err != nil {
			t.Errorf("other news: %q, %v", step, err)
		}
		w.Me.RequestID = "inv-news"
		if step, err := w.Waiting(t.Context(), rec); step != "" || err != nil {
			t.Errorf("the same try: %q, %v", step, err)
		}
		w.Me.Retry = 1
		began := time.Now()
		if step, err := w.Waiting(t.Context(), rec); step != StepStop || err != nil {
			t.Fatalf("the next try: %q, %v", step, err)
		}
		if r, err := w.Carry(t.Context(), validRun, nil); err != nil || r.Counts[Stopped] != 1 || time.Since(began) > 10*time.Second {
			t.Errorf("%v after %s, %v", r.Counts, time.Since(began), err)
		}
	})
}
