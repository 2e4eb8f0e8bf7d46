package timetable

import (
	"maps"
	"slices"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
)

// Surroundings are what the keys of a file are judged by that say when.
type Surroundings struct {
	Zone      *time.Location               // of the deployment
	Calendars map[string]calendar.Calendar // of the folder, by name
}

// ZoneIn reads the key Zone. It is the deployment's unless the file says another.
func (in Surroundings) ZoneIn(d *document.Document, fields map[string]*yaml.Node) *time.Location {
	n, ok := fields["Zone"]
	if !ok {
		return in.Zone
	}
	zone, ok := calendar.Zone(n.Value)
	if n.Kind != yaml.ScalarNode || !ok {
		d.Wrong(n, calendar.WantZone)
		return in.Zone
	}
	return zone
}

// CalendarIn reads the key Calendar. Without it, it is the one without a name.
func (in Surroundings) CalendarIn(d *document.Document, fields map[string]*yaml.Node) calendar.Calendar {
	n, ok := fields["Calendar"]
	if !ok {
		return calendar.Calendar{}
	}
	c, ok := in.Calendars[n.Value]
	if n.Kind == yaml.ScalarNode && ok {
		return c
	}
	names := slices.Sorted(maps.Keys(in.Calendars))
	want := "the name of a file in calendars/: " + strings.Join(names, ", ")
	switch near := mistake.Nearest(n.Value, names); {
	case len(names) == 0:
		want = "the name of a file in calendars/, and there is none"
	case near != "":
		want = near
	}
	d.Wrong(n, want)
	return calendar.Calendar{}
}
