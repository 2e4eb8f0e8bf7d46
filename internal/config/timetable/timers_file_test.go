package timetable

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/document/documenttest"
	"stopdesktops/internal/core"
)

var testAround = Surroundings{Zone: zoneOf("Asia/Shanghai"), Calendars: map[string]calendar.Calendar{"china": {Name: "china", Years: []int{2027}}}}

func zoneOf(name string) *time.Location {
	zone, ok := calendar.Zone(name)
	if !ok {
		panic(name)
	}
	return zone
}

var testRules = core.Rules{Regions: []string{"cn-hangzhou", "cn-beijing"}}

// one is timers.yaml with one timer, whose lines follow its name.
func one(lines string) string { return "Timers:\n- Name: a\n" + lines }

const (
	cronLine    = "  Cron: 0 0 20 * * *\n"
	requestLine = "  Request: {RegionId: cn-hangzhou, DesktopId: [ecd-1]}\n"
)

// TestBadTimers holds the messages for timers.yaml to the letter.
func TestBadTimers(t *testing.T) {
	const (
		cron     = `want six fields as in the trigger (second minute hour day month weekday), UTC unless CRON_TZ=<zone> stands before them, such as "CRON_TZ=Asia/Shanghai 0 0 20 * * *"`
		name     = "want 1 to 40 lower-case letters, digits and dashes"
		late     = "want a duration from 1m to 12h, such as 15m"
		request  = "want a request: RegionId, DesktopId, ..."
		schedule = "f:3:9: found "
	)
	withCron := func(expression string) string { return one("  Cron: " + expression + "\n" + requestLine) }
	withRequest := func(lines string) string { return one(cronLine + "  Request:\n" + lines) }
	for _, c := range []struct{ name, text, want string }{
		{"no YAML", "Timers: [", `f:2:1: is not YAML: did not find expected node content, while parsing a flow node of line 2`},
		{"a list", "- Name: a", `f:1:1: found a list; want Timers: and a list of timers`},
		{"a word", "Timers", `f:1:1: found "Timers"; want Timers: and a list of timers`},
		{"no Timers", "{}", `f:1:1: Timers is missing; want a list of timers, or [] for none`},
		{"small letters", "timers: []", "f:1:1: found the key \"timers\"; want Timers"},
		{"unknown key", "Timers: []\nVersion: 2", `f:2:1: found the key "Version"; want Timers, Schedules`},
		{"Timers twice", "Timers: []\nTimers: []", `f:2:1: found the key Timers again; want each key once`},
		{"Timers without a value", "Timers:", `f:1:8: found nothing; want a list of timers, or [] for none`},
		{"one timer, no list", "Timers:\n  Name: a", `f:2:3: found keys and values; want a list of timers, or [] for none`},
		{"a word for a timer", "Timers: [a]", `f:1:10: found "a"; want a timer: Name, Cron, Zone, Calendar, OnlyOn, Between, LateAfter, Announce, Channel, DryRun, Request`},
		{"an empty timer", "Timers: [{}]", "f:1:10: Name is missing; want 1 to 40 lower-case letters, digits and dashes\nf:1:10: Cron is missing; " + cron + "\nf:1:10: Request is missing; " + request},
		{"unknown key of a timer", one(cronLine + requestLine + "  Lateafter: 5m\n"), `f:5:3: found the key "Lateafter"; want LateAfter`},
		{"key of another time", one(cronLine + requestLine + "  Schedule: x\n"), `f:5:3: found the key "Schedule"; want Name, Cron, Zone, Calendar, OnlyOn, Between, LateAfter, Announce, Channel, DryRun, Request`},
		{"key twice", one(cronLine + cronLine + requestLine), `f:4:3: found the key Cron again; want each key once`},

		{"capitals in a name", strings.Replace(one(cronLine+requestLine), "Name: a", "Name: Nightly", 1), `f:2:9: found "Nightly"; ` + name},
		{"long name", strings.Replace(one(cronLine+requestLine), "Name: a", "Name: "+strings.Repeat("x", 41), 1), `f:2:9: found "` + strings.Repeat("x", 41) + `"; ` + name},
		{"name twice", one(cronLine+requestLine) + "- Name: a\n" + cronLine + requestLine, `f:5:9: found "a", which is the name of the timer on line 2; want another name`},

		{"five fields", withCron("0 20 * * *"), schedule + `"0 20 * * *" (it has 5 fields, not 6); ` + cron},
		{"@every", withCron("\"@every 4m\""), schedule + `"@every 4m" (@every has no fixed instants, so nobody could tell a tick of the trigger from a forged one); ` + cron},
		{"@daily", withCron("\"@daily\""), schedule + `"@daily" (it has 1 field, not 6); ` + cron},
		{"minute 61", withCron("0 61 * * * *"), schedule + `"0 61 * * * *" (end of range (61) above maximum (59): "61"); ` + cron},
		{"no such zone", withCron("CRON_TZ=Mars/North 0 0 20 * * *"), schedule + `"CRON_TZ=Mars/North 0 0 20 * * *" (there is no zone "Mars/North"); ` + cron},
		{"local zone", withCron("CRON_TZ=Local 0 0 20 * * *"), schedule + `"CRON_TZ=Local 0 0 20 * * *" (the zone is left to the machine); ` + cron},
		{"empty zone", withCron("CRON_TZ= 0 0 20 * * *"), schedule + `"CRON_TZ= 0 0 20 * * *" (the zone is left to the machine); ` + cron},
		{"another prefix", withCron("TZ=Asia/Shanghai 0 0 20 * * *"), schedule + `"TZ=Asia/Shanghai 0 0 20 * * *" (it has 7 fields, not 6); ` + cron},
		{"never", withCron("0 0 20 31 2 *"), schedule + `"0 0 20 31 2 *" (no such day comes within five years); ` + cron},
		{"day and weekday", withCron("0 0 20 13 * FRI"), schedule + `"0 0 20 13 * FRI" (it names both a day of the month and a weekday, which some cron programs take as either and some as both); ` + cron},
		{"a list of crons", withCron("[a]"), `f:3:9: found a list; ` + cron},

		{"late without a unit", one(cronLine + requestLine + "  LateAfter: 15\n"), `f:5:14: found "15"; ` + late},
		{"late too short", one(cronLine + requestLine + "  LateAfter: 59s\n"), `f:5:14: found "59s"; ` + late},
		{"late too long", one(cronLine + requestLine + "  LateAfter: 12h1s\n"), `f:5:14: found "12h1s"; ` + late},

		{"a word for a request", one(cronLine + "  Request: all\n"), `f:4:12: found "all"; ` + request},
		{"unknown field", withRequest("    RegionId: cn-hangzhou\n    DesktopIds: [ecd-1]\n"), `f:6:5: DesktopIds is not a known field; did you mean DesktopId?`},
		{"field twice", withRequest("    RegionId: cn-hangzhou\n    DesktopId: [ecd-1]\n    RegionId: cn-beijing\n"), `f:7:5: RegionId is given twice; give it once`},
		{"a number for an id", withRequest("    RegionId: cn-hangzhou\n    DesktopId:\n    - ecd-1\n    - 2\n"), `f:8:7: DesktopId[1] is the number "2", want a string`},
		{"yes is a word", withRequest("    RegionId: cn-hangzhou\n    DesktopId: [ecd-1]\n    DryRun: yes\n"), `f:7:5: DryRun is the string "yes", want true or false`},
		{"null", withRequest("    RegionId:\n    DesktopId: [ecd-1]\n"), `f:5:5: RegionId is null; give a string or leave it out`},
		{"no desktop", withRequest("    RegionId: cn-hangzhou\n"), `f:5:5: DesktopId must name at least one desktop; nothing missing ever means all`},
		{"bad desktop", withRequest("    RegionId: cn-hangzhou\n    DesktopId: [ecd-1, all]\n"), `f:6:24: DesktopId[1] is "all"; want a desktop id such as ecd-7w78ozhjcwa3u`},
		{"bad region", withRequest("    RegionId: evil@host\n    DesktopId: [ecd-1]\n"), `f:5:5: RegionId is "evil@host"; want a region id such as cn-hangzhou`},
		{"region of others", withRequest("    RegionId: cn-shanghai\n    DesktopId: [ecd-1]\n"), `f:5:5: RegionId is "cn-shanghai"; this deployment serves cn-hangzhou, cn-beijing`},
		{"bad mode", withRequest("    RegionId: cn-hangzhou\n    DesktopId: [ecd-1]\n    StoppedMode: Off\n"), `f:7:5: StoppedMode is "Off"; want one of StopCharging, KeepCharging`},
		{"other contract", withRequest("    RegionId: cn-hangzhou\n    DesktopId: [ecd-1]\n    ClientOS: x\n"), `f:7:5: ClientOS belongs to the client contract (StopDesktops 2020-10-02); give a ClientId with it or leave it out`},
		{"tokens", withRequest("    RegionId: cn-hangzhou\n    DesktopId: [ecd-1]\n    ClientId: c\n    LoginToken: hunter2\n    SessionId: hunter2\n    SessionToken: hunter2\n    ClientToken: same\n"),
			`f:8:5: found LoginToken; want a request without it: an end user's token is not written into a file
f:9:5: found SessionId; want a request without it: an end user's session is not written into a file
f:10:5: found SessionToken; want a request without it: an end user's token is not written into a file
f:11:5: found ClientToken; want a request without it: the same token every night would make every night the same call to the cloud; leave it out and each run gets its own`},
		{"everything of two timers", "Timers:\n- Name: A\n  Cron: x\n  Request: {RegionId: x}\n- {Name: b, LateAfter: 1s}\n", `f:2:9: found "A"; ` + name + `
f:3:9: found "x" (it has 1 field, not 6); ` + cron + `
f:4:12: DesktopId must name at least one desktop; nothing missing ever means all
f:4:13: RegionId is "x"; want a region id such as cn-hangzhou
f:5:3: Cron is missing; ` + cron + `
f:5:3: Request is missing; ` + request + `
f:5:24: found "1s"; ` + late},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, problems := Parse("f", []byte(c.text), testAround, testRules, false)
			if table.Timers != nil || table.Schedules != nil || problems.Error() != c.want {
				t.Errorf("table %v and\n%s\nwant\n%s", table, problems, c.want)
			}
			if strings.Contains(problems.Error(), "hunter2") {
				t.Error("a secret is shown")
			}
		})
	}
}

func TestTimersAboveTheCeiling(t *testing.T) {
	rules := testRules
	rules.Ceilings = map[core.Door]int{core.Timer: 1}
	_, problems := Parse("f", []byte(one(cronLine+"  Request: {RegionId: cn-hangzhou, DesktopId: [ecd-1, ecd-2]}\n")), testAround, rules, false)
	if want := `f:4:12: The request names 2 desktops; the most for one timer request is 1. Nothing was done; send smaller requests.`; problems.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", problems, want)
	}
}

func TestGoodTimers(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":       {"", "[]"},
		"only comments": {"# none yet\n", "[]"},
		"none":          {"Timers: []", "[]"},
		"short":         {one(cronLine + requestLine), `[a "0 0 20 * * *" 15m0s {"RegionId":"cn-hangzhou","DesktopId":["ecd-1"]}]`},
		"all of it": {"Timers:\n- Name: b-2\n  Cron: \"CRON_TZ=Europe/Berlin  0 30 20 ? * MON-THU\"\n  LateAfter: 12h\n  Request:\n    RegionId: cn-beijing\n    DesktopId:\n    - ecd-1\n    - \"ecd-2\"\n    ClientId: 'c'\n    OsUpdate: false\n    Force: True\n    DryRun: true\n    Reason: \"2027-01-01\"\n",
			`[b-2 "CRON_TZ=Europe/Berlin 0 30 20 ? * MON-THU" 12h0m0s {"RegionId":"cn-beijing","DesktopId":["ecd-1","ecd-2"],"OsUpdate":false,"ClientId":"c","DryRun":true,"Force":true,"Reason":"2027-01-01"}]`},
		"a date is a word": {one(cronLine + "  Request: {RegionId: cn-hangzhou, DesktopId: [ecd-1], Reason: 2027-01-01}\n"), `[a "0 0 20 * * *" 15m0s {"RegionId":"cn-hangzhou","DesktopId":["ecd-1"],"Reason":"2027-01-01"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			table, problems := Parse("f", []byte(c.text), testAround, testRules, false)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			got := make([]string, len(table.Timers))
			for i, timer := range table.Timers {
				got[i] = fmt.Sprintf("%s %q %s %s", timer.Name, timer.Cron, timer.LateAfter, requestJSON(t, timer.Request))
			}
			if fmt.Sprint(got) != c.want {
				t.Errorf("got\n%v\nwant\n%s", got, c.want)
			}
		})
	}
}

// FuzzTimers looks for a file that makes the parser panic or hang, a problem
// outside the file, and a timer that is let through with something wrong.
func FuzzTimers(f *testing.F) {
	for _, s := range []string{"", goodKeys, one(cronLine + requestLine), "Timers: [{Name: a, Cron: '* * * * * *', LateAfter: 1h, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-1], Reason: 0x1f}}]",
		"Timers:\n  - Name: nightly-dev\n    Cron: \"CRON_TZ=Asia/Shanghai 0 0 20 * * *\"\n    Request: {RegionId: cn-hangzhou, DesktopId: [ecd-1, ecd-2], StoppedMode: StopCharging, DryRun: true}\n",
		"Timers: &a [*a]", "? [x]\n: y", "<<: {a: b}", "a: !!int x", "%YAML 1.2\n---\nTimers: []", "Timers:\n- Name: .inf\n  Cron: 1e400\n  Request: {OsUpdate: 1_0}", "{a: {b: [c, {d: e}]}}", "\ufeffTimers: []", "Timers: |\n  x", "Timers: [{Request: {LoginToken: x}}]"} {
		f.Add(s)
	}
	now := at(f, "2027-03-28T01:30:00Z")
	f.Fuzz(func(t *testing.T, text string) {
		table, problems := Parse("f", []byte(text), testAround, testRules, false)
		documenttest.InPlace(t, problems)
		if len(problems) > 0 && (table.Timers != nil || table.Schedules != nil) {
			t.Error("timers beside problems")
		}
		for _, timer := range table.Timers {
			if !document.NameShape.MatchString(timer.Name) || timer.cron.times == nil || timer.Request.CarriesTokens() || testRules.Validate(core.Timer, timer.Request) != nil {
				t.Errorf("timer %+v is let through", timer)
			}
			if d := timer.Decide(now); d.Why == "" || timer.Previous(now).After(now) {
				t.Errorf("timer %+v decides %+v after %s", timer, d, timer.Previous(now))
			}
		}
		for _, schedule := range table.Schedules.All() {
			if _, problem := table.Schedules.Due(schedule.Name, "Europe/Berlin", now.Add(-time.Hour), now); problem != "" {
				t.Errorf("schedule %s: %s", schedule.Name, problem)
			}
		}
	})
}
