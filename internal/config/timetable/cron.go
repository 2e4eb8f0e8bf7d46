package timetable

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/netresearch/go-cron"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/mistake"
)

// cronFields are those of Function Compute's timer triggers: six, with seconds.
// Descriptors such as @daily are not among them, and @every has no fixed
// instants against which a tick could be checked.
var cronFields = cron.MustNewParser(cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

const (
	zonePrefix = "CRON_TZ="
	wantCron   = `six fields as in the trigger (second minute hour day month weekday), UTC unless CRON_TZ=<zone> stands before them, such as "CRON_TZ=Asia/Shanghai 0 0 20 * * *"`
)

// Positions of fields of a cron expression.
const (
	dayField     = 3
	weekdayField = 5
	fieldCount   = 6
)

// allHours are the bits of every hour of the day, as the cron library keeps them.
const allHours = 1<<24 - 1

// Cron returns the instants of a cron expression that is no timer's, such as that
// of a trigger, as a function of two times. The error says what is wrong with the
// expression.
func Cron(expression string) (between func(from, until time.Time) iter.Seq[time.Time], err error) {
	s, wrong := parseCron(expression)
	if wrong != "" {
		return nil, errors.New(wrong)
	}
	return s.between, nil
}

// cronExpression is a parsed cron expression.
type cronExpression struct {
	text string // as written, with single spaces
	zone *time.Location
	// zoned says that the expression names its zone.
	zoned bool
	times cron.Schedule
	// everyHour says that it comes in every hour of the day, so that an hour
	// which clocks show twice has it twice.
	everyHour bool
}

// clockChange is more than any zone puts its clocks forward at once.
const clockChange = 3 * time.Hour

// latest returns the latest instant of the schedule in the span up to and with
// end, or false where there is none.
func (s cronExpression) latest(end time.Time, span time.Duration) (found time.Time, ok bool) {
	if s.times == nil {
		return time.Time{}, false
	}
	end = end.UTC()
	start := end.Add(-span)
	from := start
	// An instant inside an hour that the clocks leave out is moved on by the
	// library, but only if it comes from before that hour.
	if before := start.Add(-clockChange); offset(before, s.zone) != offset(end, s.zone) {
		from = before
	}
	for at := s.times.Next(from); !at.IsZero() && !at.After(end); at = s.times.Next(at) {
		if at.After(start) {
			found, ok = at, true
		}
	}
	return found, ok
}

// lookBack are the spans in which previous looks, the shortest first, so that a
// schedule of every second is not counted through for years. The longest is more
// than the eight years between two leap days around a year such as 2100.
var lookBack = []time.Duration{time.Minute, 2 * time.Hour, 48 * time.Hour, 40 * 24 * time.Hour, 400 * 24 * time.Hour, 9 * 366 * 24 * time.Hour}

// previous returns the latest instant of the schedule before the one given, or
// zero.
func (s cronExpression) previous(scheduled time.Time) time.Time {
	for _, span := range lookBack {
		if found, ok := s.latest(scheduled.Add(-time.Nanosecond), span); ok {
			return found
		}
	}
	return time.Time{}
}

// between are the instants from one time on and before another, in order.
func (s cronExpression) between(from, until time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		if s.times == nil {
			return
		}
		for at := s.times.Next(from.UTC().Add(-clockChange)); !at.IsZero() && at.Before(until); at = s.times.Next(at) {
			if !at.Before(from) && !yield(at) {
				return
			}
		}
	}
}

func offset(t time.Time, zone *time.Location) int {
	_, seconds := t.In(zone).Zone()
	return seconds
}

// parseCron reads a cron expression. The string says what is wrong.
func parseCron(text string) (cronExpression, string) {
	fields := strings.Fields(text)
	written := strings.Join(fields, " ")
	zone := "UTC"
	zoned := len(fields) > 0 && strings.HasPrefix(fields[0], zonePrefix)
	if zoned {
		zone = strings.TrimPrefix(fields[0], zonePrefix)
		fields = fields[1:]
	}
	switch {
	case len(fields) > 0 && fields[0] == "@every":
		return cronExpression{}, "@every has no fixed instants, so nobody could tell a tick of the trigger from a forged one"
	case len(fields) != fieldCount:
		return cronExpression{}, fmt.Sprintf("it has %s, not %d", mistake.Count(len(fields), "field"), fieldCount)
	case zone == "" || zone == "Local":
		return cronExpression{}, "the zone is left to the machine"
	case restricted(fields[dayField]) && restricted(fields[weekdayField]):
		return cronExpression{}, "it names both a day of the month and a weekday, which some cron programs take as either and some as both"
	}
	// Names are written small because the library takes the H of THU for its
	// own hash syntax.
	location, ok := calendar.Zone(zone)
	if !ok {
		return cronExpression{}, fmt.Sprintf("there is no zone %s", mistake.Quote(zone))
	}
	parsed, err := cronFields.Parse(zonePrefix + "UTC " + strings.ToLower(strings.Join(fields, " ")))
	if err != nil {
		return cronExpression{}, err.Error()
	}
	// Given the zone by name, the library would look it up a second time.
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return cronExpression{}, fmt.Sprintf("the cron library made %T of it", parsed)
	}
	spec.Location = location
	if parsed.Next(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return cronExpression{}, "no such day comes within five years"
	}
	return cronExpression{written, location, zoned, parsed, spec.Hour&allHours == allHours}, ""
}

func restricted(field string) bool { return field != "*" && field != "?" }
