package main

import (
	"cmp"
	"time"

	"stopdesktops/internal/pattern"
)

// timeLayout is how every time is written for people: what a clock on the wall
// shows, and the offset, because operators sit in other zones than their desktops.
const timeLayout = "2006-01-02 15:04 -07:00"

// localTime is a time in the deployment's zone, that of ZONE. One table never shows
// two zones, whatever door or zone a record comes from.
func localTime(at time.Time, zone *time.Location) string {
	return at.In(cmp.Or(zone, time.UTC)).Format(timeLayout)
}

// moment is a time within a text of the core. One that is quoted, or behind a dash or
// an equals sign, is part of somebody's own word, such as a tag's value, and what
// follows "such as" is to be typed: these stay.
var moment = pattern.New(`(such as |["'=-])?\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\b`)

// inZone writes the times in a text of the core as localTime does.
func inZone(s string, zone *time.Location) string {
	return moment.ReplaceAllStringFunc(s, func(found string) string {
		at, err := time.Parse(time.RFC3339, found)
		if err != nil {
			return found
		}
		return localTime(at, zone)
	})
}
