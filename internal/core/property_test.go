package core

import (
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// anyDesktop is a desktop of any kind, most of them fit to be stopped.
func anyDesktop(rt *rapid.T, id string) Desktop {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(rt, label) }
	d := Desktop{RegionId: pick("region", "cn-hangzhou", "cn-shanghai"), DesktopId: id, DesktopName: pick("name", "dev1", "dev2", "qa1", ""),
		Status:     pick("status", "Running", "Running", "Running", "Running", "Stopped", "Stopping", "Starting", "Fota", ""),
		Connection: pick("connection", "Disconnected", "Disconnected", "Disconnected", "Connected", "Unknown", ""),
		ChargeType: pick("charge", "PostPaid", "PostPaid", "PrePaid"), OfficeSiteId: pick("site", "site-1", "site-2"), DesktopGroupId: pick("pool", "", "", "", "dg-1"),
		EndUserIds: []string{pick("user", "alice", "bob")}, ResourceGroupIds: []string{pick("group", "rg-1", "rg-2")}, Tags: map[string]string{"env": pick("env", "dev", "prod")},
		ManagementFlags: rapid.SampledFrom([][]string{nil, {"NoFlag"}, {"NoFlag"}, {"Migrating"}}).Draw(rt, "flags"), HourPackage: rapid.Bool().Draw(rt, "package"),
		Idle: time.Duration(rapid.IntRange(0, 120).Draw(rt, "idle")) * time.Minute, IdleKnown: rapid.IntRange(0, 9).Draw(rt, "idle known") > 0,
		Up: time.Duration(rapid.IntRange(0, 120).Draw(rt, "up")) * time.Minute, UpKnown: rapid.IntRange(0, 9).Draw(rt, "up known") > 0}
	switch rapid.IntRange(0, 9).Draw(rt, "tags") {
	case 0:
		d.TagsUnknown, d.Tags = true, nil
	case 1:
		d.Tags[TagKeep] = pick("keep", "", "no", "yes")
	}
	return d
}

// wordsOf is a selection in which every word is true of the desktop.
func wordsOf(d Desktop) Selection {
	s := Selection{RegionId: []string{"cn-beijing", d.RegionId}, EndUserId: []string{"zoe", d.EndUserIds[0]}, OfficeSiteId: []string{d.OfficeSiteId}, ResourceGroupId: []string{d.ResourceGroupIds[0]},
		DesktopName: []string{"x*", d.DesktopName}, ChargeType: []string{d.ChargeType}, DesktopStatus: []string{d.Status}, ConnectionStatus: []string{connection(&d)}}
	for k, v := range d.Tags {
		s.Tag = append(s.Tag, Tag{k, v})
	}
	if d.DesktopGroupId != "" {
		s.DesktopGroupId = []string{d.DesktopGroupId}
	}
	return s
}

// words are the ways to name something that is not true of any desktop.
var words = map[string]func(*Selection){
	"RegionId":         func(s *Selection) { s.RegionId = []string{"eu-west-1"} },
	"Tag":              func(s *Selection) { s.Tag = append(s.Tag, Tag{Key: "no-such-tag"}) },
	"EndUserId":        func(s *Selection) { s.EndUserId = []string{"nobody"} },
	"OfficeSiteId":     func(s *Selection) { s.OfficeSiteId = []string{"site-0"} },
	"DesktopGroupId":   func(s *Selection) { s.DesktopGroupId = []string{"dg-0"} },
	"ResourceGroupId":  func(s *Selection) { s.ResourceGroupId = []string{"rg-0"} },
	"DesktopName":      func(s *Selection) { s.DesktopName = []string{"no*"} },
	"ChargeType":       func(s *Selection) { s.ChargeType = []string{"Barter"} },
	"DesktopStatus":    func(s *Selection) { s.DesktopStatus = []string{"Rebuilding"} },
	"ConnectionStatus": func(s *Selection) { s.ConnectionStatus = []string{"Astral"} },
	"IdleFor":          func(s *Selection) { s.IdleFor = "700h" },
	"UpFor":            func(s *Selection) { s.UpFor = "700h" },
}

func wordNames() []string {
	var names []string
	for name := range words {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// TestSelectEveryWord: one word that does not hold leaves the desktop out,
// however many do.
func TestSelectEveryWord(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := anyDesktop(rt, "ecd-a")
		s := wordsOf(d)
		d.TagsUnknown = false
		permitted := may(ActionStop, ActionForce)
		if e := decide(caseOf(Rules{}, Request{Select: &s, Force: true}, &d, permitted)); e.Code == NoMatch {
			rt.Fatalf("every word of %+v holds of %+v, and it does not match", s, d)
		}
		word := rapid.SampledFrom(wordNames()).Draw(rt, "word")
		words[word](&s)
		if e := decide(caseOf(Rules{}, Request{Select: &s, Force: true}, &d, permitted)); e.Stop {
			rt.Errorf("%s does not hold of %+v, and it is stopped", word, d)
		}
	})
}

// TestExceptAnyWord: one word that holds leaves the desktop out, whatever else
// Except says.
func TestExceptAnyWord(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := anyDesktop(rt, "ecd-a")
		whole := wordsOf(d)
		whole.DesktopId = []string{"ecd-0", "ecd-a"}
		var one Selection
		for _, spoil := range words {
			spoil(&one)
		}
		all := reflect.ValueOf(whole)
		var given []int
		for i := range all.NumField() {
			if f := all.Field(i); f.Kind() == reflect.Slice && f.Len() > 0 && all.Type().Field(i).Name != "RegionId" {
				given = append(given, i)
			}
		}
		i := rapid.SampledFrom(given).Draw(rt, "word")
		reflect.ValueOf(&one).Elem().Field(i).Set(all.Field(i))
		e := decide(caseOf(Rules{}, Request{All: true, Force: true, Except: &one}, &d, may(ActionStop, ActionForce)))
		if e.Stop {
			rt.Errorf("Except.%s holds of %+v, and it is stopped", all.Type().Field(i).Name, d)
		}
	})
}

// TestForceNeverOverridesHandsOff also where everything is permitted.
func TestForceNeverOverridesHandsOff(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := anyDesktop(rt, "ecd-a")
		flag := rapid.StringMatching(`[A-Za-z]{1,12}`).Filter(func(s string) bool { return s != FlagNone }).Draw(rt, "flag")
		d.ManagementFlags = append(d.ManagementFlags, flag)
		q := Request{Force: true, All: rapid.Bool().Draw(rt, "all")}
		e := decide(caseOf(Rules{}, q, &d, func(Action) Verdict { return Verdict{Allowed: true} }))
		if e.Stop || d.Status == StatusRunning && !q.All && e.Code != HandsOff {
			rt.Errorf("%+v is decided as %+v", d, e)
		}
	})
}

// TestDecidingIsPure: the same case has the same entry, and is not changed.
func TestDecidingIsPure(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := anyDesktop(rt, "ecd-a")
		s := wordsOf(d)
		q := Request{Force: rapid.Bool().Draw(rt, "force"), DryRun: rapid.Bool().Draw(rt, "dry"), Except: &Selection{Tag: []Tag{{"env", "prod"}}}, Select: &s}
		rules := Rules{Grace: 30 * time.Minute, MinUptime: 10 * time.Minute}
		c := caseOf(rules, q, &d, may(ActionStop, ActionPreview, rapid.SampledFrom([]Action{ActionForce, ActionRead}).Draw(rt, "right")))
		was := d
		first := decide(c)
		for range 3 {
			if again := decide(c); !reflect.DeepEqual(first, again) {
				rt.Fatalf("first %+v, then %+v", first, again)
			}
		}
		if !reflect.DeepEqual(was, d) {
			rt.Errorf("deciding changed %+v to %+v", was, d)
		}
		if first.Stop == (first.Code != "") || first.Code != "" && !first.Code.Valid() {
			rt.Errorf("neither stop nor one reason: %+v", first)
		}
	})
}

// TestDigestKnowsNoOrder, and knows every desktop that stops.
func TestDigestKnowsNoOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9]{1,6}`), 2, 30, rapid.ID[string]).Draw(rt, "ids")
		var entries []Entry
		for _, id := range ids {
			entries = append(entries, Entry{RegionId: "cn-hangzhou", DesktopId: "ecd-" + id, Stop: rapid.Bool().Draw(rt, "stop")})
		}
		entries[0].Stop = true
		shuffled := rapid.Permutation(entries).Draw(rt, "shuffled")
		want := digest(Admin, Request{}, entries)
		if digest(Admin, Request{}, shuffled) != want {
			rt.Error("the order changes the digest")
		}
		entries[0].RegionId = "cn-shanghai"
		if digest(Admin, Request{}, entries) == want {
			rt.Error("the region of a stop does not change the digest")
		}
		entries[0].RegionId, entries[0].Stop = "cn-hangzhou", false
		if digest(Admin, Request{}, entries) == want {
			rt.Error("one stop less does not change the digest")
		}
	})
}

// TestPlanOfASelection holds for any fleet and selection: what is planned is
// permitted and fit to be stopped, never above the ceiling, and a plan above it
// is refused whole.
func TestPlanOfASelection(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(rt, "n")
		var fleet []Desktop
		forbidden := map[string]bool{}
		for _, d := range running(n) {
			fleet = append(fleet, anyDesktop(rt, d.DesktopId))
			forbidden[d.DesktopId] = rapid.IntRange(0, 9).Draw(rt, "forbidden") == 0
		}
		w := newWorld(t, fleet...)
		w.Log = slog.New(slog.DiscardHandler)
		w.Permit = permitFunc(func(a Ask) bool { return a.Desktop == nil || !forbidden[a.Desktop.DesktopId] })
		w.Rules.Ceilings = map[Door]int{Timer: rapid.IntRange(0, 25).Draw(rt, "ceiling")}
		w.Rules.Percents = map[Door]int{Timer: rapid.IntRange(1, 120).Draw(rt, "percent")}
		runs := map[string]int{}
		for _, d := range fleet {
			if d.Status == StatusRunning {
				runs[d.RegionId]++
			}
		}
		q := Request{Select: &Selection{RegionId: []string{allRegions}, Tag: []Tag{{"env", "dev"}}}, Force: rapid.Bool().Draw(rt, "force")}
		r, err := w.Tick(t.Context(), Instant{Timer: "nightly", At: time.Now(), Request: q})
		if err != nil {
			rt.Fatalf("tick: %v", err)
		}
		stops, over := 0, false
		for _, plan := range w.journal.plans {
			over = overPercent(plan.stops(), runs, w.Rules.Percents[Timer])
			for _, e := range plan.stops() {
				stops++
				d := fleet[slices.IndexFunc(fleet, func(d Desktop) bool { return d.DesktopId == e.DesktopId })]
				if forbidden[e.DesktopId] || d.Status != StatusRunning || d.Connection != ConnDisconnected && !q.Force || d.Tags["env"] != "dev" || slices.Contains(d.ManagementFlags, "Migrating") {
					rt.Errorf("planned %+v, forbidden %t", d, forbidden[e.DesktopId])
				}
			}
			if len(plan.Entries) == 0 && (r.Ending != EndedEmpty || !strings.Contains(r.Note, "reaches no desktop")) {
				rt.Errorf("an empty selection ended %q: %s", r.Ending, r.Note)
			}
		}
		most := w.Rules.Ceilings[Timer]
		over = over || stops > most
		switch called := len(w.cloud.stopped()); {
		case over && (len(w.cloud.stops) > 0 || r.Ending != EndedCeiling || r.Counts[NotTried] != stops):
			rt.Errorf("%d stops, at most %d and the percentage: ending %q, %d calls, %v", stops, most, r.Ending, len(w.cloud.stops), r.Counts)
		case !over && called != stops:
			rt.Errorf("%d stops, at most %d, and %d were called", stops, most, called)
		}
	})
}
