package timetable

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/mistake"
)

// ServedWithin is how late a stop time may be served. It has room for an hourly
// tick, late as it may be. A timer that comes more seldom does not serve what lies
// further back: a stop of the evening would meet the people of the next morning.
const ServedWithin = 3 * time.Hour

// Schedule is a named set of stop times. Desktops choose it by the tag
// stopdesktops:schedule, so that a team needs no change of the configuration.
type Schedule struct {
	Name  string
	Stops []calendar.Clock // in the zone of the days, or of the desktop's own tag
	Days
}

// Instants are those after since and not after until at which the schedule
// stops desktops of the zone, in order. A nil zone is the schedule's own zone.
func (s Schedule) Instants(zone *time.Location, since, until time.Time) []time.Time {
	if zone == nil {
		zone = s.Zone
	}
	var all []time.Time
	last := calendar.Of(until.In(zone))
	for date := calendar.Of(since.In(zone)); !last.Before(date); date = date.Add(1) {
		if !s.runs(date) {
			continue
		}
		for _, stop := range s.Stops {
			if at := calendar.At(date, stop, zone); at.After(since) && !at.After(until) {
				all = append(all, at)
			}
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// Next is when a stop time of the schedule comes next, from a date on, or false where
// it does not within a year. A day whose clocks leave the time out is passed over.
func (s Schedule) Next(stop calendar.Clock, from calendar.Date) (time.Time, bool) {
	for days := range 366 {
		date := from.Add(days)
		if at := calendar.At(date, stop, s.Zone); s.runs(date) && at.In(s.Zone).Format("15:04") == stop.String() {
			return at, true
		}
	}
	return time.Time{}, false
}

// Schedules are those of timers.yaml. A nil one has none. It may be asked from
// several goroutines.
type Schedules struct {
	all    []Schedule
	byName map[string]Schedule
	zones  sync.Map // of desktops' tags, by name: *time.Location; names that are none are not kept
}

func newSchedules(all []Schedule) *Schedules {
	s := &Schedules{all: all, byName: map[string]Schedule{}}
	for _, schedule := range all {
		s.byName[schedule.Name] = schedule
	}
	return s
}

// All are the schedules in the order of the file.
func (s *Schedules) All() []Schedule {
	if s == nil {
		return nil
	}
	return s.all
}

// Due says whether a stop time of the schedule lies after since and not after
// until, and is not older than ServedWithin. The zone is the desktop's own, or empty for the schedule's. What is
// wrong with either name is said in words; nothing is due then.
func (s *Schedules) Due(name, zone string, since, until time.Time) (due bool, problem string) {
	if s == nil {
		s = &Schedules{}
	}
	schedule, ok := s.byName[name]
	if !ok {
		have := "timers.yaml has none"
		if len(s.byName) > 0 {
			have = "timers.yaml has " + strings.Join(slices.Sorted(maps.Keys(s.byName)), ", ")
		}
		return false, fmt.Sprintf("there is no schedule %s; %s", mistake.Quote(name), have)
	}
	location := schedule.Zone
	if zone != "" {
		if location, ok = s.zone(zone); !ok {
			return false, fmt.Sprintf("there is no time zone %s; want one such as Asia/Shanghai", mistake.Quote(zone))
		}
	}
	if earliest := until.Add(-ServedWithin); since.Before(earliest) {
		since = earliest
	}
	return len(schedule.Instants(location, since, until)) > 0, ""
}

// zone looks a zone up once: thousands of desktops may name the same.
func (s *Schedules) zone(name string) (*time.Location, bool) {
	if known, ok := s.zones.Load(name); ok {
		return known.(*time.Location), true
	}
	zone, ok := calendar.Zone(name)
	if ok {
		s.zones.Store(name, zone)
	}
	return zone, ok
}
