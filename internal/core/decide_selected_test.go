package core

import (
	"testing"
	"time"
)

func TestRuleScheduled(t *testing.T) {
	scheduled := Request{Select: &Selection{Scheduled: true}}
	knows := Rules{Schedules: func(schedule, zone string, since, until time.Time) (bool, string) {
		switch {
		case !since.Equal(ruleNow.Add(-time.Hour)) || !until.Equal(ruleNow):
			return false, "asked about another hour"
		case zone == "Mars/Olympus":
			return false, "there is no zone Mars/Olympus"
		case schedule == "team-a":
			return true, ""
		case schedule == "team-b":
			return false, ""
		}
		return false, "timers.yaml has no schedule " + schedule
	}}
	runRules(t, []ruleCase{
		{name: "due", request: scheduled, rules: knows, desktop: tagged(TagSchedule, "team-a")},
		{name: "not due", request: scheduled, rules: knows, desktop: tagged(TagSchedule, "team-b"), code: NoMatch, detail: "its schedule team-b is not due now"},
		{name: "no tag", request: scheduled, rules: knows, code: NoMatch, detail: "its tag stopdesktops:schedule is not what Select says"},
		{name: "no such schedule", request: scheduled, rules: knows, desktop: tagged(TagSchedule, "team-z"), code: ScheduleUnknown, detail: "timers.yaml has no schedule team-z"},
		{name: "no such zone", request: scheduled, rules: knows, desktop: func(d *Desktop) { d.Tags = map[string]string{TagSchedule: "team-a", TagZone: "Mars/Olympus"} },
			code: ScheduleUnknown, detail: "there is no zone Mars/Olympus"},
		{name: "no schedules at all", request: scheduled, desktop: tagged(TagSchedule, "team-a"), code: ScheduleUnknown, detail: "this deployment has no schedules"},
		{name: "tags unknown, and force does not help", request: Request{Select: scheduled.Select, Force: true}, rules: knows, desktop: func(d *Desktop) { d.TagsUnknown = true },
			code: TagsUnknown, detail: "the request goes by tags, so Force does not help"},
		{name: "nobody asked for schedules", request: everything, desktop: tagged(TagSchedule, "team-z")},
	})
}

func TestRuleIdle(t *testing.T) {
	idle := func(d time.Duration) func(*Desktop) { return func(x *Desktop) { x.Idle = d } }
	unknown := func(d *Desktop) { d.IdleKnown = false }
	grace := Rules{Grace: 30 * time.Minute}
	for30 := Request{Select: &Selection{IdleFor: "30m"}}
	runRules(t, []ruleCase{
		{name: "unknown", request: everything, rules: grace, desktop: unknown, code: IdleUnknown},
		{name: "unknown by id", rules: grace, desktop: unknown},
		{name: "unknown, and nobody wants to know", request: everything, desktop: unknown},
		{name: "unknown, not asked yet", request: everything, rules: grace, desktop: unknown, change: func(c *Case) { c.Asked = false }},
		{name: "used in the grace", request: everything, rules: grace, desktop: idle(29 * time.Minute), code: RecentlyUsed, detail: "29m ago, and Grace is 30m"},
		{name: "used just now", request: everything, rules: grace, desktop: idle(20 * time.Second), code: RecentlyUsed, detail: "under a minute ago, and Grace is 30m"},
		{name: "used before the grace", request: everything, rules: grace, desktop: idle(30 * time.Minute)},
		{name: "the request's own grace", request: Request{All: true, Grace: "2h"}, rules: grace, desktop: idle(time.Hour), code: RecentlyUsed, detail: "1h ago, and Grace is 2h"},
		{name: "the request's own grace is none", request: Request{All: true, Grace: "0s"}, rules: grace, desktop: idle(0)},
		{name: "forced in use has no grace", request: Request{All: true, Force: true}, rules: grace, desktop: func(d *Desktop) { d.Connection, d.Idle = ConnConnected, 0 }},
		{name: "idle for too short", request: for30, desktop: idle(29 * time.Minute), code: NoMatch},
		{name: "idle for long enough", request: for30, desktop: idle(30 * time.Minute)},
		{name: "idle for nobody knows", request: for30, desktop: unknown, code: IdleUnknown},
		{name: "excepted", request: Request{All: true, Except: &Selection{IdleFor: "24h"}}, desktop: idle(25 * time.Hour), code: Excepted, detail: "by IdleFor"},
		{name: "not excepted", request: Request{All: true, Except: &Selection{IdleFor: "24h"}}, desktop: idle(23 * time.Hour)},
		{name: "perhaps excepted", request: Request{All: true, Except: &Selection{IdleFor: "24h"}}, desktop: unknown, code: IdleUnknown},
	})
}

func TestRuleUptime(t *testing.T) {
	up := func(d time.Duration) func(*Desktop) { return func(x *Desktop) { x.Up = d } }
	unknown := func(d *Desktop) { d.UpKnown = false }
	least := Rules{MinUptime: 2 * time.Hour}
	runRules(t, []ruleCase{
		{name: "unknown", request: everything, rules: least, desktop: unknown, code: UptimeUnknown},
		{name: "unknown by id", rules: least, desktop: unknown},
		{name: "unknown, and nobody wants to know", request: everything, desktop: unknown},
		{name: "started a short while ago", request: everything, rules: least, desktop: up(90 * time.Minute), code: RecentlyStarted, detail: "1h30m ago, and MinUptime is 2h"},
		{name: "started long ago", request: everything, rules: least, desktop: up(2 * time.Hour)},
		{name: "the request's own", request: Request{All: true, MinUptime: "5m"}, rules: least, desktop: up(10 * time.Minute)},
		{name: "up for too short", request: Request{Select: &Selection{UpFor: "3h"}}, desktop: up(2 * time.Hour), code: NoMatch},
		{name: "up for long enough", request: Request{Select: &Selection{UpFor: "3h"}}, desktop: up(3 * time.Hour)},
		{name: "excepted", request: Request{All: true, Except: &Selection{UpFor: "48h"}}, desktop: up(48 * time.Hour), code: Excepted, detail: "by UpFor"},
		{name: "uptime has its word before idle time", request: everything, rules: Rules{MinUptime: time.Hour, Grace: time.Hour}, desktop: func(d *Desktop) { d.UpKnown, d.IdleKnown = false, false }, code: UptimeUnknown},
	})
}

func TestRuleSelected(t *testing.T) {
	dev := Request{Select: &Selection{Tag: []Tag{{"env", "dev"}}}}
	idle := Request{Select: &Selection{Tag: []Tag{{"env", "dev"}}, DesktopStatus: []string{"Running"}, ConnectionStatus: []string{"Disconnected"}}}
	planned := func(c *Case) { c.Planned = true }
	runRules(t, []ruleCase{
		{name: "matches", request: dev},
		{name: "another value", request: dev, desktop: tagged("env", "prod"), code: NoMatch, detail: "its Tag is not what Select says"},
		{name: "tags unknown", request: dev, desktop: func(d *Desktop) { d.TagsUnknown, d.Tags = true, nil }, code: TagsUnknown, detail: "the request goes by tags, so Force does not help"},
		{name: "tags unknown, and only Except is about tags", request: Request{All: true, Force: true, Except: &Selection{Tag: []Tag{{Key: "env"}}}},
			desktop: func(d *Desktop) { d.TagsUnknown = true }, code: TagsUnknown, detail: "the request goes by tags, so Force does not help"},
		{name: "a state that it no longer has", request: idle, desktop: func(d *Desktop) { d.Status = StatusStopped }, code: NoMatch, detail: "its DesktopStatus is not what Select says"},
		{name: "the same once it is planned", request: idle, desktop: func(d *Desktop) { d.Status = StatusStopped }, change: planned, code: AlreadyStopped},
		{name: "connected once it is planned", request: idle, desktop: func(d *Desktop) { d.Connection = ConnConnected }, change: planned, code: Connected},
		{name: "an unheard-of connection is Unknown", request: Request{All: true, Except: &Selection{ConnectionStatus: []string{"Unknown"}}},
			desktop: func(d *Desktop) { d.Connection = "Hm" }, code: Excepted, detail: "by ConnectionStatus"},
		{name: "not permitted tells nothing else", request: dev, may: may(), desktop: tagged("env", "prod"), code: NotPermitted, detail: "the policy does not permit : action stop on it; ask whoever keeps the policy"},
		{name: "a preview needs its own right", request: Request{All: true, DryRun: true}, may: may(ActionStop), code: NotPermitted, detail: "the policy does not permit : action preview on it; ask whoever keeps the policy"},
		{name: "gone", request: Request{DesktopId: []string{"ecd-a"}}, change: func(c *Case) { c.Found = false }, code: NotFound},
	})
}

// TestExceptNamesItsWord: of Except any one word suffices, and says which.
func TestExceptNamesItsWord(t *testing.T) {
	for word, s := range map[string]*Selection{
		"DesktopId": {DesktopId: []string{"ecd-b", "ecd-a"}}, "Tag": {Tag: []Tag{{"env", "prod"}, {Key: "env"}}}, "EndUserId": {EndUserId: []string{"alice"}},
		"OfficeSiteId": {OfficeSiteId: []string{"site-1"}}, "ResourceGroupId": {ResourceGroupId: []string{"rg-0", "rg-1"}}, "DesktopName": {DesktopName: []string{"d*1"}},
		"ChargeType": {ChargeType: []string{"PostPaid"}}, "DesktopStatus": {DesktopStatus: []string{"Running"}}, "ConnectionStatus": {ConnectionStatus: []string{"Disconnected"}},
		"DesktopGroupId": {DesktopGroupId: []string{"dg-1"}},
	} {
		q := Request{Select: &Selection{EndUserId: []string{"alice"}, Pooled: true}, Except: s}
		runRules(t, []ruleCase{{name: word, request: q, desktop: func(d *Desktop) { d.DesktopGroupId = "dg-1" }, code: Excepted, detail: "by " + word}})
	}
}
