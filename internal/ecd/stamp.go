package ecd

import (
	"strings"
	"time"
)

// stampForms are the times of the API: most members show the minute, some the
// second. Fractions of seconds are read with either of Go's own forms.
var stampForms = []string{time.RFC3339, "2006-01-02T15:04Z07:00"}

// stampOf reads a time of the API. White space around it, and the word null for
// nothing, occur in the vendor's samples. Nothing is the zero time.
func stampOf(s string) (at time.Time, ok bool) {
	s = strings.TrimSpace(s)
	if orNone(s) == "" {
		return time.Time{}, true
	}
	for _, form := range stampForms {
		if at, err := time.Parse(form, s); err == nil && !at.IsZero() {
			return at, true
		}
	}
	return time.Time{}, false
}

// longest is the longest time that a number of seconds is believed to mean.
// More is a time of day, or of another unit, in the wrong place.
const longest = 10 * 365 * 24 * time.Hour

// spanOf reads a number of seconds. None, and one that cannot be, is unknown.
func spanOf(seconds *int64) (time.Duration, bool) {
	if seconds == nil || *seconds < 0 || *seconds > int64(longest/time.Second) {
		return 0, false
	}
	return time.Duration(*seconds) * time.Second, true
}
