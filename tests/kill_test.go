package tests

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
)

// killer kills the function before or after its nth call to a service.
type killer struct {
	after bool
	nth   int64

	n     atomic.Int64
	armed atomic.Bool
	world *world
	said  sync.Map // n -> what was called
}

func (k *killer) around(service string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !k.armed.Load() {
			next.ServeHTTP(rw, r)
			return
		}
		n := k.n.Add(1)
		k.said.Store(n, service+" "+r.Method+" "+r.URL.Path+r.Header.Get("x-acs-action"))
		if n != k.nth {
			next.ServeHTTP(rw, r)
			return
		}
		if k.after {
			next.ServeHTTP(swallow{http.Header{}}, r)
		}
		k.world.FC.Kill("stopdesktops")
		k.world.FC.Kill("slackcmd")
		panic(http.ErrAbortHandler)
	})
}

// swallow takes an answer that nobody will read.
type swallow struct{ h http.Header }

func (s swallow) Header() http.Header       { return s.h }
func (swallow) WriteHeader(int)             {}
func (swallow) Write(p []byte) (int, error) { return len(p), nil }

// TestKill kills the function before and after every call that it makes, for
// each way in. Whoever sent a webhook sends it again until it is answered, as
// senders do. In the end every desktop has one outcome, none contradicts the
// cloud, and none was stopped without need.
func TestKill(t *testing.T) {
	ways := []struct {
		name string
		ask  func(w *world)
	}{
		{"webhook", func(w *world) { w.insist(func() response { return w.post("m1", wholeAdmin) }) }},
		{"webhook that waits", func(w *world) { w.insist(func() response { return w.postWaiting("m1", wholeAdmin) }) }},
		{"webhook with tokens", func(w *world) {
			w.insist(func() response {
				r := w.postWaiting("m1", whole)
				if r.State == core.Working {
					r.Status = 0 // not over: a dead attempt still holds the lease
				}
				return r
			})
		}},
		{"timer", func(w *world) { w.tick("admin") }},
	}
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			calls := countCalls(t, way.ask)
			if calls < 5 {
				t.Fatalf("%d calls without a kill; something is amiss", calls)
			}
			for _, after := range []bool{false, true} {
				for nth := range calls {
					killAt(t, way.ask, nth+1, after)
				}
			}
		})
	}
}

// countCalls runs one way without a kill and counts the calls it makes.
func countCalls(t *testing.T, ask func(*world)) int64 {
	k := &killer{}
	w := newWorld(t, two(), shortLease, func(o *cloud.Options) { o.Around = k.around })
	k.world = w
	k.armed.Store(true)
	ask(w)
	w.drain()
	return k.n.Load()
}

// killName runs a test of one kill beside the others.
func killName(t *testing.T, after bool, nth int64, f func(t *testing.T)) {
	where := "before"
	if after {
		where = "after"
	}
	t.Run(fmt.Sprintf("%s call %d", where, nth), func(t *testing.T) {
		t.Parallel()
		f(t)
	})
}

// killAt runs one way with a kill at the nth call.
func killAt(t *testing.T, ask func(*world), nth int64, after bool) {
	killName(t, after, nth, func(t *testing.T) {
		k := &killer{after: after, nth: nth}
		w := newWorld(t, two(), shortLease, func(o *cloud.Options) { o.Around = k.around })
		k.world = w
		k.armed.Store(true)
		ask(w)
		w.drain()
		k.armed.Store(false)
		call, ok := k.said.Load(nth)
		if !ok {
			return // deliveries ran side by side this time, and made fewer calls
		}
		t.Logf("killed at %v", call)
		w.complete()
	})
}

// shortLease makes the function's time-out, and with it the lease of a dead
// attempt, short enough to be waited for.
func shortLease(o *cloud.Options) {
	was := o.Function
	o.Function = func(f *fc.Function) {
		was(f)
		if f.Name == "stopdesktops" {
			f.Timeout = 6 * time.Second
		}
	}
}

// insist sends a delivery again until it is answered, as a sender does.
func (w *world) insist(send func() response) {
	w.t.Helper()
	for range 20 {
		if r := send(); r.Status == http.StatusOK || r.Status == http.StatusAccepted {
			return
		}
	}
	w.t.Error("the delivery was never answered")
}

// complete checks that there is one report with one outcome for each of the two
// desktops, that none contradicts the cloud, and that a desktop which was
// stopped was stopped once.
func (w *world) complete() core.Report {
	w.t.Helper()
	r := w.onlyReport()
	if len(r.Outcomes) != 2 {
		w.t.Errorf("%d outcomes, want 2: %v", len(r.Outcomes), r.Outcomes)
	}
	for _, o := range r.Outcomes {
		d, _ := w.ECD.Desktop(o.RegionId, o.DesktopId)
		stopped := d.Status == ecd.Stopped || d.Status == ecd.Stopping
		if o.Code == core.Stopped && !stopped {
			w.t.Errorf("%s is reported %s and is %s", o.DesktopId, o.Code, d.Status)
		}
		if (o.Code == core.NotTried || o.Code == core.CloudUnavailable || o.Code.Kind() == core.KindSkipped) && stopped {
			w.t.Errorf("%s is reported %s and is %s", o.DesktopId, o.Code, d.Status)
		}
		if !o.Code.Valid() {
			w.t.Errorf("%s has the outcome %q", o.DesktopId, o.Code)
		}
	}
	for id, n := range w.changed() {
		if n != 1 {
			w.t.Errorf("%s was stopped %d times", id, n)
		}
	}
	return r
}
