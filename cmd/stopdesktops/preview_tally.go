package main

import (
	"fmt"
	"strings"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/timetable"
)

// skipWords are the kinds of days that a tally names, in this order, for one and
// for several.
var skipWords = []struct {
	skip      timetable.Skip
	one, many string
}{
	{timetable.SkipHoliday, "holiday", "holidays"},
	{timetable.SkipWeekend, "weekend day", "weekend days"},
	{timetable.SkipWorkday, "workday", "workdays"},
	{timetable.SkipMakeUp, "make-up workday", "make-up workdays"},
	{timetable.SkipOutside, "day outside Between", "days outside Between"},
	{timetable.SkipRepeat, "day on which the clocks show its time twice", "days on which the clocks show its time twice"},
}

// tally counts a timer's ticks of one year, and the days on which some did not
// run: a timer that ticks every hour skips a holiday 24 times.
type tally struct {
	runs, skipped int
	days          map[timetable.Skip]int
	last          map[timetable.Skip]calendar.Date
}

// count takes in one tick. They come in order.
func (n *tally) count(d timetable.Decision, date calendar.Date) {
	if d.Run {
		n.runs++
		return
	}
	if n.days == nil {
		n.days, n.last = map[timetable.Skip]int{}, map[timetable.Skip]calendar.Date{}
	}
	n.skipped++
	if n.last[d.Skip] != date {
		n.days[d.Skip]++
		n.last[d.Skip] = date
	}
}

func (n tally) String() string {
	var why []string
	for _, w := range skipWords {
		switch days := n.days[w.skip]; {
		case days == 1:
			why = append(why, "1 "+w.one)
		case days > 1:
			why = append(why, fmt.Sprintf("%d %s", days, w.many))
		}
	}
	runs := "runs"
	if n.runs == 1 {
		runs = "run"
	}
	s := fmt.Sprintf("%d %s, %d skipped", n.runs, runs, n.skipped)
	if len(why) > 0 {
		s += " (" + strings.Join(why, ", ") + ")"
	}
	return s
}
