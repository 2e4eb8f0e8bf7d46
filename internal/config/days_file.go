package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/mistake"
)

const (
	wantOnlyOn  = "workdays, holidays or any"
	wantBetween = "a list of {From, To} dates, both included"
)

// surroundings are what a file's keys are judged by.
type surroundings struct {
	zone      *time.Location // of the deployment
	calendars map[string]calendar.Calendar
}

// daysKeys are the keys of a mapping that days reads.
var daysKeys = []string{"Zone", "Calendar", "OnlyOn", "Between"}

// days reads the keys that say on which days something runs. Its zone is the
// deployment's unless the file says another.
func (d *document) days(fields map[string]*yaml.Node, in surroundings) Days {
	days := Days{Zone: in.zone, OnlyOn: AnyDay}
	if n, ok := fields["Zone"]; ok {
		if zone, ok := d.zone(n); ok {
			days.Zone = zone
		}
	}
	if n, ok := fields["Calendar"]; ok {
		days.Calendar = d.calendar(n, in.calendars)
	}
	if n, ok := fields["OnlyOn"]; ok {
		days.OnlyOn = OnlyOn(n.Value)
		if n.Kind != yaml.ScalarNode || !slices.Contains([]OnlyOn{AnyDay, OnlyWorkdays, OnlyHolidays}, days.OnlyOn) {
			d.wrong(n, wantOnlyOn)
		}
	}
	if n, ok := fields["Between"]; ok {
		days.Between = d.between(n)
	}
	if n, ok := fields["Calendar"]; ok && days.everyDay() && d.sound(fields["OnlyOn"]) {
		d.add(n, "a calendar beside OnlyOn: any", "OnlyOn: workdays or holidays with it, because on any day it runs whatever the calendar says")
	}
	return days
}

// sound says whether no problem is at the node. A node that is not there is.
func (d *document) sound(n *yaml.Node) bool {
	return n == nil || !d.problems.Has(d.at(n.Line, n.Column))
}

func (d *document) zone(n *yaml.Node) (*time.Location, bool) {
	zone, ok := calendar.Zone(n.Value)
	if n.Kind != yaml.ScalarNode || !ok {
		d.wrong(n, calendar.WantZone)
		return nil, false
	}
	return zone, true
}

func (d *document) calendar(n *yaml.Node, known map[string]calendar.Calendar) calendar.Calendar {
	c, ok := known[n.Value]
	if n.Kind == yaml.ScalarNode && ok {
		return c
	}
	names := slices.Sorted(maps.Keys(known))
	want := "the name of a file in calendars/: " + strings.Join(names, ", ")
	switch near := mistake.Nearest(n.Value, names); {
	case len(names) == 0:
		want = "the name of a file in calendars/, and there is none"
	case near != "":
		want = near
	}
	d.wrong(n, want)
	return calendar.Calendar{}
}

func (d *document) between(n *yaml.Node) []Span {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		d.wrong(n, wantBetween)
		return nil
	}
	spans := make([]Span, 0, len(n.Content))
	for _, item := range n.Content {
		fields := d.fields(item, "dates: From, To", "From", "To")
		if fields == nil {
			continue
		}
		var span Span
		var from, to bool
		if f := d.required(item, fields, "From", calendar.WantDate); f != nil {
			span.From, from = d.date(f)
		}
		if f := d.required(item, fields, "To", calendar.WantDate); f != nil {
			span.To, to = d.date(f)
		}
		if from && to && span.To.Before(span.From) {
			d.add(fields["To"], span.To.String(), fmt.Sprintf("a date not before From, %s", span.From))
		}
		spans = append(spans, span)
	}
	return spans
}

func (d *document) date(n *yaml.Node) (calendar.Date, bool) {
	date, ok := calendar.ParseDate(n.Value)
	if n.Kind != yaml.ScalarNode || !ok {
		d.wrong(n, calendar.WantDate)
		return calendar.Date{}, false
	}
	return date, true
}
