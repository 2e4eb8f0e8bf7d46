package calendar

import (
	"fmt"
	"time"
)

// Years that a date may be of. Before the first there was nothing to stop, and
// the last is farther off than any official notice.
const (
	FirstYear = 2000
	LastYear  = 2199
)

// WantDate is what ParseDate takes, for messages.
const WantDate = "a date such as 2027-01-01"

// Date is a day of the calendar, without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Of is the date that t shows in its own zone.
func Of(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads a date as in 2027-01-01, or returns false.
func ParseDate(s string) (Date, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < FirstYear || t.Year() > LastYear {
		return Date{}, false
	}
	return Of(t), true
}

// String is the date as ParseDate reads it.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.midnight().Weekday() }

// Add is the date so many days later, or earlier.
func (d Date) Add(days int) Date { return Of(d.midnight().AddDate(0, 0, days)) }

// Before says whether d comes before e.
func (d Date) Before(e Date) bool { return d.midnight().Before(e.midnight()) }

// midnight stands for the date where only dates are compared.
func (d Date) midnight() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
