package core

import (
	"fmt"
	"log/slog"
	"testing"
	"time"
)

// decideMost is how many allocations one decision may make, the policy engine
// apart: a case, the question to the policy, and words for the person.
const decideMost = 3

// fleetOf makes n desktops of which most are fit to be stopped, with every
// reason among the rest.
func fleetOf(n int) []Desktop {
	changes := []func(*Desktop){
		nil, nil, nil, nil, nil, nil,
		func(d *Desktop) { d.Status = StatusStopped },
		func(d *Desktop) { d.Connection = ConnConnected },
		func(d *Desktop) { d.ChargeType = ChargePrePaid },
		func(d *Desktop) { d.Idle = time.Minute },
		func(d *Desktop) { d.Up = time.Minute },
		func(d *Desktop) { d.ManagementFlags = []string{"Migrating"} },
		func(d *Desktop) { d.DesktopGroupId = "dg-1" },
		func(d *Desktop) { d.Tags = map[string]string{"env": "dev", TagKeepUntil: "2027-03-05T05:00:00+08:00"} },
		func(d *Desktop) { d.EndUserIds = []string{"carol"} },
	}
	fleet := make([]Desktop, n)
	for i := range fleet {
		fleet[i] = free(changes[i%len(changes)])
		fleet[i].DesktopId = fmt.Sprintf("ecd-%06d", i)
	}
	return fleet
}

// decider is a planner of a nightly selection, with a policy that permits
// everything at no cost.
func decider() *planner {
	rec := &RequestRecord{Caller: Caller{Door: Timer, Name: "nightly"}, Request: Request{RegionId: "cn-hangzhou",
		Select: &Selection{Tag: []Tag{{"env", "dev"}}}, Except: &Selection{EndUserId: []string{"carol"}}}}
	r := &Runner{Rules: Rules{Grace: 30 * time.Minute, MinUptime: 10 * time.Minute}, Permit: permitFunc(func(Ask) bool { return true }),
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return ruleNow }}
	return &planner{Runner: r, rec: rec, terms: r.Rules.termsOf(rec), looked: true, percent: -1}
}

// decideOne is a decision as the planner makes it.
func (p *planner) decideOne(b testing.TB, d *Desktop) Entry {
	c := p.caseOf(b.Context(), d, true)
	c.Asked = true
	return p.worth(decide(c), d)
}

// TestDecisionsAreCheap bounds the allocations of every kind of decision that a
// nightly selection meets by the thousand.
func TestDecisionsAreCheap(t *testing.T) {
	p := decider()
	seen := map[Code]bool{}
	for _, d := range fleetOf(15) {
		var e Entry
		if n := testing.AllocsPerRun(100, func() { e = p.decideOne(t, &d) }); n > decideMost {
			t.Errorf("%s %q: %.0f allocations, at most %d", e.Code, e.Detail, n, decideMost)
		}
		seen[e.Code] = true
	}
	if len(seen) != 10 {
		t.Errorf("the fleet has %d kinds of decision: %v", len(seen), seen)
	}
}

const benched = 100_000

// BenchmarkDecide100k decides about 100,000 desktops, the policy engine apart.
func BenchmarkDecide100k(b *testing.B) {
	fleet, p := fleetOf(benched), decider()
	b.ReportAllocs()
	for b.Loop() {
		stops := 0
		for i := range fleet {
			if p.decideOne(b, &fleet[i]).Stop {
				stops++
			}
		}
		if stops != benched/15*6+6 {
			b.Fatalf("%d stops", stops)
		}
	}
}

// BenchmarkBareLoop100k is the baseline: the same fleet asked the plainest
// questions in a loop, without words for anybody.
func BenchmarkBareLoop100k(b *testing.B) {
	fleet := fleetOf(benched)
	b.ReportAllocs()
	for b.Loop() {
		stops := 0
		for i := range fleet {
			d := &fleet[i]
			if d.Tags["env"] == "dev" && d.EndUserIds[0] != "carol" && d.DesktopGroupId == "" && d.Status == StatusRunning && d.ManagementFlags[0] == FlagNone &&
				d.Tags[TagKeepUntil] == "" && d.Connection == ConnDisconnected && d.ChargeType != ChargePrePaid && d.Up >= 10*time.Minute && d.Idle >= 30*time.Minute {
				stops++
			}
		}
		if stops != benched/15*6+6 {
			b.Fatalf("%d stops", stops)
		}
	}
}
