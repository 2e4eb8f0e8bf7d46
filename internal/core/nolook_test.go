package core

import (
	"slices"
	"strings"
	"testing"
)

// unlooked is a world whose deployment sends client requests out without a look,
// and a request that goes out so.
func unlooked(t *testing.T, n int) (*world, Request) {
	w := newWorld(t, running(n)...)
	w.Rules.NoLookup = true
	q := ask(idsOfDesktops(running(n))...)
	q.ClientId = "c"
	return w, q
}

// TestPolicyHearsThatNobodyLooked, in whatever way a stop is asked for; and that
// somebody did where the same deployment looks.
func TestPolicyHearsThatNobodyLooked(t *testing.T) {
	heard := map[Action][]bool{}
	w, q := unlooked(t, 1)
	q.DryRun = true
	w.Permit = permitFunc(func(a Ask) bool {
		if a.Desktop != nil {
			heard[a.Action] = append(heard[a.Action], a.NotLooked)
		} else if a.NotLooked {
			t.Errorf("%s is about no desktop, and says that nobody looked at it", a.Action)
		}
		return true
	})
	w.carry(t, q)
	w.planner(t.Context(), &RequestRecord{Request: q}).may(t.Context(), ActionForce, &Desktop{DesktopId: "ecd-0000"})
	if _, err := w.Why(t.Context(), Caller{Door: Webhook, Name: "s"}, q); err != nil {
		t.Error(err)
	}
	if _, err := w.keeps(t, AskUnkeep, ruleNow, func(r *RequestRecord) { r.Request.ClientId = "c" }, "ecd-0000"); err != nil {
		t.Error(err)
	}
	for action, want := range map[Action]bool{ActionStop: true, ActionPreview: true, ActionForce: true, ActionWhy: false, ActionKeep: false} {
		if len(heard[action]) == 0 || slices.Contains(heard[action], !want) {
			t.Errorf("%s: the policy heard %v, want %t", action, heard[action], want)
		}
	}
	heard = map[Action][]bool{}
	policy := w.Permit
	w, q = unlooked(t, 1)
	w.Permit, q.ClientId = policy, ""
	w.carry(t, q)
	if !slices.Equal(heard[ActionStop], []bool{false}) {
		t.Errorf("where the deployment looks the policy heard %v", heard[ActionStop])
	}
}

// TestPercentWithoutALook refuses more than one desktop, because nobody has
// counted what is Running; one may be stopped however few run.
func TestPercentWithoutALook(t *testing.T) {
	for _, c := range []struct {
		name              string
		desktops, percent int
		refused           bool
	}{
		{"two", 2, 50, true},
		{"two at almost all", 2, 99, true},
		{"two where all may", 2, 100, false},
		{"one", 1, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, q := unlooked(t, c.desktops)
			w.Rules.Percents = map[Door]int{Timer: c.percent}
			r := w.carry(t, q)
			want := "The plan would stop 2 desktops of region cn-hangzhou, and nobody knows how many are Running there"
			if c.refused && (len(w.cloud.stops) > 0 || r.Ending != EndedCeiling || !strings.HasPrefix(r.Note, want)) {
				t.Errorf("%d calls, ending %q: %s", len(w.cloud.stops), r.Ending, r.Note)
			}
			if !c.refused && (len(w.cloud.stops) != 1 || r.Ending != "" || r.Counts[Accepted] != c.desktops) {
				t.Errorf("%d calls, ending %q, %v", len(w.cloud.stops), r.Ending, r.Counts)
			}
		})
	}
}
