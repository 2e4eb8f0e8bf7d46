package core

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestSettleLeavesWhatIsHandedOn sends false news of a death while a run lives, some
// time before it hands on: the job that is queued then goes on, and not whoever
// waited to write what could be seen.
func TestSettleLeavesWhatIsHandedOn(t *testing.T) {
	for news := time.Second; news < 6*time.Second; news += 250 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, running(60)...)
			w.Rules.Batch = 2
			slowly(w, 3*time.Second)
			i := Instant{Timer: "nightly", At: time.Now(), Request: ask(idsOfDesktops(running(60))...)}
			invocation := func(id string, lasts time.Duration, do func(context.Context, *Runner) (Report, error)) (Report, error) {
				r := *w.Runner
				r.Me = Invocation{RequestID: id, Deadline: time.Now().Add(lasts)}
				ctx, cancel := contextWithDeadline(t, r.Me.Deadline)
				defer cancel()
				return do(ctx, &r)
			}
			tick := func(ctx context.Context, r *Runner) (Report, error) { return r.Tick(ctx, i) }
			settled := make(chan error)
			go func() {
				time.Sleep(news) // in the bubble's time: the news comes in mid-run
				_, err := invocation("inv-news", 5*time.Minute, func(ctx context.Context, r *Runner) (Report, error) { return r.Settle(ctx, r.RunOf(i), "inv-forged") })
				settled <- err
			}()
			r, err := invocation("inv-1", time.Minute, tick)
			for n := 2; HandedOn(err); n++ {
				time.Sleep(2 * time.Second) // in the bubble's time, until the queued job begins
				r, err = invocation(fmt.Sprint("inv-", n), time.Minute, tick)
			}
			if err != nil || r.Counts[Stopped] != 60 {
				t.Errorf("news after %s: %v, %q, %v", news, r.Counts, r.Note, err)
			}
			if err := <-settled; !HandedOn(err) {
				t.Errorf("news after %s: settled with %v", news, err)
			}
		})
	}
}
