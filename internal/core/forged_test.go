package core

import (
	"strings"
	"testing"
	"testing/synctest"
)

// TestForgedParts: whoever may write records but not ask the cloud writes a plan
// and a part, as if an earlier invocation had handed on. What the first
// invocation would have been asked is asked all the same.
func TestForgedParts(t *testing.T) {
	client := func(w *world, rec *RequestRecord, plan *Plan) {
		rec.Request.ClientId, plan.Contract, w.Rules.NoLookup = "f4a0dc8e-1702-4728-9a60-95b27a350000", Client, true
	}
	for _, c := range []struct {
		name  string
		forge func(w *world, rec *RequestRecord, plan *Plan)
		said  string
	}{
		{"of a caller that may not submit", func(w *world, _ *RequestRecord, _ *Plan) { w.Permit = allow(ActionStop) }, "needs action submit"},
		{"of all, by a caller that may not stop all", func(w *world, rec *RequestRecord, _ *Plan) {
			w.Permit = allow(ActionSubmit, ActionStop)
			rec.Request = Request{All: true, Select: &Selection{RegionId: []string{"cn-hangzhou"}}}
		}, "needs action stop-all"},
		{"of a request that no door takes", func(_ *world, rec *RequestRecord, _ *Plan) { rec.Request.StoppedMode = "Perhaps" }, "is not valid"},
		{"above the ceiling", func(w *world, _ *RequestRecord, plan *Plan) {
			w.Rules.Ceilings = map[Door]int{Timer: 5}
			plan.Count = 1
		}, "the most for one timer request is 5"},
		{"that stops what nobody named", func(_ *world, rec *RequestRecord, _ *Plan) { rec.Request.DesktopId = rec.Request.DesktopId[:3] }, "does not answer"},
		{"in a region that nobody named", func(_ *world, rec *RequestRecord, _ *Plan) { rec.Request.RegionId = "cn-shanghai" }, "does not answer"},
		{"on the other contract", func(_ *world, _ *RequestRecord, plan *Plan) { plan.Contract = Client }, "does not answer"},
		{"that says it is smaller than it is", func(w *world, _ *RequestRecord, plan *Plan) {
			plan.Count, plan.Percent = 1, 1
			w.Permit = permitFunc(func(a Ask) bool { return a.Action != ActionStop || a.Count <= 2 })
		}, ""},
		{"that says it is less of what is Running than it is", func(w *world, _ *RequestRecord, plan *Plan) {
			plan.Percent, plan.RunningIn = 1, map[string]int{"cn-hangzhou": 8}
			w.Permit = permitFunc(func(a Ask) bool { return a.Action != ActionStop || a.Percent <= 50 })
		}, ""},
		{"where nobody looks, without the policy", func(w *world, rec *RequestRecord, plan *Plan) {
			client(w, rec, plan)
			w.Permit = permitFunc(func(a Ask) bool { return a.Action != ActionStop })
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, run := handedOn(t, 8, Part{})
				rec, plan := w.journal.requests[run], w.journal.plans[run]
				c.forge(w, &rec, &plan)
				w.journal.requests[run], w.journal.plans[run] = rec, plan
				r, err := w.Carry(t.Context(), run, nil)
				if err != nil {
					t.Fatal(err)
				}
				if len(w.cloud.stops) != 0 || r.Counts[Stopped] != 1 || len(r.Outcomes) != 8 {
					t.Errorf("%d calls, %v", len(w.cloud.stops), r.Counts)
				}
				// One of them was stopped before, so it is not enough to say that nothing
				// was done.
				if !strings.Contains(r.Note, c.said) || c.said != "" && !strings.Contains(r.Note, "had been done before") {
					t.Errorf("it says %q, want %q", r.Note, c.said)
				}
			})
		})
	}
	t.Run("the true one goes on", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			for _, look := range []bool{true, false} {
				w, run := handedOn(t, 8, Part{})
				if !look {
					rec, plan := w.journal.requests[run], w.journal.plans[run]
					client(w, &rec, &plan)
					w.journal.requests[run], w.journal.plans[run] = rec, plan
				}
				r, err := w.Carry(t.Context(), run, nil)
				if err != nil || len(w.cloud.stops) != 1 || r.Counts[NotTried] != 0 || len(r.Outcomes) != 8 {
					t.Errorf("look %v: %d calls, %v, %v", look, len(w.cloud.stops), r.Counts, err)
				}
			}
		})
	})
}
