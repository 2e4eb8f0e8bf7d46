package main

import (
	"testing"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/timetable"
)

func TestTally(t *testing.T) {
	for want, skips := range map[string][]timetable.Skip{
		"0 runs, 0 skipped": nil,
		"1 run, 0 skipped":  {""},
		"2 runs, 3 skipped (1 holiday, 2 weekend days)":                                                                              {"", timetable.SkipWeekend, timetable.SkipHoliday, timetable.SkipWeekend, ""},
		"0 runs, 6 skipped (2 holidays, 1 weekend day, 1 workday, 1 make-up workday, 1 day outside Between)":                         {timetable.SkipOutside, timetable.SkipMakeUp, timetable.SkipWorkday, timetable.SkipWeekend, timetable.SkipHoliday, timetable.SkipHoliday},
		"0 runs, 8 skipped (2 workdays, 2 make-up workdays, 2 days outside Between, 2 days on which the clocks show its time twice)": {timetable.SkipOutside, timetable.SkipMakeUp, timetable.SkipWorkday, timetable.SkipRepeat, timetable.SkipOutside, timetable.SkipMakeUp, timetable.SkipWorkday, timetable.SkipRepeat},
	} {
		var n tally
		for i, skip := range skips {
			n.count(timetable.Decision{Run: skip == "", Skip: skip}, calendar.Date{Year: 2027, Month: time.January, Day: 1 + i})
		}
		if n.String() != want {
			t.Errorf("got  %s\nwant %s", n, want)
		}
	}
}

// TestTallyCountsDays: of ticks on one day each counts as skipped, and their day
// once.
func TestTallyCountsDays(t *testing.T) {
	var n tally
	for hour := range 48 {
		n.count(timetable.Decision{Skip: timetable.SkipHoliday}, calendar.Date{Year: 2027, Month: time.January, Day: 1 + hour/24})
	}
	if want := "0 runs, 48 skipped (2 holidays)"; n.String() != want {
		t.Errorf("got %s, want %s", n, want)
	}
}
