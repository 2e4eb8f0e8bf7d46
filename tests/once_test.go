package tests

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/fc"
)

// once checks that every desktop was stopped by exactly one call and that there
// is one report.
func (w *world) once() {
	w.t.Helper()
	if got := w.changed(); len(got) != 2 || got["ecd-a"] != 1 || got["ecd-b"] != 1 {
		w.t.Errorf("calls that changed a desktop: %v, want one each", got)
	}
	if n := len(w.stops()); n != 1 {
		w.t.Errorf("%d StopDesktops calls, want 1", n)
	}
	wantOutcomes(w.t, w.onlyReport(), map[string]core.Code{"ecd-a": core.Stopped, "ecd-b": core.Stopped})
}

func TestEqualDeliveriesStopOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		wait func(i int) bool
		body string
	}{
		{"queued", func(int) bool { return false }, wholeAdmin},
		{"waiting", func(int) bool { return true }, wholeAdmin},
		{"both", func(i int) bool { return i%2 == 0 }, wholeAdmin},
		{"with an end user's tokens", func(i int) bool { return i%2 == 0 }, whole},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, two())
			var all sync.WaitGroup
			for i := range 5 {
				all.Go(func() {
					r := response{}
					if c.wait(i) {
						r = w.postWaiting("m1", c.body)
					} else {
						r = w.post("m1", c.body)
					}
					// Who does not wait for a request with tokens is told to come again.
					busy := r.Status == http.StatusServiceUnavailable && c.body == whole && r.Header.Get("Retry-After") != ""
					if r.Status != http.StatusOK && r.Status != http.StatusAccepted && !busy {
						t.Errorf("delivery %d: %d %s", i, r.Status, r.Text)
					}
					if c.wait(i) && r.Report == nil {
						t.Errorf("delivery %d waited and got no report: %s", i, r.Text)
					}
				})
			}
			all.Wait()
			w.drain()
			w.once()
		})
	}
}

func TestRepeatedDelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two())
	first := w.post("m1", wholeAdmin)
	w.drain()
	again := w.post("m1", wholeAdmin)
	if again.Status != http.StatusOK || !again.Repeated || again.RunId != first.RunId || again.Report == nil {
		t.Errorf("repeat: %d %s", again.Status, again.Text)
	}
	other := w.post("m1", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`)
	if other.Status != http.StatusUnprocessableEntity || other.Code != core.Mismatch {
		t.Errorf("the same id with another body: %d %s", other.Status, other.Text)
	}
	w.once()
}

func TestEqualTicksStopOnce(t *testing.T) {
	for name, how := range map[string]fc.Duplicates{"at once": fc.DuplicatesAtOnce, "one after the other": fc.DuplicatesAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, two())
			w.FC.DeliverTwice("stopdesktops", how)
			at := time.Now().Truncate(time.Minute)
			w.tickAt("admin", at)
			w.tickAt("admin", at)
			w.drain()
			w.once()
		})
	}
}

func TestEveryEventTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two())
	w.FC.DeliverTwice("", fc.DuplicatesAtOnce)
	w.post("m1", wholeAdmin)
	w.drain()
	w.once()
}
