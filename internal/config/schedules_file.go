package config

import (
	"fmt"
	"slices"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
)

const (
	wantSchedules = "a list of schedules, or [] for none"
	wantSchedule  = "a schedule: Name, Stop, Zone, Calendar, OnlyOn, Between"
	wantStop      = calendar.WantClock + ", or a list of them, each once"
)

// readSchedules reads the list Schedules of timers.yaml.
func (t *timers) readSchedules(list *yaml.Node) []Schedule {
	if list.Kind != yaml.SequenceNode {
		t.wrong(list, wantSchedules)
		return nil
	}
	var all []Schedule
	lines := map[string]int{}
	for _, item := range list.Content {
		fields := t.fields(item, wantSchedule, append([]string{"Name", "Stop"}, daysKeys...)...)
		if fields == nil {
			continue
		}
		s := Schedule{Days: t.days(fields, t.in)}
		if n := t.required(item, fields, "Name", wantName); n != nil {
			s.Name = t.uniqueName(n, lines, "schedule")
		}
		if n := t.required(item, fields, "Stop", wantStop); n != nil {
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
		t.wrong(n, wantStop)
	}
	var stops []calendar.Clock
	for _, item := range items {
		clock, ok := calendar.ParseClock(item.Value)
		if item.Kind != yaml.ScalarNode || !ok || slices.Contains(stops, clock) {
			t.wrong(item, wantStop)
			continue
		}
		stops = append(stops, clock)
	}
	slices.Sort(stops)
	return stops
}

// uniqueName reads the name of a timer or schedule, which no other of its kind
// may have.
func (t *timers) uniqueName(n *yaml.Node, lines map[string]int, what string) string {
	if n.Kind != yaml.ScalarNode || !timerName.MatchString(n.Value) {
		t.wrong(n, wantName)
		return ""
	}
	if line, twice := lines[n.Value]; twice {
		t.add(n, fmt.Sprintf("%q, which is the name of the %s on line %d", n.Value, what, line), "another name")
		return ""
	}
	lines[n.Value] = n.Line
	return n.Value
}
