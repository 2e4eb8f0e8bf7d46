package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/timetable"
)

// schedule prints a schedule's year for desktops that name no zone of their own.
func (p *previewer) schedule(s timetable.Schedule) {
	stops := make([]string, len(s.Stops))
	for i, stop := range s.Stops {
		stops[i] = stop.String()
	}
	fmt.Fprintf(p.out, "\nSchedule %s (stops at %s, days of %s)\n", s.Name, strings.Join(stops, ", "), s.Zone)
	from, until := p.span(s.Zone)
	var doubts []string
	for _, at := range s.Instants(nil, from.Add(-time.Nanosecond), until.Add(-time.Nanosecond)) {
		local := at.In(s.Zone)
		d := s.On(calendar.Of(local))
		if d.Doubt != "" && !slices.Contains(doubts, d.Doubt) {
			doubts = append(doubts, d.Doubt)
			fmt.Fprintln(p.out, "Note:", d.Doubt)
		}
		why := d.Why
		if clock, ok := calendar.ParseClock(local.Format("15:04")); ok && !slices.Contains(s.Stops, clock) {
			why += " The clocks leave its stop time out that day."
		}
		served, does := p.served(at, s.Zone)
		fmt.Fprintf(p.out, "%s  stop  %s  %s %s\n", instant(at, s.Zone), does, why, served)
	}
}

// served says which timer's tick carries out a stop time, and whether it is
// live.
func (p *previewer) served(at time.Time, zone *time.Location) (by, does string) {
	var first time.Time
	by, does = "No timer serves it in time.", "never  "
	for _, t := range p.config.Timers {
		if !t.Serves() {
			continue
		}
		for tick := range t.Instants(at, at.Add(timetable.ServedWithin)) {
			if first.IsZero() || tick.Before(first) {
				first, by, does = tick, fmt.Sprintf("%s serves it at %s.", t.Name, tick.In(zone).Format("15:04")), mode(t)
			}
			break
		}
	}
	return by, does
}
