package core

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"
)

// TestNarrow: the cloud gets a word only where the word has one value; what it
// gets must never leave out a desktop that the words reach.
func TestNarrow(t *testing.T) {
	for name, c := range map[string]struct {
		s    *Selection
		want Narrow
	}{
		"nothing":           {nil, Narrow{}},
		"one of each":       {&Selection{Tag: []Tag{{"env", "dev"}, {Key: "team"}}, EndUserId: []string{"alice"}, OfficeSiteId: []string{"s"}, DesktopGroupId: []string{"g"}, ResourceGroupId: []string{"r"}, ChargeType: []string{"PostPaid"}}, Narrow{Tag: []Tag{{"env", "dev"}}, EndUserId: "alice", OfficeSiteId: "s", DesktopGroupId: "g", ResourceGroupId: "r", ChargeType: "PostPaid"}},
		"two of each":       {&Selection{Tag: []Tag{{"env", "dev"}, {"env", "qa"}}, EndUserId: []string{"alice", "bob"}, OfficeSiteId: []string{"s", "t"}, DesktopGroupId: []string{"g", "h"}, ResourceGroupId: []string{"r", "q"}, ChargeType: []string{"PostPaid", "PrePaid"}}, Narrow{}},
		"what is not asked": {&Selection{DesktopName: []string{"dev"}, DesktopStatus: []string{"Running"}, IdleFor: "5m"}, Narrow{}},
	} {
		m := newMatcher(c.s)
		if got := m.narrow(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestIdleTimeIsAskedOnlyWhereItDecides: the calls cost quota.
func TestIdleTimeIsAskedOnlyWhereItDecides(t *testing.T) {
	fleet := running(5)
	fleet[1].Connection, fleet[2].Status = ConnConnected, StatusStopped
	fleet[3].RegionId, fleet[4].Tags = "cn-shanghai", map[string]string{TagKeep: ""}
	q := Request{All: true, Select: &Selection{RegionId: []string{allRegions}}}
	for _, c := range []struct {
		name     string
		rules    Rules
		q        Request
		idle, up []string
	}{
		{"neither", Rules{}, q, nil, nil},
		{"grace", Rules{Grace: time.Hour}, q, []string{"ecd-0000", "ecd-0003"}, nil},
		{"uptime", Rules{MinUptime: time.Hour}, q, nil, []string{"ecd-0000", "ecd-0003"}},
		{"by id", Rules{Grace: time.Hour, MinUptime: time.Hour}, ask("ecd-0000", "ecd-0001"), nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, fleet...)
			w.Permit = allow(ActionSubmit, ActionStop, ActionStopAll)
			w.Rules.Grace, w.Rules.MinUptime = c.rules.Grace, c.rules.MinUptime
			w.cloud.idle, w.cloud.up = map[string]time.Duration{"ecd-0000": 2 * time.Hour}, map[string]time.Duration{"ecd-0000": 2 * time.Hour}
			r := w.carry(t, c.q)
			slices.Sort(w.cloud.askedIdle)
			slices.Sort(w.cloud.askedUp)
			if !slices.Equal(w.cloud.askedIdle, c.idle) || !slices.Equal(w.cloud.askedUp, c.up) {
				t.Errorf("asked for idle time of %v and uptime of %v", w.cloud.askedIdle, w.cloud.askedUp)
			}
			if codesOf(r)["ecd-0000"] != Stopped {
				t.Errorf("%v", codesOf(r))
			}
		})
	}
}

// TestUnknownTimesLeaveAlone also where the cloud would not say.
func TestUnknownTimesLeaveAlone(t *testing.T) {
	w := newWorld(t, running(2)...)
	w.Permit = allow(ActionSubmit, ActionStop, ActionStopAll)
	w.Rules.Grace = time.Hour
	w.cloud.spanErr = &CloudError{Class: CloudForbidden, Op: "DescribeDesktopSessions"}
	r := w.carry(t, Request{RegionId: "cn-hangzhou", All: true})
	wantCodes(t, r, map[string]Code{"ecd-0000": IdleUnknown, "ecd-0001": IdleUnknown})
}

// TestPagesThatRepeat: the fleet moves while it is read, and a desktop on two
// pages is one desktop.
func TestPagesThatRepeat(t *testing.T) {
	w := newWorld(t, running(3)...)
	w.Permit, w.Fleet = allow(ActionSubmit, ActionStop, ActionStopAll), stutter{w.cloud}
	r := w.carry(t, Request{RegionId: "cn-hangzhou", All: true})
	wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": Stopped, "ecd-0002": Stopped})
}

// percentPermit wants to know the percentage and refuses more than most.
type percentPermit struct {
	most  int
	asked []Ask
}

func (*percentPermit) AsksPercent() bool { return true }

func (p *percentPermit) Permitted(_ context.Context, a Ask) Verdict {
	p.asked = append(p.asked, a)
	return Verdict{Allowed: a.Percent <= p.most}
}

// TestPolicyHearsOfTheWholeRequest: every question about a desktop says how many
// are asked for, and how much of what runs that is, rounded up.
func TestPolicyHearsOfTheWholeRequest(t *testing.T) {
	fleet := running(7)
	for i := range fleet[:3] {
		fleet[i].Tags = map[string]string{"env": "dev"}
	}
	q := Request{RegionId: "cn-hangzhou", Select: &Selection{Tag: []Tag{{"env", "dev"}}}}
	for most, want := range map[int]Code{42: NotPermitted, 43: Stopped} {
		w := newWorld(t, fleet...)
		p := &percentPermit{most: most}
		w.Permit = p
		r := w.carry(t, q)
		wantCodes(t, r, map[string]Code{"ecd-0000": want, "ecd-0001": want, "ecd-0002": want})
		for _, a := range p.asked {
			if a.Desktop != nil && (a.Count != 3 || a.Percent != 43 || a.Caller.Name != "nightly") {
				t.Fatalf("asked %+v", a)
			}
		}
	}
}

// TestTwoRegions are read side by side, and each is called on its own.
func TestTwoRegions(t *testing.T) {
	fleet := running(4)
	fleet[1].RegionId, fleet[3].RegionId = "cn-shanghai", "cn-shanghai"
	w := newWorld(t, fleet...)
	w.Permit = allow(ActionSubmit, ActionStop, ActionStopAll)
	r := w.carry(t, Request{All: true, Select: &Selection{RegionId: []string{"cn-hangzhou", "cn-shanghai"}}})
	if r.Counts[Stopped] != 4 || len(w.cloud.stops) != 2 {
		t.Fatalf("%v in %d calls", r.Counts, len(w.cloud.stops))
	}
	for _, c := range w.cloud.stops {
		for _, id := range c.DesktopId {
			if w.cloud.desktops[id].RegionId != c.RegionId {
				t.Errorf("%s was called in %s", id, c.RegionId)
			}
		}
	}
	wantRegion := func(region string, n int) {
		w := newWorld(t, fleet...)
		w.Permit = allow(ActionSubmit, ActionStop, ActionStopAll)
		if r := w.carry(t, Request{All: true, RegionId: region}); len(r.Outcomes) != n {
			t.Errorf("%s: %d outcomes, want %d", region, len(r.Outcomes), n)
		}
	}
	wantRegion("cn-hangzhou", 2)
	wantRegion("cn-shanghai", 2)
}
