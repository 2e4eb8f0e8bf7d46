package timetable

import (
	"slices"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document"
)

const (
	wantSchedules = "a list of schedules, or [] for none"
	wantSchedule  = "a schedule: Name, Stop, Zone, Calendar, OnlyOn, Between"
	wantStop      = calendar.WantClock + ", or a list of them, each once"
)

// readSchedules reads the list Schedules of timers.yaml.
func (t *timers) readSchedules(list *yaml.Node) []Schedule {
	if list.Kind != yaml.SequenceNode {
		t.Wrong(list, wantSchedules)
		return nil
	}
	var all []Schedule
	lines := map[string]int{}
	for _, item := range list.Content {
		fields := t.Fields(item, wantSchedule, append([]string{"Name", "Stop"}, daysKeys...)...)
		if fields == nil {
			continue
		}
		s := Schedule{Days: t.in.days(t.Document, fields)}
		if n := t.Required(item, fields, "Name", document.WantName); n != nil {
			s.Name = t.UniqueName(n, lines, "schedule")
		}
		if n := t.Required(item, fields, "Stop", wantStop); n != nil {
			s.Stops = t.stops(n)
		}
		all = append(all, s)
	}
	return all
}

// stops reads one local time or several.
func (t *timers) stops(n *yaml.Node) []calendar.Clock {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	if len(items) == 0 {
		t.Wrong(n, wantStop)
	}
	var stops []calendar.Clock
	for _, item := range items {
		clock, ok := calendar.ParseClock(item.Value)
		if item.Kind != yaml.ScalarNode || !ok || slices.Contains(stops, clock) {
			t.Wrong(item, wantStop)
			continue
		}
		stops = append(stops, clock)
	}
	slices.Sort(stops)
	return stops
}
