package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
)

const (
	wantOnlyOn  = "workdays, holidays or any"
	wantBetween = "a list of {From, To} dates, both included"
)

// surroundings are what a file's keys are judged by.
type surroundings struct {
	Zone      *time.Location // of the deployment
	Calendars map[string]calendar.Calendar
}

// daysKeys are the keys of a mapping that days reads.
var daysKeys = []string{"Zone", "Calendar", "OnlyOn", "Between"}

// days reads the keys that say on which days something runs.
func (in surroundings) days(d *document.Document, fields map[string]*yaml.Node) Days {
	days := Days{Zone: in.ZoneIn(d, fields), Calendar: in.CalendarIn(d, fields), OnlyOn: AnyDay}
	if n, ok := fields["OnlyOn"]; ok {
		days.OnlyOn = OnlyOn(n.Value)
		if n.Kind != yaml.ScalarNode || !slices.Contains([]OnlyOn{AnyDay, OnlyWorkdays, OnlyHolidays}, days.OnlyOn) {
			d.Wrong(n, wantOnlyOn)
		}
	}
	if n, ok := fields["Between"]; ok {
		days.Between = between(d, n)
	}
	if n, ok := fields["Calendar"]; ok && days.everyDay() && d.Sound(fields["OnlyOn"]) {
		d.Add(n, "a calendar beside OnlyOn: any", "OnlyOn: workdays or holidays with it, because on any day it runs whatever the calendar says")
	}
	return days
}

// ZoneIn reads the key Zone. It is the deployment's unless the file says another.
func (in surroundings) ZoneIn(d *document.Document, fields map[string]*yaml.Node) *time.Location {
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
func (in surroundings) CalendarIn(d *document.Document, fields map[string]*yaml.Node) calendar.Calendar {
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

func between(d *document.Document, n *yaml.Node) []Span {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		d.Wrong(n, wantBetween)
		return nil
	}
	spans := make([]Span, 0, len(n.Content))
	for _, item := range n.Content {
		fields := d.Fields(item, "dates: From, To", "From", "To")
		if fields == nil {
			continue
		}
		var span Span
		var from, to bool
		if f := d.Required(item, fields, "From", calendar.WantDate); f != nil {
			span.From, from = date(d, f)
		}
		if f := d.Required(item, fields, "To", calendar.WantDate); f != nil {
			span.To, to = date(d, f)
		}
		if from && to && span.To.Before(span.From) {
			d.Add(fields["To"], span.To.String(), fmt.Sprintf("a date not before From, %s", span.From))
		}
		spans = append(spans, span)
	}
	return spans
}

func date(d *document.Document, n *yaml.Node) (calendar.Date, bool) {
	date, ok := calendar.ParseDate(n.Value)
	if n.Kind != yaml.ScalarNode || !ok {
		d.Wrong(n, calendar.WantDate)
		return calendar.Date{}, false
	}
	return date, true
}
