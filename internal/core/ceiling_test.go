package core

import (
	"strings"
	"testing"
)

// TestAboveTheCeiling: a plan that is too big is refused whole, before the first
// call, and the note says by how much.
func TestAboveTheCeiling(t *testing.T) {
	all := Request{Select: &Selection{RegionId: []string{allRegions}, DesktopName: []string{"*dev*"}}}
	fleet := running(10)
	for i := range fleet {
		fleet[i].DesktopName = "dev"
	}
	for _, c := range []struct {
		name  string
		rules func(*Rules)
		want  string // empty is not refused
	}{
		{"as many as may", func(r *Rules) { r.Ceilings = map[Door]int{Timer: 10} }, ""},
		{"one too many", func(r *Rules) { r.Ceilings = map[Door]int{Timer: 9} }, "The plan would stop 10 desktops; the most for one timer run is 9. Nothing was stopped."},
		{"another door's ceiling", func(r *Rules) { r.Ceilings = map[Door]int{Webhook: 1} }, ""},
		{"too many percent", func(r *Rules) { r.Percents = map[Door]int{Timer: 50} }, "The plan would stop 10 of 10 Running desktops; the most for one timer run is 50 %, which is 5. Nothing was stopped."},
		{"all of them", func(r *Rules) { r.Percents = map[Door]int{Timer: 100} }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, fleet...)
			c.rules(&w.Rules)
			r := w.carry(t, all)
			if c.want == "" {
				if r.Counts[Stopped] != 10 || r.Ending != "" {
					t.Errorf("ending %q, %v", r.Ending, r.Counts)
				}
				return
			}
			if !strings.HasPrefix(r.Note, c.want) || r.Ending != EndedCeiling || r.Counts[NotTried] != 10 || len(w.cloud.stops) != 0 {
				t.Errorf("ending %q, note %q, %v, %d calls", r.Ending, r.Note, r.Counts, len(w.cloud.stops))
			}
		})
	}
}

// TestOneDesktopMayAlwaysStop, or a small fleet could stop none.
func TestOneDesktopMayAlwaysStop(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Rules.Percents = map[Door]int{Timer: 10}
	wantCodes(t, w.carry(t, ask("ecd-0000")), map[string]Code{"ecd-0000": Stopped})
}

// TestPercentThatNobodyCanCount ends a run: what is not known is never small.
func TestPercentThatNobodyCanCount(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Rules.Percents = map[Door]int{Timer: 10}
	w.cloud.countErr = &CloudError{Class: CloudForbidden, Op: "DescribeDesktops"}
	r := w.carry(t, ask("ecd-0000"))
	wantCodes(t, r, map[string]Code{"ecd-0000": NotTried})
	if len(w.cloud.stops) != 0 {
		t.Errorf("%d calls", len(w.cloud.stops))
	}
}

// TestAboveTheCeilingInSlack: nobody is asked about a plan that is out of bounds.
func TestAboveTheCeilingInSlack(t *testing.T) {
	fleet := running(3)
	for i := range fleet {
		fleet[i].DesktopName = "dev"
	}
	w := newWorld(t, fleet...)
	w.Rules.Ceilings = map[Door]int{Slack: 2}
	p := w.asked(t, Request{Select: &Selection{RegionId: []string{"cn-hangzhou"}, DesktopName: []string{"dev"}}}, false)
	if p.Report == nil || p.Report.Ending != EndedCeiling || p.Report.Counts[NotTried] != 3 {
		t.Errorf("plan %v, report %+v", p.Plan, p.Report)
	}
}

// TestEmptySelection is refused and says what to check.
func TestEmptySelection(t *testing.T) {
	w := newWorld(t, running(2)...)
	r := w.carry(t, Request{Select: &Selection{RegionId: []string{"cn-hangzhou"}, DesktopName: []string{"nothing*"}}})
	want := "The selection reaches no desktop in region cn-hangzhou. Check its words: tags, names and ids count letter by letter. Nothing was stopped."
	if r.Ending != EndedEmpty || r.Note != want || len(r.Outcomes) != 0 || len(w.cloud.stops) != 0 {
		t.Errorf("ending %q, note %q", r.Ending, r.Note)
	}
}

// TestSameIdInTwoRegions names no desktop for certain.
func TestSameIdInTwoRegions(t *testing.T) {
	w := newWorld(t, running(2)...)
	w.Fleet, w.Permit = twinFleet{w.cloud}, allow(ActionSubmit, ActionStop, ActionStopAll)
	r := w.carry(t, Request{All: true, Select: &Selection{RegionId: []string{allRegions}}})
	if len(w.cloud.stops) != 0 || r.Counts[Ambiguous] != 4 {
		t.Errorf("%d calls, %v", len(w.cloud.stops), r.Counts)
	}
}
