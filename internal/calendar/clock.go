package calendar

import (
	"fmt"
	"time"

	"stopdesktops/internal/pattern"
)

// WantClock is what ParseClock takes, for messages.
const WantClock = "a local time from 00:00 to 23:59, such as 19:30"

// clockShape keeps ParseClock to two digits; the time package takes one as well.
var clockShape = pattern.Name{Least: 5, Most: 5, First: "0-2", Rest: "0-9:"}

// Clock is a time on a clock on the wall, as a duration since 00:00.
type Clock time.Duration

// ParseClock reads a time as in 19:30, or returns false.
func ParseClock(s string) (Clock, bool) {
	t, err := time.Parse("15:04", s)
	if err != nil || !clockShape.MatchString(s) {
		return 0, false
	}
	return Clock(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute), true
}

// String is the time as ParseClock reads it.
func (c Clock) String() string {
	d := time.Duration(c)
	return fmt.Sprintf("%02d:%02d", d/time.Hour, d%time.Hour/time.Minute)
}

// At is the instant at which a clock in the zone shows the time on the date. A
// time that the clocks leave out that day is taken at the first instant after
// the gap, and one that they show twice the first time.
func At(date Date, clock Clock, zone *time.Location) time.Time {
	wanted := date.midnight().Add(time.Duration(clock)) // the reading, as if it were UTC
	y, m, d := wanted.Date()
	t := time.Date(y, m, d, wanted.Hour(), wanted.Minute(), wanted.Second(), 0, zone)
	begin, end := t.ZoneBounds()
	if !reading(t).Equal(wanted) {
		// A gap: the time package has put t before or after it, as it pleases.
		if gapAt(begin, wanted) {
			return begin
		}
		return end
	}
	if begin.IsZero() {
		return t
	}
	// The reading may have come before already, under the offset before begin.
	if earlier := wanted.Add(-offset(begin.Add(-time.Nanosecond))).In(zone); earlier.Before(begin) {
		return earlier
	}
	return t
}

// gapAt says whether the clocks jump over the reading at an instant of change.
func gapAt(change, wanted time.Time) bool {
	if change.IsZero() {
		return false
	}
	last := change.UTC().Add(offset(change.Add(-time.Nanosecond)))
	return !wanted.Before(last) && wanted.Before(reading(change))
}

// Repeats says whether the clocks in t's zone have shown t's reading before on
// the same day, as they do when they are put back.
func Repeats(t time.Time) bool {
	clock := reading(t).Sub(Of(t).midnight()).Truncate(time.Second)
	return At(Of(t), Clock(clock), t.Location()).Before(t.Truncate(time.Second))
}

// reading is what the clocks in t's zone show, as if it were UTC.
func reading(t time.Time) time.Time { return t.UTC().Add(offset(t)) }

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
