package config

import (
	"fmt"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/timetable"
)

// servedSoon is how late a stop time may be served without a word: a timer may come
// some minutes past the hour on purpose.
const servedSoon = 15 * time.Minute

// servedLate says which stop times of schedules are served later than they say, or
// never, by the timers that serve schedules. A desktop's tag may name another zone;
// that is not in the files.
func (c *Config) servedLate(today calendar.Date) (lines []string) {
	for _, s := range c.Schedules.All() {
		for _, stop := range s.Stops {
			at, ok := s.Next(stop, today)
			if !ok {
				continue
			}
			by, tick := c.servedBy(at)
			const mend = "let a timer with Select.Scheduled come then"
			switch {
			case by == "":
				lines = append(lines, fmt.Sprintf("schedule %s stops at %s (%s), and no timer serves that within %.0f hours; %s", s.Name, stop, s.Zone, timetable.ServedWithin.Hours(), mend))
			case tick.Sub(at) > servedSoon:
				served := tick.In(s.Zone).Format("15:04")
				lines = append(lines, fmt.Sprintf("schedule %s stops at %s (%s), which is served at %s only, when timer %s comes; say %s, or %s", s.Name, stop, s.Zone, served, by, served, mend))
			}
		}
	}
	return lines
}

// servedBy is the timer that serves a stop time first, and its tick.
func (c *Config) servedBy(at time.Time) (by string, first time.Time) {
	for _, t := range c.Timers {
		if !t.Serves() {
			continue
		}
		for tick := range t.Instants(at, at.Add(timetable.ServedWithin)) {
			if by == "" || tick.Before(first) {
				by, first = t.Name, tick
			}
			break // the others are later
		}
	}
	return by, first
}
