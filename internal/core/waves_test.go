package core

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// inWaves is a world in a bubble's time whose timer may take an hour.
func inWaves(t *testing.T, n int) *world {
	w := newWorld(t, running(n)...)
	w.Me.Deadline = time.Now().Add(time.Hour)
	w.Rules.Canary = 3
	return w
}

// sizes are how many desktops each call named.
func (w *world) sizes() []int {
	var n []int
	for _, c := range w.cloud.stops {
		n = append(n, len(c.DesktopId))
	}
	return n
}

func TestCanaryGoesFirst(t *testing.T) {
	three, none := 3, 0
	for _, c := range []struct {
		name   string
		n      int
		canary *int
		sizes  []int
		first  int // looks before the second call: the plan's, and the canary's proof
	}{
		{"a small plan has none", CanaryAbove, nil, []int{20, 20, 10}, 0},
		{"a big plan has the deployment's", CanaryAbove + 1, nil, []int{3, 20, 20, 8}, 1},
		{"a small plan that asks for one", 10, &three, []int{3, 7}, 1},
		{"a big plan that asks for none", 60, &none, []int{20, 20, 20}, 0},
		{"a plan no bigger than its canary", 3, &three, []int{3}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := inWaves(t, c.n)
				q := ask(idsOfDesktops(running(c.n))...)
				q.Canary = c.canary
				var proven bool
				w.cloud.stopErr = func(call StopCall) error {
					if len(w.cloud.stops) == 2 && c.first > 0 {
						proven = len(w.cloud.looks) >= 2 && len(w.cloud.looks[1]) == 3
					}
					return nil
				}
				r := w.carry(t, q)
				if !slices.Equal(w.sizes(), c.sizes) || r.Counts[Stopped] != c.n || r.Ending != "" {
					t.Errorf("calls of %v, %v, ending %q", w.sizes(), r.Counts, r.Ending)
				}
				if len(c.sizes) > 1 && proven != (c.first > 0) {
					t.Errorf("the canary was looked at before the rest: %t", proven)
				}
			})
		})
	}
}

// TestCanaryFails: what the first three came to ends the run, and the rest says
// why it was left.
func TestCanaryFails(t *testing.T) {
	for name, fail := range map[string]func(*world){
		"they never stop": func(w *world) { w.cloud.slow = true },
		"the cloud refuses one": func(w *world) {
			w.cloud.stopErr = func(c StopCall) error {
				if slices.Contains(c.DesktopId, "ecd-0001") {
					return &CloudError{Class: CloudBadDesktop, Op: "StopDesktops"}
				}
				return nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := inWaves(t, 60)
				fail(w)
				r := w.carry(t, ask(idsOfDesktops(running(60))...))
				bad := 60 - r.Counts[NotTried] - r.Counts[Stopped]
				want := fmt.Sprintf("%d of the first 3 desktops were not seen Stopped, so the rest was left alone", bad)
				if r.Ending != EndedCanary || r.Note != want+"." || r.Counts[NotTried] != 57 {
					t.Fatalf("ending %q, note %q, %v", r.Ending, r.Note, r.Counts)
				}
				for _, o := range r.Outcomes {
					if o.Code == NotTried && o.Detail != want {
						t.Errorf("%s: %q", o.DesktopId, o.Detail)
					}
				}
				if len(w.cloud.stopped()) > 3 {
					t.Errorf("stopped %v", w.cloud.stopped())
				}
			})
		})
	}
}

// TestCanaryOfSkips proves nothing and harms nothing: the next few are another
// canary.
func TestCanaryOfSkips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inWaves(t, 60)
		look := 0
		w.cloud.lookErr = func() error {
			if look++; look == 1 {
				w.Now = func() time.Time { return time.Now().Add(2 * time.Second) } // the plan's look is old
			}
			for i := range 3 {
				if d := w.cloud.desktops[fmt.Sprintf("ecd-%04d", i)]; look == 2 {
					d.Connection = ConnConnected
					w.cloud.desktops[d.DesktopId] = d
				}
			}
			return nil
		}
		r := w.carry(t, ask(idsOfDesktops(running(60))...))
		if r.Counts[Connected] != 3 || r.Counts[Stopped] != 57 {
			t.Errorf("%v", r.Counts)
		}
		if want := []int{3, 20, 20, 14}; !slices.Equal(w.sizes(), want) {
			t.Errorf("calls of %v, want %v", w.sizes(), want)
		}
	})
}

// TestErrorBudget ends a run once more have failed than may, between two waves.
func TestErrorBudget(t *testing.T) {
	for _, c := range []struct {
		name, asked, deployed string
		n, not                int
		ending                Ending
		note                  string
	}{
		{"none", "", "", 60, 0, "", ""},
		{"the request's", "3", "", 60, 52, EndedFailures, "8 of 60 desktops had failed, and MaxFailures lets 3, so the run ended."},
		{"as many as it lets", "8", "", 16, 0, "", ""},
		{"percent", "10%", "", 60, 52, EndedFailures, "8 of 60 desktops had failed, and MaxFailures lets 6, so the run ended."},
		{"the deployment's, for a big plan", "", "5", 60, 52, EndedFailures, "8 of 60 desktops had failed, and MaxFailures lets 5, so the run ended."},
		{"the deployment's, for a small plan", "", "5", 50, 0, "", ""},
		{"the request's goes before", "100%", "5", 60, 0, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := inWaves(t, c.n)
				w.Rules.Canary, w.Rules.Batch, w.Rules.MaxFailures = 0, 1, c.deployed
				w.cloud.stopErr = func(StopCall) error { return &CloudError{Class: CloudBadDesktop, Op: "StopDesktops"} }
				q := ask(idsOfDesktops(running(c.n))...)
				q.MaxFailures = c.asked
				r := w.carry(t, q)
				if r.Ending != c.ending || r.Note != c.note || r.Counts[NotTried] != c.not || r.Counts[CloudRefused] != c.n-c.not {
					t.Errorf("ending %q, note %q, %v", r.Ending, r.Note, r.Counts)
				}
			})
		})
	}
}
