package core

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// carry submits a timer request, so that it is carried out in one call.
func (w *world) carry(t *testing.T, q Request) Report {
	t.Helper()
	r, err := w.Tick(t.Context(), Instant{Timer: "nightly", At: time.Now(), Request: q})
	if err != nil {
		t.Fatalf("tick: %v", err)
	}
	return r
}

func TestStopsOnlyWhatThePlanSays(t *testing.T) {
	w := newWorld(t,
		Desktop{DesktopId: "ecd-free", Status: "Running", Connection: "Disconnected"},
		Desktop{DesktopId: "ecd-used", Status: "Running", Connection: "Connected"},
		Desktop{DesktopId: "ecd-off", Status: "Stopped", Connection: "Disconnected"},
		Desktop{DesktopId: "ecd-else", Status: "Running", Connection: "Disconnected"},
	)
	r := w.carry(t, ask("ecd-free", "ecd-used", "ecd-off", "ecd-gone", "ecd-free"))
	wantCodes(t, r, map[string]Code{"ecd-free": Stopped, "ecd-used": Connected, "ecd-off": AlreadyStopped, "ecd-gone": NotFound})
	if got := w.cloud.stopped(); !slices.Equal(got, []string{"ecd-free"}) {
		t.Errorf("stopped %v", got)
	}
}

func TestDryRunStopsNothing(t *testing.T) {
	w := newWorld(t, running(2)...)
	q := ask("ecd-0000", "ecd-0001")
	q.DryRun = true
	wantCodes(t, w.carry(t, q), map[string]Code{"ecd-0000": WouldStop, "ecd-0001": WouldStop})
	if len(w.cloud.stops) != 0 {
		t.Errorf("a dry run called StopDesktops: %v", w.cloud.stops)
	}
}

func TestBatches(t *testing.T) {
	for _, c := range []struct {
		batch, want int
		client      bool
	}{{0, 3, false}, {20, 3, false}, {100, 1, false}, {7, 7, false}, {100, 3, true}} {
		w := newWorld(t, running(45)...)
		w.Rules.Batch = c.batch
		q := ask(idsOfDesktops(running(45))...)
		if c.client {
			q.ClientId = "c"
		}
		r := w.carry(t, q)
		if r.Counts[Stopped] != 45 || len(w.cloud.stops) != c.want {
			t.Errorf("batch %d client %t: %d accepted in %d calls, want 45 in %d", c.batch, c.client, r.Counts[Stopped], len(w.cloud.stops), c.want)
		}
	}
}

func TestOneBadIdNeverSinksTheOthers(t *testing.T) {
	w := newWorld(t, running(20)...)
	w.cloud.stopErr = func(c StopCall) error {
		if slices.Contains(c.DesktopId, "ecd-0013") {
			return &CloudError{Class: CloudBadDesktop, Op: "StopDesktops", Code: "IncorrectDesktopStatus"}
		}
		return nil
	}
	r := w.carry(t, ask(idsOfDesktops(running(20))...))
	if r.Counts[Stopped] != 19 || codesOf(r)["ecd-0013"] != CloudRefused {
		t.Errorf("outcomes: %v", r.Counts)
	}
}

func TestLostAnswersAreSettledByLooking(t *testing.T) {
	lost := &CloudError{Class: CloudDown, Op: "StopDesktops", MayHave: true}
	t.Run("it had worked", func(t *testing.T) {
		w := newWorld(t, running(3)...)
		w.cloud.lost = func(StopCall) error { return lost }
		wantCodes(t, w.carry(t, ask("ecd-0000", "ecd-0001")), map[string]Code{"ecd-0000": Stopped, "ecd-0001": Stopped})
		if len(w.cloud.stops) != 1 {
			t.Errorf("%d calls for desktops that were seen stopping", len(w.cloud.stops))
		}
	})
	t.Run("it had not", func(t *testing.T) {
		w := newWorld(t, running(1)...)
		w.cloud.stopErr = func(StopCall) error {
			if len(w.cloud.stops) == 1 {
				return lost
			}
			return nil
		}
		wantCodes(t, w.carry(t, ask("ecd-0000")), map[string]Code{"ecd-0000": Stopped})
		if len(w.cloud.stops) != 2 || len(w.cloud.looks) != 3 {
			t.Errorf("%d calls and %d looks, want 2 and 3: a second call needs a fresh look, and the end a proof", len(w.cloud.stops), len(w.cloud.looks))
		}
	})
	t.Run("somebody connected meanwhile", func(t *testing.T) {
		w := newWorld(t, running(1)...)
		w.cloud.stopErr = func(StopCall) error {
			d := w.cloud.desktops["ecd-0000"]
			d.Connection = ConnConnected
			w.cloud.desktops["ecd-0000"] = d
			return lost
		}
		wantCodes(t, w.carry(t, ask("ecd-0000")), map[string]Code{"ecd-0000": Connected})
	})
	t.Run("and nobody can look", func(t *testing.T) {
		w := newWorld(t, running(1)...)
		w.cloud.stopErr = func(StopCall) error {
			w.cloud.lookErr = func() error { return &CloudError{Class: CloudDown, Op: "DescribeDesktops"} }
			return lost
		}
		wantCodes(t, w.carry(t, ask("ecd-0000")), map[string]Code{"ecd-0000": Unknown})
	})
	t.Run("it never works", func(t *testing.T) {
		w := newWorld(t, running(1)...)
		w.cloud.stopErr = func(StopCall) error { return lost }
		wantCodes(t, w.carry(t, ask("ecd-0000")), map[string]Code{"ecd-0000": Unknown})
		if len(w.cloud.stops) != maxCalls {
			t.Errorf("%d calls, want %d", len(w.cloud.stops), maxCalls)
		}
	})
}

func TestFailuresForGoodEndTheRun(t *testing.T) {
	w := newWorld(t, running(60)...)
	w.cloud.stopErr = func(StopCall) error {
		return &CloudError{Class: CloudForbidden, Op: "StopDesktops", Code: "NoPermission"}
	}
	r := w.carry(t, ask(idsOfDesktops(running(60))...))
	if r.Counts[CloudRefused] != 20 || r.Counts[NotTried] != 40 || len(w.cloud.stops) != 1 {
		t.Errorf("got %v in %d calls, want 20 cloud_refused and 40 not_tried in one", r.Counts, len(w.cloud.stops))
	}
}

func TestLookRefused(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.cloud.lookErr = func() error { return &CloudError{Class: CloudForbidden, Op: "DescribeDesktops", Code: "NoPermission"} }
	q := ask("ecd-0000")
	q.ClientId = "c"
	r := w.carry(t, q)
	wantCodes(t, r, map[string]Code{"ecd-0000": NotTried})
	if !strings.Contains(r.Note, "DescribeDesktops") {
		t.Errorf("the note does not say what failed: %q", r.Note)
	}

	w = newWorld(t, running(1)...)
	w.cloud.lookErr = func() error { t.Error("looked although the deployment does not"); return nil }
	w.Rules.NoLookup = true
	wantCodes(t, w.carry(t, q), map[string]Code{"ecd-0000": Accepted})
}

func TestClientToken(t *testing.T) {
	token := func(n, i int, given string) string {
		w := newWorld(t, running(n)...)
		q := ask(idsOfDesktops(running(n))...)
		q.ClientId, q.ClientToken = "c", given
		w.carry(t, q)
		return w.cloud.stops[i].ClientToken
	}
	if got := token(20, 0, "given"); got != "given" {
		t.Errorf("one call: token %q, want the given one", got)
	}
	first, second := token(21, 0, "given"), token(21, 1, "given")
	if first == "given" || second == "given" || first == second {
		t.Errorf("two calls: tokens %q and %q", first, second)
	}
	if none, other := token(2, 0, ""), token(2, 0, ""); none != other || len(none) != 64 {
		t.Errorf("tokens made for the same run and ids are %q and %q", none, other)
	}
	if a, b := token(21, 0, "given"), token(21, 0, "else"); a == b {
		t.Error("the given token does not count")
	}
}

// TestPlanIsWithinBounds holds for any fleet, faults and rights: what is called
// is permitted, was free or forced, and every desktop has one outcome.
func TestPlanIsWithinBounds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(rt, "n")
		fleet := running(n)
		forbidden := map[string]bool{}
		for i := range fleet {
			fleet[i].Status = rapid.SampledFrom([]string{"Running", "Running", "Running", "Stopped", "Stopping", "Starting", "Fota"}).Draw(rt, "status")
			fleet[i].Connection = rapid.SampledFrom([]string{"Disconnected", "Disconnected", "Connected", "Unknown", ""}).Draw(rt, "connection")
			forbidden[fleet[i].DesktopId] = rapid.IntRange(0, 9).Draw(rt, "forbidden") == 0
		}
		w := newWorld(t, fleet...)
		w.Log = slog.New(slog.DiscardHandler)
		w.Permit = permitFunc(func(a Ask) bool { return a.Desktop == nil || !forbidden[a.Desktop.DesktopId] })
		classes := []CloudClass{CloudThrottled, CloudDown, CloudForbidden, CloudCredentials, CloudBadDesktop, CloudBadRequest, CloudUnclear}
		fault := func() error {
			if rapid.IntRange(0, 3).Draw(rt, "fault") > 0 {
				return nil
			}
			return &CloudError{Op: "StopDesktops", Class: rapid.SampledFrom(classes).Draw(rt, "class"), MayHave: rapid.Bool().Draw(rt, "may")}
		}
		before := map[string]Desktop{}
		for _, d := range fleet {
			before[d.DesktopId] = d
		}
		w.cloud.stopErr = func(StopCall) error { return fault() }
		w.cloud.lost = func(StopCall) error { return fault() }
		q := ask(idsOfDesktops(fleet)...)
		q.Force = rapid.Bool().Draw(rt, "force")
		r, err := w.Tick(t.Context(), Instant{Timer: "nightly", At: time.Now(), Request: q})
		if err != nil {
			rt.Fatalf("tick: %v", err)
		}
		if len(r.Outcomes) != n || len(codesOf(r)) != n {
			rt.Fatalf("%d outcomes for %d desktops", len(r.Outcomes), n)
		}
		for _, id := range w.cloud.stopped() {
			d := before[id]
			if d.Status == StatusStopping {
				continue // it was on its way before anybody asked
			}
			free := d.Connection == ConnDisconnected || q.Force
			if forbidden[id] || d.Status != StatusRunning || !free {
				rt.Errorf("stopped %+v, forbidden=%t force=%t", d, forbidden[id], q.Force)
			}
		}
		for _, o := range r.Outcomes {
			after := w.cloud.desktops[o.DesktopId].Status
			if o.Code == Stopped && after != StatusStopped {
				rt.Errorf("%s is reported accepted and is %s", o.DesktopId, after)
			}
			if o.Code.Kind() == KindSkipped && after != before[o.DesktopId].Status {
				rt.Errorf("%s is reported %s and went from %s to %s", o.DesktopId, o.Code, before[o.DesktopId].Status, after)
			}
		}
	})
}

// TestThrottledIsNotCalled: a call that the cloud would not take did nothing, and
// nobody may say that it may have.
func TestThrottledIsNotCalled(t *testing.T) {
	for name, then := range map[string]struct {
		meanwhile func(*world)
		want      Code
	}{
		"nobody can look": {func(w *world) {
			w.cloud.lookErr = func() error { return &CloudError{Class: CloudDown, Op: "DescribeDesktops"} }
		}, CloudUnavailable},
		"somebody shuts it down": {func(w *world) {
			d := w.cloud.desktops["ecd-0000"]
			d.Status = StatusStopped
			w.cloud.desktops["ecd-0000"] = d
		}, AlreadyStopped},
		"nobody may look at all": {func(w *world) { w.Rules.NoLookup = true }, CloudUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, running(1)...)
				w.cloud.stopErr = func(StopCall) error {
					then.meanwhile(w)
					return &CloudError{Class: CloudThrottled, Op: "StopDesktops"}
				}
				q := ask("ecd-0000")
				q.ClientId = "c"
				wantCodes(t, w.carry(t, q), map[string]Code{"ecd-0000": then.want})
			})
		})
	}
}
