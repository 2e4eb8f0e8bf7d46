package tests

import (
	"strings"
	"sync"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/fc"
)

func TestSlackEventsTwice(t *testing.T) {
	for name, how := range map[string]fc.Duplicates{"at once": fc.DuplicatesAtOnce, "one after the other": fc.DuplicatesAfter} {
		t.Run(name, func(t *testing.T) { slackEventsTwice(t, how) })
	}
}

func slackEventsTwice(t *testing.T, how fc.Duplicates) {
	t.Parallel()
	w := slackWorld(t, two())
	w.FC.DeliverTwice("", how)
	w.command(alice, "ecd-a ecd-b")
	w.drain()
	plan, ok := w.plan()
	if !ok {
		t.Fatal(w.screen())
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { w.pressOn(plan, alice, "stop") })
	}
	both.Wait()
	w.drain()
	w.once()
	if n := strings.Count(w.screen(), "2 `stopped`"); n != 1 {
		t.Errorf("%d final messages, want 1:\n%s", n, w.screen())
	}
}

// TestSlackKill kills either function before and after every call that it
// makes. People repeat what failed before their eyes; the platform repeats the
// rest. One run and one final message come of it.
func TestSlackKill(t *testing.T) {
	converse := func(w *world, k *killer) {
		k.armed.Store(true)
		for range 5 {
			if r := w.command(alice, "ecd-a ecd-b"); r.Error == "" {
				break
			}
		}
		w.drain()
		for range 5 {
			if _, ok := w.plan(); !ok {
				return
			}
			if r := w.press(alice, "stop"); r.Error == "" {
				break
			}
		}
		w.drain()
	}
	k := &killer{}
	w := slackWorld(t, two(), shortLease, func(o *cloud.Options) { o.Around = k.around })
	k.world = w
	converse(w, k)
	calls := k.n.Load()
	if calls < 10 {
		t.Fatalf("%d calls without a kill:\n%s", calls, w.screen())
	}
	for _, after := range []bool{false, true} {
		for nth := range calls {
			killName(t, after, nth+1, func(t *testing.T) {
				k := &killer{after: after, nth: nth + 1}
				w := slackWorld(t, two(), shortLease, func(o *cloud.Options) { o.Around = k.around })
				k.world = w
				converse(w, k)
				k.armed.Store(false)
				call, _ := k.said.Load(nth + 1)
				t.Logf("killed at %v", call)
				for id, n := range w.changed() {
					if n != 1 {
						t.Errorf("%s was stopped %d times", id, n)
					}
				}
				if n := strings.Count(w.screen(), "2 `stopped`"); n != 1 {
					t.Errorf("%d final messages, want 1:\n%s", n, w.screen())
				}
				stopped := 0
				for _, r := range w.reports() {
					stopped += r.Counts[core.Stopped]
				}
				if stopped != 2 {
					t.Errorf("the reports say that %d desktops were stopped", stopped)
				}
			})
		}
	}
}
