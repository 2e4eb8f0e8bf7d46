package core

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// scenario is what a seed makes of a run before it begins: the fleet, what is
// asked, and how much goes wrong.
type scenario struct {
	door    Door
	caller  Caller
	request Request
	wait    time.Duration // of a webhook
	unasked bool
	first   RunID
	rules   Rules
	fleet   []simDesktop

	mayForce, asksPercent bool
	forbidden             map[string]bool

	// How often a call goes wrong, and an invocation is killed.
	stopRate, lookRate, journalRate, brakeRate, queueRate, killRate float64
	troubleFor                                                      time.Duration
	retries                                                         int             // of an event, by the platform
	invocation                                                      []time.Duration // how long invocations may last
	partly                                                          bool            // a call that is refused whole stops what comes before the bad desktop
	strict                                                          bool            // the cloud refuses desktops that do not run
	haltAfter, freezeAfter                                          time.Duration
	restless                                                        bool // people come and go
}

func (s scenario) String() string {
	return fmt.Sprintf("%+v\nrules %+v\nfaults: stop %.2f look %.2f journal %.2f brake %.2f queue %.2f kill %.2f for %s, retries %d, invocations %v, partly %t, strict %t",
		s.request, s.rules, s.stopRate, s.lookRate, s.journalRate, s.brakeRate, s.queueRate, s.killRate, s.troubleFor, s.retries, s.invocation, s.partly, s.strict)
}

var simRegions = []string{"cn-hangzhou", "cn-shanghai", "ap-southeast-1"}

func oneOf[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// chance is true so many times out of one.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

func newScenario(r *rand.Rand, now time.Time) scenario {
	s := scenario{door: oneOf(r, Timer, Timer, Webhook, Slack, Terminal), mayForce: chance(r, 0.6), asksPercent: chance(r, 0.2), forbidden: map[string]bool{},
		troubleFor: time.Duration(2+r.IntN(30)) * time.Minute, retries: r.IntN(4), partly: chance(r, 0.2), strict: chance(r, 0.7), restless: chance(r, 0.6)}
	s.caller = Caller{Door: s.door, Name: "alice"}
	s.rules = Rules{Regions: simRegions[:2+r.IntN(2)], Batch: oneOf(r, 0, 1, 3, 20, 100), Wait: oneOf(r, 0, 0, 20*time.Second, time.Minute),
		Canary: oneOf(r, 0, 1, 3, 3), Concurrency: 1 + r.IntN(4), MaxFailures: oneOf(r, "", "", "10%", "2"), Grace: oneOf(r, 0, 0, 30*time.Minute), MinUptime: oneOf(r, 0, 0, 0, 10*time.Minute)}
	if chance(r, 0.1) {
		s.rules.Ceilings = map[Door]int{s.door: 1 + r.IntN(10)}
	}
	if chance(r, 0.1) {
		s.rules.Percents = map[Door]int{s.door: 5 + r.IntN(90)}
	}
	s.invocation = oneOf(r, []time.Duration{5 * time.Minute}, []time.Duration{5 * time.Minute}, []time.Duration{time.Minute}, []time.Duration{30 * time.Second, 2 * time.Minute}, []time.Duration{15 * time.Second})
	if rate := oneOf(r, 0, 0.02, 0.1, 0.3); rate > 0 {
		for _, p := range []*float64{&s.stopRate, &s.lookRate, &s.journalRate, &s.brakeRate, &s.queueRate} {
			if chance(r, 0.5) {
				*p = rate
			}
		}
		s.brakeRate /= 3
		s.journalRate /= 4 // an attempt writes and reads a dozen records
	}
	s.killRate = oneOf(r, 0, 0, 0.3, 0.8)
	if chance(r, 0.12) {
		s.haltAfter = time.Duration(r.IntN(int(time.Minute)))
	}
	if chance(r, 0.1) {
		s.freezeAfter = time.Duration(r.IntN(int(2 * time.Minute)))
	}
	s.fleet = newFleet(r, s.rules.Regions, now)
	for _, d := range s.fleet {
		s.forbidden[d.DesktopId] = chance(r, 0.05)
	}
	s.request = newRequest(r, s.door, s.fleet, s.rules.Regions)
	s.wait = oneOf(r, 0, 0, 10*time.Second)
	s.unasked = chance(r, 0.3)
	s.first = fakeKeys{}.RunIDs(s.door, s.caller.Name, "d1")[0]
	if s.door == Timer {
		s.first = fakeKeys{}.RunIDs(s.door, s.caller.Name, now.UTC().Format(time.RFC3339))[0]
	}
	return s
}

// newFleet makes desktops of every kind, most of them ready to be stopped.
func newFleet(r *rand.Rand, regions []string, now time.Time) []simDesktop {
	n := oneOf(r, 1+r.IntN(6), 5+r.IntN(30), 5+r.IntN(30), 40+r.IntN(120))
	var fleet []simDesktop
	for i := range n {
		d := Desktop{RegionId: oneOf(r, regions...), DesktopId: fmt.Sprintf("ecd-%04d", i), DesktopName: oneOf(r, "dev", "build", "qa") + fmt.Sprint(i),
			Status: StatusRunning, Connection: ConnDisconnected, ChargeType: "PostPaid", DesktopType: "eds.general.2c4g", OfficeSiteId: oneOf(r, "site-1", "site-2"),
			EndUserIds: []string{oneOf(r, "alice", "bob", "carol")}, Tags: map[string]string{"env": oneOf(r, "dev", "dev", "prod")}, ManagementFlags: []string{FlagNone}}
		switch r.IntN(20) {
		case 0, 1:
			d.Status = oneOf(r, "Stopped", "Stopping", "Starting", "Pending", "Rebuilding", "Expired", "Deleted", "Fota", "")
		case 2:
			d.Connection = oneOf(r, "Connected", "Unknown", "", "Connecting")
		case 3:
			d.ManagementFlags = []string{oneOf(r, "Migrating", "UnderMaintenance", "Hibernated", "NoSuchFlag")}
		case 4:
			d.Tags[oneOf(r, TagKeep, TagKeepUntil)] = oneOf(r, "", "no", "yes", now.Add(time.Hour).Format(time.RFC3339), now.Add(-time.Hour).Format(time.RFC3339))
		case 5:
			d.ChargeType, d.HourPackage = ChargePrePaid, chance(r, 0.5)
		case 6:
			d.DesktopGroupId = "dg-pool"
		case 7:
			d.TagsUnknown, d.Tags = true, nil
		}
		fleet = append(fleet, simDesktop{Desktop: d, idle: time.Duration(r.IntN(120)) * time.Minute, up: time.Duration(r.IntN(120)) * time.Minute, unknown: chance(r, 0.05)})
		if i > 0 && chance(r, 0.01) {
			fleet[i].DesktopId = fleet[i-1].DesktopId // the same id once more, in another region or not
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(fleet, func(d simDesktop) bool {
		twice := seen[d.key()]
		seen[d.key()] = true
		return twice
	})
}

// newRequest asks for some of the fleet in one of the ways that the door knows.
func newRequest(r *rand.Rand, door Door, fleet []simDesktop, regions []string) Request {
	q := Request{Force: chance(r, 0.2), DryRun: chance(r, 0.08), StoppedMode: oneOf(r, "", "", "StopCharging", "KeepCharging"), MaxFailures: oneOf(r, "", "", "", "0", "1", "20%")}
	if chance(r, 0.3) {
		n := r.IntN(6)
		q.Canary = &n
	}
	if chance(r, 0.1) {
		q.ClientId, q.StoppedMode = "client", ""
		if door == Webhook && chance(r, 0.3) {
			q.LoginToken = "v1"
		}
	}
	if chance(r, 0.45) {
		region := oneOf(r, regions...)
		for _, d := range fleet {
			if d.RegionId == region && chance(r, 0.8) || chance(r, 0.02) {
				q.DesktopId = append(q.DesktopId, d.DesktopId)
			}
		}
		if len(q.DesktopId) == 0 || chance(r, 0.2) {
			q.DesktopId = append(q.DesktopId, "ecd-gone")
		}
		if q.RegionId = region; door == Slack && chance(r, 0.5) {
			q.RegionId = ""
		}
		return q
	}
	pick := &Selection{RegionId: oneOf(r, []string{allRegions}, []string{regions[0]}, regions[:2])}
	switch r.IntN(8) {
	case 0:
		pick.EndUserId = []string{"alice", "bob"}
	case 1:
		pick.DesktopName = []string{"dev*", "*1"}
	case 2:
		pick.IdleFor = "20m"
	case 3:
		pick.UpFor = "20m"
	case 4:
		q.All = true
	default:
		pick.Tag = []Tag{{"env", "dev"}}
	}
	pick.Pooled = chance(r, 0.2)
	if chance(r, 0.2) {
		pick.DesktopStatus = []string{"Running"}
	}
	q.Select = pick
	if chance(r, 0.3) {
		q.Except = oneOf(r, &Selection{EndUserId: []string{"carol"}}, &Selection{Tag: []Tag{{Key: "env", Value: "prod"}}}, &Selection{OfficeSiteId: []string{"site-2"}},
			&Selection{DesktopStatus: []string{"Stopped", "Stopping"}}, &Selection{ConnectionStatus: []string{"Connected"}})
	}
	q.Grace, q.MinUptime = oneOf(r, "", "", "", "10m"), oneOf(r, "", "", "", "5m")
	return q
}

// Permitted is the scenario's policy.
func (s *simulation) Permitted(_ context.Context, a Ask) Verdict {
	switch {
	case a.Action == ActionForce && !s.mayForce, a.Desktop != nil && s.forbidden[a.Desktop.DesktopId]:
		return Verdict{}
	}
	return Verdict{Allowed: a.Action != ActionUnasked || s.unasked}
}

func (s *simulation) AsksPercent() bool { return s.asksPercent }

// keyOf tells desktops of all regions apart.
func keyOf(region, id string) string { return region + "/" + id }

func (d *simDesktop) key() string { return keyOf(d.RegionId, d.DesktopId) }
