package calendar

import (
	"fmt"
	"slices"
	"time"
)

// NoticeMonth is the month from which on the next year must be in a calendar.
// China publishes a year's holidays in late October or November of the year
// before; others do so earlier, and a year needs some weeks to be put in.
const NoticeMonth = time.October

// Calendar says which days are worked. The zero Calendar has no dates: Saturday
// and Sunday are free, and nothing else is.
type Calendar struct {
	Name        string         // as in calendars/<name>.yaml; empty: there is no file
	Years       []int          // whose dates are known
	Provisional []int          // of those, the ones whose dates are not official yet
	Weekend     []time.Weekday // nil is Saturday and Sunday
	Holidays    map[Date]string
	Workdays    map[Date]string // make-up workdays
}

// Kind is what a day is.
type Kind string

// Every day is of exactly one kind. A make-up workday wins over the weekend, a
// holiday over both weekend and workday; no day is holiday and make-up workday.
const (
	Workday Kind = "workday"
	Weekend Kind = "weekend"
	Holiday Kind = "holiday"
	MakeUp  Kind = "make-up workday"
)

// Day is one day of a calendar.
type Day struct {
	Date     Date
	Kind     Kind
	Name     string // of the holiday, or of that for which a make-up workday is worked
	Calendar string // its name, or empty

	// Doubt says why the calendar may be wrong about the day, or is empty.
	Doubt string
}

// Works says whether people work on the day.
func (d Day) Works() bool { return d.Kind == Workday || d.Kind == MakeUp }

// String is the day in words, such as "2027-01-01 is a Friday and a holiday of
// calendar china (New Year's Day)".
func (d Day) String() string {
	s := fmt.Sprintf("%s is a %s and a %s", d.Date, d.Date.Weekday(), d.Kind)
	if d.Kind == Weekend {
		s += " day"
	}
	if d.Calendar != "" {
		s += " of calendar " + d.Calendar
	}
	if d.Name != "" {
		s += " (" + d.Name + ")"
	}
	return s
}

// Day looks a date up. A date of a year that the calendar does not cover counts
// by its weekday only, and Doubt says so.
func (c Calendar) Day(date Date) Day {
	day := Day{Date: date, Calendar: c.Name, Kind: Workday}
	if c.Name != "" {
		day.Doubt = c.doubt(date.Year)
	}
	holiday, free := c.Holidays[date]
	workday, worked := c.Workdays[date]
	switch {
	case worked:
		day.Kind, day.Name = MakeUp, workday
	case free:
		day.Kind, day.Name = Holiday, holiday
	case c.IsWeekend(date.Weekday()):
		day.Kind = Weekend
	}
	return day
}

// IsWeekend says whether a day of the week is free as such.
func (c Calendar) IsWeekend(day time.Weekday) bool {
	if c.Weekend == nil {
		return day == time.Saturday || day == time.Sunday
	}
	return slices.Contains(c.Weekend, day)
}

func (c Calendar) doubt(year int) string {
	switch {
	case !slices.Contains(c.Years, year):
		return fmt.Sprintf("Calendar %s has no dates of %d, so the day counts by its weekday only.", c.Name, year)
	case slices.Contains(c.Provisional, year):
		return fmt.Sprintf("The dates of %d in calendar %s are provisional.", year, c.Name)
	}
	return ""
}

// Warning says that the calendar needs somebody's hand: this year is missing or
// provisional, or from NoticeMonth on the next year is. Empty is that it does
// not.
func (c Calendar) Warning(today Date) string {
	years := []int{today.Year}
	if today.Month >= NoticeMonth {
		years = append(years, today.Year+1)
	}
	for _, year := range years {
		switch {
		case !slices.Contains(c.Years, year):
			return fmt.Sprintf("calendar %s has no dates of %d: its days count by their weekdays only; add the year to calendars/%s.yaml", c.Name, year, c.Name)
		case slices.Contains(c.Provisional, year):
			return fmt.Sprintf("the dates of %d in calendar %s are provisional: compare them with the official notice, then take the year out of Provisional in calendars/%s.yaml", year, c.Name, c.Name)
		}
	}
	return ""
}
