package timetable

import (
	"fmt"
	"slices"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document"
)

const (
	wantOnlyOn  = "workdays, holidays or any"
	wantBetween = "a list of {From, To} dates, both included"
)

// daysKeys are the keys of a mapping that days reads.
var daysKeys = []string{"Zone", "Calendar", "OnlyOn", "Between"}

// days reads the keys that say on which days something runs.
func (in Surroundings) days(d *document.Document, fields map[string]*yaml.Node) Days {
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
