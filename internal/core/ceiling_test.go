package core

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
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
		{"too many percent", func(r *Rules) { r.Percents = map[Door]int{Timer: 50} }, "The plan would stop 10 of 10 Running desktops of region cn-hangzhou; the most for one timer run is 50 %, which is 5. Nothing was stopped."},
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

// overPercent says in other words whether stops are more than so many percent of
// what is Running: two or more of a region in it, or all of them in their regions.
func overPercent(stops []Entry, running map[string]int, percent int) bool {
	in, base := map[string]int{}, 0
	for _, e := range stops {
		if in[e.RegionId]++; in[e.RegionId] == 1 {
			base += running[e.RegionId]
		}
	}
	several := func(of Entry) bool { return in[of.RegionId] > 1 && in[of.RegionId]*100 > running[of.RegionId]*percent }
	return len(stops) > 1 && percent < 100 && (slices.ContainsFunc(stops, several) || len(stops)*100 > base*percent)
}

// TestOtherRegionsMakeNoRoom: what is a tenth of everything and all of its region is
// all of its region, in whatever words it is asked for.
func TestOtherRegionsMakeNoRoom(t *testing.T) {
	var fleet []Desktop
	for i, d := range running(110) {
		if d.RegionId = "cn-shanghai"; i < 10 {
			d.RegionId, d.OfficeSiteId = "cn-hangzhou", "site-1"
		}
		fleet = append(fleet, d)
	}
	site := func(regions ...string) Request {
		return Request{Select: &Selection{RegionId: regions, OfficeSiteId: []string{"site-1"}}}
	}
	for name, q := range map[string]Request{
		"its region":             site("cn-hangzhou"),
		"with another region":    site("cn-hangzhou", "cn-shanghai"),
		"all regions":            site(allRegions),
		"by id in its region":    ask(idsOfDesktops(fleet[:10])...),
		"by id":                  {DesktopId: idsOfDesktops(fleet[:10])},
		"by id, with one beside": {DesktopId: idsOfDesktops(fleet[:11])},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, fleet...)
			w.Permit, w.Rules.Percents = &percentPermit{most: 100}, map[Door]int{Timer: 99}
			plan, err := w.plan(t.Context(), RequestRecord{Run: "r", Caller: Caller{Door: Timer, Name: "nightly"}, Request: q})
			if err != nil || plan.Percent != 100 || len(plan.stops()) < 10 {
				t.Fatalf("%d %% and %d stops, %v", plan.Percent, len(plan.stops()), err)
			}
			if no, want := w.aboveCeiling(Timer, plan), "would stop 10 of 10 Running desktops of region cn-hangzhou"; no == nil || !strings.Contains(MessageOf(no), want) {
				t.Errorf("the ceiling says %v, want %q", no, want)
			}
			if no := w.aboveCeiling(Webhook, plan); no != nil {
				t.Errorf("a door without a ceiling: %v", no)
			}
		})
	}
	for name, bound := range map[string]func(*world){
		"ceiling": func(w *world) { w.Rules.Percents = map[Door]int{Timer: 10} },
		"policy":  func(w *world) { w.Permit = &percentPermit{most: 10} },
	} {
		w := newWorld(t, fleet...)
		bound(w)
		if r := w.carry(t, site(allRegions)); len(w.cloud.stops) != 0 || len(r.Outcomes) != 10 {
			t.Errorf("%s: %d calls, %v", name, len(w.cloud.stops), r.Counts)
		}
	}
}

// TestPercentOfNamedDesktops counts an id in the region that is asked, and where
// several are in the one that has it.
func TestPercentOfNamedDesktops(t *testing.T) {
	var fleet []Desktop
	for i, d := range running(110) {
		if d.RegionId = "cn-shanghai"; i < 10 {
			d.RegionId = "cn-hangzhou"
		}
		fleet = append(fleet, d)
	}
	ids := idsOfDesktops(fleet)
	for name, c := range map[string]struct {
		region string
		ids    []string
		want   int
	}{
		"of the region asked":        {"cn-shanghai", ids[10:30], 20},
		"where they are":             {"", ids[10:30], 20},
		"most in the big region":     {"", ids[9:30], 20},
		"most in the small region":   {"", ids[7:30], 30},
		"also what is not there":     {"cn-hangzhou", []string{ids[0], "ecd-gone"}, 20},
		"what is nowhere of several": {"", []string{ids[0], "ecd-gone"}, 10},
	} {
		w := newWorld(t, fleet...)
		w.Permit = &percentPermit{most: 100}
		plan, err := w.plan(t.Context(), RequestRecord{Run: "r", Caller: Caller{Door: Slack, Name: "alice"}, Request: Request{RegionId: c.region, DesktopId: c.ids}})
		if err != nil || plan.Percent != c.want || plan.Count != len(c.ids) {
			t.Errorf("%s: %d %% of %d desktops, want %d %% of %d, %v", name, plan.Percent, plan.Count, c.want, len(c.ids), err)
		}
	}
}

// TestMoreRegionsNeverLessPercent: whatever is added to a plan in other regions, its
// percentage is no smaller, and where two or more desktops of a region are too many they
// stay so.
func TestMoreRegionsNeverLessPercent(t *testing.T) {
	regions := []string{"cn-hangzhou", "cn-shanghai", "ap-southeast-1"}
	rapid.Check(t, func(rt *rapid.T) {
		plan, stops, running := Plan{}, map[string]int{}, map[string]int{}
		before, refused := 0, false
		most := rapid.IntRange(1, 99).Draw(rt, "most")
		for i, region := range regions {
			stops[region], running[region] = rapid.IntRange(0, 6).Draw(rt, "stops"), rapid.IntRange(0, 12).Draw(rt, "running")
			for range stops[region] {
				plan.Entries = append(plan.Entries, Entry{RegionId: region, DesktopId: "ecd-a", Stop: true})
			}
			plan.RunningIn = running
			percent := percentage(stops, running)
			no := (&Runner{Rules: Rules{Percents: map[Door]int{Timer: most}}}).aboveCeiling(Timer, plan)
			if refused = refused || stops[region] > 1 && stops[region]*100 > running[region]*most; percent < before || refused && no == nil {
				rt.Fatalf("%v of %v in %d regions: %d %% after %d %%, refused %t and then %v", stops, running, i+1, percent, before, refused, no)
			}
			if over := overPercent(plan.stops(), running, most); over != (no != nil) {
				rt.Fatalf("%v of %v: %d %%, at most %d, and the ceiling says %v", stops, running, percent, most, no)
			}
			before = percent
		}
		delete(running, regions[0])
		if got, want := percentage(stops, running), stops[regions[0]] > 0; (got < 0) != want {
			rt.Errorf("%v of %v: %d %%", stops, running, got)
		}
	})
}

// TestASmallRegionRefusesNoNight: one desktop of a region where little runs is no reason
// to leave the others on, and many such regions are one.
func TestASmallRegionRefusesNoNight(t *testing.T) {
	plan := func(stops map[string]int, running map[string]int) Plan {
		p := Plan{RunningIn: running}
		for region, n := range stops {
			for range n {
				p.Entries = append(p.Entries, Entry{RegionId: region, Stop: true})
			}
		}
		return p
	}
	r := &Runner{Rules: Rules{Percents: map[Door]int{Timer: 60}}}
	if err := r.aboveCeiling(Timer, plan(map[string]int{"a": 5, "b": 1}, map[string]int{"a": 20, "b": 1})); err != nil {
		t.Errorf("a small region: %v", err)
	}
	if err := r.aboveCeiling(Timer, plan(map[string]int{"a": 5, "b": 2}, map[string]int{"a": 20, "b": 2})); err == nil || !strings.Contains(err.Error(), "2 of 2 Running desktops of region b") {
		t.Errorf("all of a region: %v", err)
	}
	if err := r.aboveCeiling(Timer, plan(map[string]int{"a": 1, "b": 1, "c": 1}, map[string]int{"a": 1, "b": 1, "c": 1})); err == nil || !strings.Contains(err.Error(), "3 of 3 Running desktops of its regions") {
		t.Errorf("all of all of them: %v", err)
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

// TestPlansFromBeforeRunningIn are held to the sum that they have.
func TestPlansFromBeforeRunningIn(t *testing.T) {
	old := Plan{Running: 40, Entries: []Entry{{RegionId: "a", Stop: true}, {RegionId: "a", Stop: true}, {RegionId: "b"}}}
	for _, c := range []struct {
		name    string
		change  func(*Plan)
		percent int
		says    string
	}{
		{"within it", func(*Plan) {}, 5, ""},
		{"above it", func(*Plan) {}, 4, "2 of 40 Running desktops of region a"},
		{"in two regions", func(p *Plan) { p.Entries = append(p.Entries, Entry{RegionId: "b", Stop: true}) }, 50, "nobody knows how many are Running there"},
		{"nobody counted", func(p *Plan) { p.Running = -1 }, 50, "nobody knows how many are Running there"},
		{"a new one", func(p *Plan) { p.RunningIn = map[string]int{"a": 4} }, 49, "2 of 4 Running desktops of region a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := old
			c.change(&p)
			err := (&Runner{Rules: Rules{Percents: map[Door]int{Timer: c.percent}}}).aboveCeiling(Timer, p)
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}
