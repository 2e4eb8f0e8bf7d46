package timetable

import (
	"fmt"
	"time"

	"stopdesktops/internal/calendar"
)

// OnlyOn says on which kind of day something runs.
type OnlyOn string

// Holidays are all days that are no workdays, weekends included: that is when
// nobody is at work.
const (
	AnyDay       OnlyOn = "any"
	OnlyWorkdays OnlyOn = "workdays"
	OnlyHolidays OnlyOn = "holidays"
)

// Days are the days on which a timer or a schedule runs. The zero Days are all.
type Days struct {
	Zone     *time.Location    // whose dates are meant
	Calendar calendar.Calendar // without a name: Saturday and Sunday are free, and there are no holidays
	OnlyOn   OnlyOn            // empty is any
	Between  []Span            // none is always
}

// Span is a range of dates, both included.
type Span struct{ From, To calendar.Date }

func (s Span) String() string { return s.From.String() + " to " + s.To.String() }

// Skip is what keeps something from running on a day.
type Skip string

// What is counted where nothing runs. A day is what the calendar says it is: a
// holiday on a Sunday is a holiday.
const (
	SkipHoliday Skip = "holiday"
	SkipWeekend Skip = "weekend day"
	SkipWorkday Skip = "workday"
	SkipMakeUp  Skip = "make-up workday"
	SkipOutside Skip = "outside Between"
	SkipRepeat  Skip = "repeated by the clocks"
)

// skips says what a day of the calendar is to what does not run on it.
var skips = map[calendar.Kind]Skip{calendar.Holiday: SkipHoliday, calendar.Weekend: SkipWeekend, calendar.Workday: SkipWorkday, calendar.MakeUp: SkipMakeUp}

// Decision says whether something runs, and why in a sentence for people.
type Decision struct {
	Run  bool
	Why  string
	Skip Skip // empty where it runs
	// Doubt says why the calendar may be wrong about the day, or is empty.
	Doubt string
}

// On decides about a date.
func (d Days) On(date calendar.Date) Decision {
	if !d.between(date) {
		return Decision{Skip: SkipOutside, Why: fmt.Sprintf("%s is outside the dates between which it runs; %s.", date, d.nearestSpan(date))}
	}
	switch {
	case d.always():
		return Decision{Run: true, Why: "It runs every day."}
	case d.everyDay():
		return Decision{Run: true, Why: fmt.Sprintf("%s is within the dates between which it runs.", date)}
	}
	day := d.Calendar.Day(date)
	run := day.Works() == (d.OnlyOn == OnlyWorkdays)
	if !run {
		return Decision{Skip: skips[day.Kind], Why: fmt.Sprintf("%s; it runs on %s only.", day, d.OnlyOn), Doubt: day.Doubt}
	}
	return Decision{Run: true, Why: day.String() + ".", Doubt: day.Doubt}
}

// always says that no day is left out.
func (d Days) always() bool { return d.everyDay() && d.Between == nil }

// runs is what On decides, without the words.
func (d Days) runs(date calendar.Date) bool {
	return d.between(date) && (d.everyDay() || d.Calendar.Day(date).Works() == (d.OnlyOn == OnlyWorkdays))
}

func (d Days) everyDay() bool { return d.OnlyOn == "" || d.OnlyOn == AnyDay }

func (d Days) between(date calendar.Date) bool {
	for _, s := range d.Between {
		if !date.Before(s.From) && !s.To.Before(date) {
			return true
		}
	}
	return d.Between == nil
}

// nearestSpan says when it runs next, or did last.
func (d Days) nearestSpan(date calendar.Date) string {
	var next, last *Span
	for i, s := range d.Between {
		switch {
		case date.Before(s.From) && (next == nil || s.From.Before(next.From)):
			next = &d.Between[i]
		case s.To.Before(date) && (last == nil || last.To.Before(s.To)):
			last = &d.Between[i]
		}
	}
	if next != nil {
		return "the next are " + next.String()
	}
	return "the last were " + last.String()
}
