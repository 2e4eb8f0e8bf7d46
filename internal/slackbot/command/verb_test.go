package command

import (
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // what the product links

	"pgregory.net/rapid"
)

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestVerbs(t *testing.T) {
	one, two := []string{"ecd-abc"}, []string{"ecd-abc", "ecd-def"}
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	tonight := utc("2026-03-29T21:00:00Z") // 23:00 in Berlin's summer time
	for name, c := range map[string]struct {
		in   string
		want Parsed
	}{
		"keep":                     {"keep ecd-abc until 23:00", Parsed{Verb: VerbKeep, IDs: one, Until: tonight}},
		"keep, the time first":     {"keep until 23:00 ecd-abc ecd-def", Parsed{Verb: VerbKeep, IDs: two, Until: tonight}},
		"keep, no word before":     {"Keep ecd-abc 23:00.", Parsed{Verb: VerbKeep, IDs: one, Until: tonight}},
		"keep, one digit":          {"keep ecd-abc until 9:30", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-30T07:30:00Z")}},
		"keep, passed today":       {"keep ecd-abc until 11:59", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-30T09:59:00Z")}},
		"keep, just now":           {"keep ecd-abc until 12:00", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-30T10:00:00Z")}},
		"keep, in a minute":        {"keep ecd-abc until 12:01", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-29T10:01:00Z")}},
		"keep for a span":          {"keep ecd-abc 2h", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-29T12:00:00Z")}},
		"keep for, a span":         {"keep ecd-abc for 1h30m build runs", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-29T11:30:00Z"), Reason: "build runs"}},
		"keep until a span":        {"keep ecd-abc until 90m", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-29T11:30:00Z")}},
		"keep until a date":        {"keep ecd-abc until 2026-12-01T23:00", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-12-01T22:00:00Z")}},
		"keep, seconds":            {"keep ecd-abc until 2026-12-01T23:00:00", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-12-01T22:00:00Z")}},
		"keep, date and time":      {"keep ecd-abc until 2026-12-01 23:00", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-12-01T22:00:00Z")}},
		"keep, an offset":          {"keep ecd-abc until 2026-12-01T23:00+08:00", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-12-01T15:00:00Z")}},
		"keep in a zone":           {"keep ecd-abc until 23:00 Asia/Shanghai audit", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-29T15:00:00Z"), Reason: "audit"}},
		"keep in a zone, small":    {"keep ecd-abc until 23:00 america/new_york", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-30T03:00:00Z")}},
		"keep in UTC":              {"keep ecd-abc until 23:00 utc", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-29T23:00:00Z")}},
		"another day elsewhere":    {"keep ecd-abc until 01:00 Pacific/Auckland", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-29T12:00:00Z")}},
		"a slash is no zone":       {"keep ecd-abc until 23:00 build/test runs", Parsed{Verb: VerbKeep, IDs: one, Until: tonight, Reason: "build/test runs"}},
		"clocks go back, second":   {"keep ecd-abc until 2026-10-25T02:30", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-10-25T01:30:00Z")}},
		"clocks go back, America":  {"keep ecd-abc until 2026-11-01T01:30 America/New_York", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-11-01T06:30:00Z")}},
		"clocks go back by half":   {"keep ecd-abc until 2026-04-05T01:45 Australia/Lord_Howe", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-04-04T15:15:00Z")}},
		"keep, region and reason":  {"keep ecd-abc region=cn-hangzhou until=23:00 reason=force is off", Parsed{Verb: VerbKeep, IDs: one, Region: "cn-hangzhou", Until: tonight, Reason: "force is off"}},
		"keep, a person":           {"keep ecd-abc 2h <@U1|alice> asked", Parsed{Verb: VerbKeep, IDs: one, Until: utc("2026-03-29T12:00:00Z"), Reason: "@alice asked"}},
		"keep, full width":         {"keep ecd-abc until ２３：００", Parsed{Verb: VerbKeep, IDs: one, Until: tonight}},
		"unkeep":                   {"unkeep ecd-abc, ecd-def done", Parsed{Verb: VerbUnkeep, IDs: two, Reason: "done"}},
		"why":                      {"why ecd-abc", Parsed{Verb: VerbWhy, IDs: one}},
		"why, a sentence":          {"Why is ecd-abc still running?", Parsed{Verb: VerbWhy, IDs: one}},
		"why, in a region":         {"why ecd-abc region=cn-hangzhou", Parsed{Verb: VerbWhy, IDs: one, Region: "cn-hangzhou"}},
		"freeze":                   {"freeze 2h release night", Parsed{Verb: VerbFreeze, Until: utc("2026-03-29T12:00:00Z"), Reason: "release night"}},
		"freeze until":             {"freeze until 08:00 Europe/Berlin force majeure", Parsed{Verb: VerbFreeze, Until: utc("2026-03-30T06:00:00Z"), Reason: "force majeure"}},
		"unfreeze":                 {"unfreeze", Parsed{Verb: VerbUnfreeze}},
		"unfreeze, why":            {"unfreeze force majeure is over", Parsed{Verb: VerbUnfreeze, Reason: "force majeure is over"}},
		"halt":                     {"halt " + sampleRun, Parsed{Verb: VerbHalt, Run: sampleRun}},
		"halt, why":                {"Halt: `" + strings.ToUpper(sampleRun) + "` wrong fleet", Parsed{Verb: VerbHalt, Run: sampleRun, Reason: "wrong fleet"}},
		"help behind a verb":       {"keep help", Parsed{Verb: VerbHelp}},
		"a verb is one when first": {"ecd-abc keep an eye on it", Parsed{Verb: VerbStop, IDs: one, Reason: "keep an eye on it"}},
	} {
		got, problems := ParseAt(c.in, parseTime, berlin(t))
		if len(problems) > 0 || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: ParseAt(%q)\n = %+v, %+v\nwant %+v", name, c.in, got, problems, c.want)
		} else if !got.Repeats() {
			t.Errorf("%s: %q reads otherwise", name, got.Text())
		}
	}
}

func TestVerbProblems(t *testing.T) {
	for name, c := range map[string]struct{ in, word, say string }{
		"keep nothing":           {"keep", "keep", "wants desktop ids"},
		"keep all":               {"keep all until 23:00", "keep", "wants desktop ids"},
		"keep a selection":       {"keep tag:env=dev 2h", "keep", "wants desktop ids"},
		"keep for ever":          {"keep ecd-abc", "keep", "a time or a span"},
		"keep, the reason first": {"keep build on ecd-abc 2h", "build", "must come before it"},
		"keep, until too late":   {"keep ecd-abc build until 23:00", "keep", "before the reason"},
		"keep until nothing":     {"keep ecd-abc until", "until", "until 23:00"},
		"keep until words":       {"keep ecd-abc until tomorrow", "until tomorrow", "is no time"},
		"keep until 11pm":        {"keep ecd-abc 11pm", "11pm", "until 23:00"},
		"keep, days":             {"keep ecd-abc 2d", "2d", "Write 2h"},
		"keep, no time of day":   {"keep ecd-abc until 25:00", "25:00", "no time of any day"},
		"keep, no date":          {"keep ecd-abc until 2026-02-30T10:00", "2026-02-30T10:00", "no time of any day"},
		"keep, only a date":      {"keep ecd-abc until 2026-12-01", "until 2026-12-01", "2026-12-01T23:00"},
		"keep, in the past":      {"keep ecd-abc until 2026-03-29T09:00Z", "2026-03-29T09:00Z", "in the past"},
		"keep, past here":        {"keep ecd-abc until 2026-03-29T11:00", "2026-03-29T11:00", "in the past"},
		"keep, far away":         {"keep ecd-abc until 2036-01-01T00:00Z", "2036-01-01T00:00Z", "a year"},
		"keep, no time at all":   {"keep ecd-abc 0m", "0m", "no time at all"},
		"keep, far away span":    {"keep ecd-abc 9999h", "9999h", "a year"},
		"keep, a wrong zone":     {"keep ecd-abc until 23:00 Europe/Berlni", "Europe/Berlni", "no time zone"},
		"keep, up the tree":      {"keep ecd-abc until 23:00 Etc/..", "23:00", ""},
		"clocks go forward":      {"keep ecd-abc until 2027-03-28T02:30", "2027-03-28T02:30", "go forward"},
		"keep by force":          {"keep ecd-abc force 2h", "force", "does not go with keep"},
		"keep in all regions":    {"keep ecd-abc 2h region=all", "region=all", "left out"},
		"keep in two regions":    {"keep ecd-abc 2h region=cn-hangzhou region=cn-beijing", "region=cn-beijing", "second region"},
		"keep a bad id":          {"keep ecd-* 2h", "ecd-*", "is not a desktop id"},
		"unkeep nothing":         {"unkeep", "unkeep", "wants desktop ids"},
		"why nothing":            {"why", "why", "one desktop id"},
		"why two":                {"why ecd-abc ecd-def", "why", "one desktop id"},
		"why not two":            {"why do ecd-abc and ecd-def run", "why", "one desktop id"},
		"freeze for ever":        {"freeze release night", "freeze", "a time or a span"},
		"freeze one":             {"freeze ecd-abc 2h", "ecd-abc", "keep ecd-abc"},
		"freeze one, later":      {"freeze 2h ecd-abc", "ecd-abc", "keep ecd-abc"},
		"halt nothing":           {"halt", "halt", "wants the run's id"},
		"halt a desktop":         {"halt ecd-abc", "halt ecd-abc", "wants the run's id"},
		"mistyped":               {"unkep ecd-abc", "unkep", "Did you mean unkeep?"},
	} {
		_, problems := ParseAt(c.in, parseTime, berlin(t))
		if c.say == "" { // Nothing but words: no name leads out of the database.
			if len(problems) > 0 {
				t.Errorf("%s: %+v", name, problems)
			}
			continue
		}
		if len(problems) == 0 {
			t.Errorf("%s: ParseAt(%q) found no problem", name, c.in)
			continue
		}
		if p := problems[0]; p.Word != c.word || !strings.Contains(p.Fix, c.say) {
			t.Errorf("%s: ParseAt(%q): problem %q %q, want %q with %q", name, c.in, p.Word, p.Fix, c.word, c.say)
		}
	}
}

// TestTimeOfDayIsNext holds for every minute and any zone: the end is ahead, at
// most a day and an hour away, and clocks there show what was said.
func TestTimeOfDayIsNext(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(rapid.Int64Range(1767225600, 1830297600).Draw(t, "now"), 0)
		at := time.Date(0, 1, 1, rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), 0, 0, time.UTC)
		p, problems := ParseAt("keep ecd-abc until "+at.Format("15:04"), now, zone)
		if len(problems) == 1 && strings.Contains(problems[0].Fix, "go forward") {
			return
		}
		if len(problems) > 0 {
			t.Fatalf("%+v", problems)
		}
		if shown := p.Until.In(zone).Format("15:04"); shown != at.Format("15:04") || !p.Until.After(now) || p.Until.Sub(now) > 25*time.Hour {
			t.Fatalf("at %s until %s is %s", now.In(zone), at.Format("15:04"), p.Until.In(zone))
		}
	})
}

// TestParseAnyWords puts words of ours into any order.
func TestParseAnyWords(t *testing.T) {
	pieces := []string{"ecd-a", "ecd-b,", "and", "region=cn-hangzhou", "region=all", "until", "23:00", "2h", "for", "Europe/Berlin", "<@U1|bob>", "@U2", "reason=", "reason: x", "-", "...", "'quoted", "x", sampleRun, "tag:a=b", "user:a,b", "name:'c d'", "idle:30m", "2026-12-01", "&amp;", "no"}
	for _, w := range words {
		pieces = append(pieces, w.name, w.example)
	}
	piece := rapid.SampledFrom(pieces)
	rapid.Check(t, func(t *rapid.T) {
		holds(t, strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "words"), " "))
	})
}
