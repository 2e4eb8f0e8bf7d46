package main

import (
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

// shanghai is the zone of a deployment whose records come from other zones.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

func TestInZone(t *testing.T) {
	for s, want := range map[string]string{
		"until 2026-12-01T15:00:00Z":                "until 2026-12-01 23:00 +08:00",
		"until 2026-12-01T16:00:00+01:00, and":      "until 2026-12-01 23:00 +08:00, and",
		"(2026-12-01T16:00:00.25+01:00)":            "(2026-12-01 23:00 +08:00)",
		"2026-12-01T15:00:00Z 2026-12-31T20:00:00Z": "2026-12-01 23:00 +08:00 2027-01-01 04:00 +08:00",
		// What is to be typed, and what somebody has written.
		"one such as 2026-12-01T23:00:00+08:00":   "one such as 2026-12-01T23:00:00+08:00",
		`value "2026-12-01T15:00:00Z" is no time`: `value "2026-12-01T15:00:00Z" is no time`,
		"build-2026-12-01T15:00:00Z":              "build-2026-12-01T15:00:00Z",
		"2026-12-01T15:00:00Zulu":                 "2026-12-01T15:00:00Zulu",
		"2026-13-41T25:00:00Z":                    "2026-13-41T25:00:00Z",
		"no time":                                 "no time",
	} {
		if got := inZone(s, shanghai); got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
	}
	if got, want := localTime(time.Date(2026, 12, 1, 16, 0, 0, 0, shanghai), nil), "2026-12-01 08:00 +00:00"; got != want {
		t.Errorf("before the zone is known a time is %s, want %s", got, want)
	}
}

// TestOneZone: whatever zone a record comes from, whoever reads it sees one.
func TestOneZone(t *testing.T) {
	utc := time.Date(2026, 12, 1, 15, 0, 0, 0, time.UTC)
	berlin := utc.In(time.FixedZone("", 60*60))
	const kept = "until 2026-12-01T16:00:00+01:00"
	report := core.Report{Outcomes: []core.Outcome{{DesktopId: "ecd-a", Code: core.Kept, Detail: kept}}, Note: "Frozen until 2026-12-01T15:00:00Z.",
		Estimate: &core.Estimate{Currency: "CNY", Amount: 1, Until: berlin}}
	entry := core.Entry{Code: core.Kept, Detail: kept}
	for name, show := range map[string]func(*strings.Builder) error{
		"runs, at its end": func(b *strings.Builder) error { return answerTable(b, core.Answer{Report: &report}, shanghai) },
		"runs, before":     func(b *strings.Builder) error { return answerTable(b, core.Answer{First: berlin}, shanghai) },
		"why": func(b *strings.Builder) error {
			return whyTable(b, core.Trace{Found: true, At: utc, Verdict: entry, Rules: []core.TraceRule{{Says: kept}}}, shanghai)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := show(&b); err != nil {
				t.Fatal(err)
			}
			rest := strings.ReplaceAll(b.String(), "2026-12-01 23:00 +08:00", "")
			if rest == b.String() || strings.Contains(rest, "2026-12-01") {
				t.Errorf("it shows\n%s", b.String())
			}
		})
	}
}
