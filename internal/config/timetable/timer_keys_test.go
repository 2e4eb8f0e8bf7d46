package timetable

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

// TestBadTimerKeys holds the messages for the keys that say when, where and
// whether a timer runs.
func TestBadTimerKeys(t *testing.T) {
	const (
		zone     = "want the name of a time zone such as Asia/Shanghai"
		date     = "want a date such as 2027-01-01"
		announce = "want a duration from 5m to 12h, such as 30m"
		channel  = "want a Slack channel id, C... or G..., as at the end of the channel's details"
		stop     = "want a local time from 00:00 to 23:59, such as 19:30, or a list of them, each once"
	)
	with := func(lines string) string { return one(cronLine + requestLine + lines) }
	scheduled := func(lines string) string {
		return one(cronLine + "  Request: {Select: {RegionId: [all], Scheduled: true}}\n" + lines)
	}
	schedule := func(lines string) string { return "Timers: []\nSchedules:\n- Name: office\n" + lines }
	for _, c := range []struct{ name, text, want string }{
		{"no such zone", with("  Zone: Mars/North\n"), `f:5:9: found "Mars/North"; ` + zone},
		{"the machine's zone", with("  Zone: Local\n"), `f:5:9: found "Local"; ` + zone},
		{"zone beside CRON_TZ", one("  Cron: CRON_TZ=Europe/Berlin 0 0 20 * * *\n" + requestLine + "  Zone: Asia/Shanghai\n"), `f:5:9: found "Asia/Shanghai" beside CRON_TZ=Europe/Berlin; want the same zone, or only one of the two`},
		{"no such calendar", with("  Calendar: chna\n  OnlyOn: workdays\n"), `f:5:13: found "chna"; want china`},
		{"calendar far off", with("  Calendar: germany\n  OnlyOn: workdays\n"), `f:5:13: found "germany"; want the name of a file in calendars/: china`},
		{"calendar for nothing", with("  Calendar: china\n"), `f:5:13: found a calendar beside OnlyOn: any; want OnlyOn: workdays or holidays with it, because on any day it runs whatever the calendar says`},
		{"a list of calendars", with("  Calendar: [china]\n  OnlyOn: workdays\n"), `f:5:13: found a list; want the name of a file in calendars/: china`},
		{"kind of day", with("  OnlyOn: weekdays\n"), `f:5:11: found "weekdays"; want workdays, holidays or any`},
		{"a misspelt kind of day", with("  OnlyOnn: workdays\n  Calendar: china\n"), `f:5:3: found the key "OnlyOnn"; want OnlyOn`},
		{"a calendar beside a wrong kind of day", with("  OnlyOn: Any\n  Calendar: china\n"), `f:5:11: found "Any"; want workdays, holidays or any`},
		{"no dates", with("  Between: []\n"), `f:5:12: found a list; want a list of {From, To} dates, both included`},
		{"one range, no list", with("  Between: {From: 2027-01-01, To: 2027-01-02}\n"), `f:5:12: found keys and values; want a list of {From, To} dates, both included`},
		{"dates", with("  Between: [{From: 2027-02-29, To: tomorrow}]\n"), `f:5:20: found "2027-02-29"; ` + date + "\n" + `f:5:36: found "tomorrow"; ` + date},
		{"half a range", with("  Between: [{From: 2027-01-01}]\n"), `f:5:13: To is missing; ` + date},
		{"backwards", with("  Between: [{From: 2027-01-02, To: 2027-01-01}]\n"), `f:5:36: found 2027-01-01; want a date not before From, 2027-01-02`},
		{"announced at once", with("  Announce: 4m59s\n  Channel: C012ABCDE\n"), `f:5:13: found "4m59s"; ` + announce},
		{"announced long before", with("  Announce: 13h\n  Channel: C012ABCDE\n"), `f:5:13: found "13h"; ` + announce},
		{"announced nowhere", with("  Announce: 30m\n"), `f:5:13: found an announcement without a Channel; want a Channel as well: it is where the announcement is posted`},
		{"channel by name", with("  Channel: \"#night\"\n"), `f:5:12: found "#night"; ` + channel},
		{"a direct message", with("  Channel: D012ABCDE\n"), `f:5:12: found "D012ABCDE"; ` + channel},
		{"a word for DryRun", with("  DryRun: yes\n"), `f:5:11: found "yes"; want true or false`},
		{"a string for DryRun", with("  DryRun: \"true\"\n"), `f:5:11: found "true"; want true or false`},
		{"two DryRuns", one(cronLine + "  DryRun: false\n  Request: {RegionId: cn-hangzhou, DesktopId: [ecd-1], DryRun: true}\n"), `f:4:11: found DryRun: false beside DryRun: true of the request on line 5; want one of the two, or the same word in both`},
		{"DryRun without a request", one(cronLine + "  DryRun: no\n"), "f:2:3: Request is missing; want a request: RegionId, DesktopId, ...\n" + `f:4:11: found "no"; want true or false`},
		{"days of a timer that serves schedules", scheduled("  OnlyOn: workdays\n  Between: [{From: 2027-01-01, To: 2027-01-02}]\n"), "f:5:11: found OnlyOn of a timer with Select.Scheduled; want it in the schedules instead: a tick that is left out would lose their stop times\nf:6:12: found Between of a timer with Select.Scheduled; want it in the schedules instead: a tick that is left out would lose their stop times"},

		{"a word for schedules", "Timers: []\nSchedules: office", `f:2:12: found "office"; want a list of schedules, or [] for none`},
		{"a word for a schedule", "Timers: []\nSchedules: [office]", `f:2:13: found "office"; want a schedule: Name, Stop, Zone, Calendar, OnlyOn, Between`},
		{"schedule without Stop", schedule(""), `f:3:3: Stop is missing; ` + stop},
		{"key of a schedule", schedule("  Stop: \"20:00\"\n  Cron: x\n"), `f:5:3: found the key "Cron"; want Name, Stop, Zone, Calendar, OnlyOn, Between`},
		{"stop at 24:00", schedule("  Stop: \"24:00\"\n"), `f:4:9: found "24:00"; ` + stop},
		{"stop at 8", schedule("  Stop: [\"20:00\", 8]\n"), `f:4:19: found "8"; ` + stop},
		{"stop twice", schedule("  Stop: [\"20:00\", \"20:00\"]\n"), `f:4:19: found "20:00"; ` + stop},
		{"no stop", schedule("  Stop: []\n"), `f:4:9: found a list; ` + stop},
		{"schedule twice", schedule("  Stop: \"20:00\"\n- Name: office\n  Stop: \"20:00\"\n"), `f:5:9: found "office", which is the name of the schedule on line 3; want another name`},
		{"schedule with a capital", "Timers: []\nSchedules: [{Name: Office, Stop: \"20:00\"}]", `f:2:20: found "Office"; want 1 to 40 lower-case letters, digits and dashes`},
		{"schedules alone", "Schedules: []", `f:1:1: Timers is missing; want a list of timers, or [] for none`},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, problems := Parse("f", []byte(c.text), testAround, testRules, false)
			if table.Timers != nil || table.Schedules != nil || problems.Error() != c.want {
				t.Errorf("table %v and\n%s\nwant\n%s", table, problems, c.want)
			}
		})
	}
}

// goodKeys has every key once.
//
//go:embed testdata/timers.yaml
var goodKeys string

func TestGoodTimerKeys(t *testing.T) {
	table, problems := Parse("f", []byte(goodKeys), testAround, testRules, false)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var got []string
	for _, timer := range table.Timers {
		got = append(got, fmt.Sprint(timer.Name, " ", timer.Zone, " ", timer.Calendar.Name, " ", timer.OnlyOn, " ", timer.Between, " ", timer.LateAfter, " ", timer.Announce, " ", timer.Channel, " ", timer.Request.DryRun, " ", timer.Serves()))
	}
	for _, s := range table.Schedules.All() {
		got = append(got, fmt.Sprint(s.Name, " ", s.Stops, " ", s.Zone, " ", s.Calendar.Name, " ", s.OnlyOn, " ", s.Between))
	}
	want := `all Europe/Berlin china holidays [2027-01-01 to 2027-01-31 2027-03-01 to 2027-03-01] 1h0m0s 45m0s G012ABCDEF true false
none Asia/Shanghai  any [] 15m0s 0s  false false
serving Asia/Shanghai  any [] 15m0s 0s  true true
office [12:30 20:00] Asia/Shanghai china workdays []
night [23:00] America/New_York  any []`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

// TestRegionsNotKnown has a deployment whose regions are wrong, which is no
// reason to blame its timers for theirs.
func TestRegionsNotKnown(t *testing.T) {
	text := one(cronLine + "  Request: {Select: {RegionId: [eu-central-1, x], Tag: [{Key: env}]}}\n")
	_, problems := Parse("f", []byte(text), testAround, core.Rules{}, true)
	if got := problems.Error(); !strings.Contains(got, `"x"`) || strings.Contains(got, "eu-central-1") || len(problems) != 1 {
		t.Errorf("problems %s, want one about region x", got)
	}
}

// TestDecide asks timers about instants of their schedules.
func TestDecide(t *testing.T) {
	const days = "  Calendar: china\n  OnlyOn: workdays\n"
	for _, c := range []struct {
		name, cron, keys, at string
		run                  bool
		why, doubt           string
		skip                 Skip
	}{
		{"any day", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", "", "2027-01-02T12:00:00Z", true, "Every tick runs: no OnlyOn, no Between.", "", ""},
		{"workday", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", days, "2027-01-04T12:00:00Z", true, "2027-01-04 is a Monday and a workday of calendar china.", "", ""},
		{"weekend", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", days, "2027-01-02T12:00:00Z", false, "2027-01-02 is a Saturday and a weekend day of calendar china; it runs on workdays only.", "", SkipWeekend},
		{"the zone's date, not UTC's", "CRON_TZ=Asia/Shanghai 0 30 0 * * *", days, "2027-01-01T16:30:00Z", false, "2027-01-02 is a Saturday and a weekend day of calendar china; it runs on workdays only.", "", SkipWeekend},
		{"a cron in UTC, a zone of its own", "0 30 16 * * *", "  Zone: Asia/Shanghai\n" + days, "2027-01-03T16:30:00Z", true, "2027-01-04 is a Monday and a workday of calendar china.", "", ""},
		{"a year that is not covered", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", days, "2028-01-03T12:00:00Z", true, "2028-01-03 is a Monday and a workday of calendar china.", "Calendar china has no dates of 2028, so the day counts by its weekday only.", ""},
		{"holidays only", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", "  OnlyOn: holidays\n", "2027-01-04T12:00:00Z", false, "2027-01-04 is a Monday and a workday; it runs on holidays only.", "", SkipWorkday},
		{"no calendar", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", "  OnlyOn: holidays\n", "2027-01-02T12:00:00Z", true, "2027-01-02 is a Saturday and a weekend day.", "", ""},
		{"first date", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", "  Between: [{From: 2027-01-02, To: 2027-01-04}]\n", "2027-01-02T12:00:00Z", true, "2027-01-02 is within the dates between which it runs.", "", ""},
		{"last date", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", "  Between: [{From: 2027-01-02, To: 2027-01-04}]\n", "2027-01-04T12:00:00Z", true, "2027-01-04 is within the dates between which it runs.", "", ""},
		{"before", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", "  Between: [{From: 2027-03-02, To: 2027-03-04}, {From: 2027-01-02, To: 2027-01-04}]\n", "2027-01-01T12:00:00Z", false, "2027-01-01 is outside the dates between which it runs; the next are 2027-01-02 to 2027-01-04.", "", SkipOutside},
		{"between two", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", "  Between: [{From: 2027-03-02, To: 2027-03-04}, {From: 2027-01-02, To: 2027-01-04}]\n", "2027-01-05T12:00:00Z", false, "2027-01-05 is outside the dates between which it runs; the next are 2027-03-02 to 2027-03-04.", "", SkipOutside},
		{"after", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", "  Between: [{From: 2027-03-02, To: 2027-03-04}, {From: 2027-01-02, To: 2027-01-04}]\n", "2027-04-01T12:00:00Z", false, "2027-04-01 is outside the dates between which it runs; the last were 2027-03-02 to 2027-03-04.", "", SkipOutside},
		{"within, and not a workday", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", days + "  Between: [{From: 2027-01-02, To: 2027-01-04}]\n", "2027-01-03T12:00:00Z", false, "2027-01-03 is a Sunday and a weekend day of calendar china; it runs on workdays only.", "", SkipWeekend},
		{"first of two equal readings", "CRON_TZ=Europe/Berlin 0 30 2 * * *", "", "2027-10-31T00:30:00Z", true, "Every tick runs: no OnlyOn, no Between.", "", ""},
		{"second of two equal readings", "CRON_TZ=Europe/Berlin 0 30 2 * * *", "", "2027-10-31T01:30:00Z", false, "On 2027-10-31 the clocks show 02:30 twice, and it ran the first time.", "", SkipRepeat},
		{"every hour at both", "CRON_TZ=Europe/Berlin 0 30 * * * *", "", "2027-10-31T01:30:00Z", true, "Every tick runs: no OnlyOn, no Between.", "", ""},
		{"in UTC nothing repeats", "0 30 1 * * *", "  Zone: Europe/Berlin\n", "2027-10-31T01:30:00Z", true, "Every tick runs: no OnlyOn, no Between.", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, problems := Parse("f", []byte(one("  Cron: "+c.cron+"\n"+requestLine+c.keys)), testAround, testRules, false)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			scheduled := at(t, c.at)
			if due, ok := table.Timers[0].Due(scheduled); !ok || !due.Equal(scheduled) {
				t.Fatalf("%s is no instant of the schedule", c.at)
			}
			if got, want := table.Timers[0].Decide(scheduled), (Decision{Run: c.run, Why: c.why, Doubt: c.doubt, Skip: c.skip}); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
	if !(Timer{}).Decide(at(t, "2027-01-01T00:00:00Z")).Run {
		t.Error("a timer without days does not run")
	}
}

func TestPrevious(t *testing.T) {
	for cron, c := range map[string]struct{ at, want string }{
		"* * * * * *":                              {"2027-01-04T20:00:00Z", "2027-01-04T19:59:59Z"},
		"0 0 * * * *":                              {"2027-01-04T20:00:00Z", "2027-01-04T19:00:00Z"},
		"0 0 20 * * *":                             {"2027-01-04T20:00:00Z", "2027-01-03T20:00:00Z"},
		"0 0 20 * * MON-FRI":                       {"2027-01-04T20:00:00Z", "2027-01-01T20:00:00Z"},
		"0 0 0 1 * *":                              {"2027-03-01T00:00:00Z", "2027-02-01T00:00:00Z"},
		"0 0 0 1 1 *":                              {"2027-01-01T00:00:00Z", "2026-01-01T00:00:00Z"},
		"0 0 0 29 2 *":                             {"2104-02-29T00:00:00Z", "2096-02-29T00:00:00Z"},
		"CRON_TZ=Asia/Shanghai 0 0 20 * * *":       {"2027-01-04T12:00:00Z", "2027-01-03T12:00:00Z"},
		"CRON_TZ=Europe/Berlin 0 0 * * * *":        {"2027-10-31T01:00:00Z", "2027-10-31T00:00:00Z"},
		"CRON_TZ=Europe/Berlin 0 30 20 * * *":      {"2027-10-31T19:30:00Z", "2027-10-30T18:30:00Z"},
		"CRON_TZ=Europe/Berlin 0 30 2 1-31 2,3 * ": {"2027-03-29T00:30:00Z", "2027-03-28T01:30:00Z"},
	} {
		if got := timerWith(t, cron).Previous(at(t, c.at)); !got.Equal(at(t, c.want)) {
			t.Errorf("%s: before %s comes %s, want %s", cron, c.at, got, c.want)
		}
	}
	if got := (Timer{}).Previous(at(t, "2027-01-04T20:00:00Z")); !got.IsZero() {
		t.Errorf("a timer without a schedule was at %s", got)
	}
}

// TestPreviousAgreesWithInstants walks the ticks around both changes of clocks:
// each is the one before the next, and each is admitted.
func TestPreviousAgreesWithInstants(t *testing.T) {
	for _, cron := range []string{"CRON_TZ=Europe/Berlin 0 30 2 * * *", "CRON_TZ=Europe/Berlin 0 0 */6 * * *", "CRON_TZ=Asia/Shanghai 0 0 20 * * MON-FRI", "0 0 3 1 * *"} {
		timer := timerWith(t, cron)
		for from, until := range map[string]string{"2027-03-20T00:00:00Z": "2027-04-05T00:00:00Z", "2027-10-25T00:00:00Z": "2027-11-05T00:00:00Z"} {
			before := timer.Previous(at(t, from))
			count := 0
			for tick := range timer.Instants(at(t, from), at(t, until)) {
				if got := timer.Previous(tick); !got.Equal(before) {
					t.Fatalf("%s: before %s comes %s, want %s", cron, tick, got, before)
				}
				if due, ok := timer.Due(tick); !ok || !due.Equal(tick) {
					t.Fatalf("%s: %s is not due", cron, tick)
				}
				before = tick
				count++
			}
			if count == 0 {
				t.Errorf("%s has no tick after %s", cron, from)
			}
		}
	}
}

func TestAdmitAnnouncement(t *testing.T) {
	timer := timerWith(t, "0 0 20 * * *")
	timer.Announce = 30 * time.Minute
	for _, c := range []struct {
		name, tick, now string
		code            core.ErrorCode
		says            string
	}{
		{"on time", "2027-01-04T19:30:00Z", "2027-01-04T19:30:01Z", "", ""},
		{"at the end of the minute", "2027-01-04T19:30:59Z", "2027-01-04T19:31:01Z", "", ""},
		{"late", "2027-01-04T19:30:00Z", "2027-01-04T19:45:01Z", core.TooLate, "The announcement of the stop of 2027-01-04T20:00:00Z by timer a came 15m1s late; the timer allows 15m0s. Nothing was announced."},
		{"the stop's own tick", "2027-01-04T20:00:00Z", "2027-01-04T20:00:00Z", core.Forbidden, "The tick of 2027-01-04T20:00:00Z is not 30m0s before an instant of timer a (0 0 20 * * *), so nothing was announced."},
		{"a minute early", "2027-01-04T19:29:59Z", "2027-01-04T19:29:59Z", core.Forbidden, "is not 30m0s before"},
		{"tomorrow's", "2027-01-05T19:30:00Z", "2027-01-04T19:30:00Z", core.Forbidden, "has not come yet"},
		{"yesterday's", "2027-01-03T19:30:00Z", "2027-01-04T19:30:00Z", core.TooLate, "The stop of 2027-01-03T20:00:00Z by timer a was to be announced 30m0s before; it is 2027-01-04T19:30:00Z. Nothing was announced."},
	} {
		t.Run(c.name, func(t *testing.T) {
			scheduled, err := timer.AdmitAnnouncement(at(t, c.tick), at(t, c.now))
			if c.code == "" {
				if err != nil || !scheduled.Equal(at(t, "2027-01-04T20:00:00Z")) {
					t.Errorf("scheduled %s, error %v", scheduled, err)
				}
				return
			}
			if err == nil || core.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) || !scheduled.IsZero() {
				t.Errorf("scheduled %s, error %v, want %s that says %q", scheduled, err, c.code, c.says)
			}
		})
	}
	timer.LateAfter = 12 * time.Hour
	if _, err := timer.AdmitAnnouncement(at(t, "2027-01-04T19:30:00Z"), at(t, "2027-01-04T20:00:00Z")); core.CodeOf(err) != core.TooLate {
		t.Errorf("a stop is announced when it is due: %v", err)
	}
	timer.Announce = 0
	if _, err := timer.AdmitAnnouncement(at(t, "2027-01-04T20:00:00Z"), at(t, "2027-01-04T20:00:00Z")); core.CodeOf(err) != core.Forbidden || !strings.Contains(err.Error(), "Timer a announces nothing") {
		t.Errorf("a timer that announces nothing does: %v", err)
	}
}
