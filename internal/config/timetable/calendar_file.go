package timetable

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/pattern"
)

const (
	// holidayMost is the most days that one entry spans. The longest public
	// holidays are a little over a week; a month is a slip of the pen.
	holidayMost = 31

	// textMost is the most characters of a name that people read in a message.
	textMost = 100

	wantCalendar = "a calendar: Years, Provisional, Weekend, Holidays, Workdays"
	wantYears    = "a list of years from 2000 to 2199, each once"
	wantWeekend  = "a list of days of the week such as [Saturday, Sunday], each once and not all seven"
	wantDayList  = "a list of days: Date, To, Name"
	wantDay      = "a day: Date, To, Name"
)

// wantText is what a line of text must be.
var wantText = fmt.Sprintf("one line of at most %d printable characters", textMost)

// calendarFile is a calendar on its way.
type calendarFile struct {
	*document.Document
	calendar calendar.Calendar
	lines    map[calendar.Date]int // where a date stands
}

// ParseCalendar reads the calendar of that name. File is what calendars/<name>.yaml
// goes by in messages.
func ParseCalendar(file string, text []byte, name string) (calendar.Calendar, mistake.Problems) {
	d, root := document.Parse(file, text, wantCalendar)
	if root == nil {
		return calendar.Calendar{}, d.Problems
	}
	c := calendarFile{Document: d, lines: map[calendar.Date]int{}}
	c.calendar = calendar.Calendar{Name: name, Holidays: map[calendar.Date]string{}, Workdays: map[calendar.Date]string{}}
	c.read(root)
	if len(c.Problems) > 0 {
		return calendar.Calendar{}, c.Problems
	}
	return c.calendar, nil
}

func (c *calendarFile) read(root *yaml.Node) {
	fields := c.Fields(root, wantCalendar, "Years", "Provisional", "Weekend", "Holidays", "Workdays")
	if fields == nil {
		return
	}
	if n := c.Required(root, fields, "Years", wantYears); n != nil {
		c.calendar.Years = c.years(n)
	}
	if n, ok := fields["Provisional"]; ok {
		c.provisional(n)
	}
	if n, ok := fields["Weekend"]; ok {
		c.weekend(n)
	}
	if n, ok := fields["Holidays"]; ok {
		c.days(n, c.calendar.Holidays, nil)
	}
	if n, ok := fields["Workdays"]; ok {
		c.days(n, c.calendar.Workdays, func(date calendar.Date) string {
			if c.calendar.IsWeekend(date.Weekday()) {
				return ""
			}
			return "a day of the weekend: a " + date.Weekday().String() + " is worked anyway"
		})
	}
}

func (c *calendarFile) years(n *yaml.Node) []int {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		c.Wrong(n, wantYears)
		return nil
	}
	var years []int
	for _, item := range n.Content {
		year, err := strconv.Atoi(item.Value)
		if item.Kind != yaml.ScalarNode || err != nil || year < calendar.FirstYear || year > calendar.LastYear || slices.Contains(years, year) {
			c.Wrong(item, wantYears)
			continue
		}
		years = append(years, year)
	}
	return years
}

func (c *calendarFile) provisional(n *yaml.Node) {
	c.calendar.Provisional = c.years(n)
	for _, item := range n.Content {
		if year, err := strconv.Atoi(item.Value); err == nil && len(c.calendar.Years) > 0 && !slices.Contains(c.calendar.Years, year) && c.Sound(item) {
			c.Wrong(item, "only years that are in Years")
		}
	}
}

func (c *calendarFile) weekend(n *yaml.Node) {
	c.calendar.Weekend = []time.Weekday{}
	if n.Kind != yaml.SequenceNode {
		c.Wrong(n, wantWeekend)
		return
	}
	for _, item := range n.Content {
		day := slices.Index(weekdays, item.Value)
		if item.Kind != yaml.ScalarNode || day < 0 || c.calendar.IsWeekend(time.Weekday(day)) {
			c.Wrong(item, wantWeekend)
			continue
		}
		c.calendar.Weekend = append(c.calendar.Weekend, time.Weekday(day))
	}
	if len(c.calendar.Weekend) == len(weekdays) {
		c.Wrong(n, wantWeekend)
	}
}

// weekdays are their names, Sunday first as the time package counts.
var weekdays = func() (names []string) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		names = append(names, day.String())
	}
	return names
}()

// days reads a list of dates into dst. fits says what else is wanted of a date,
// or nothing.
func (c *calendarFile) days(n *yaml.Node, dst map[calendar.Date]string, fits func(calendar.Date) string) {
	if n.Kind != yaml.SequenceNode {
		c.Wrong(n, wantDayList)
		return
	}
	for _, item := range n.Content {
		fields := c.Fields(item, wantDay, "Date", "To", "Name")
		if fields == nil {
			continue
		}
		var name string
		if f := c.Required(item, fields, "Name", wantText); f != nil {
			name = c.Text(f, pattern.Line{Most: textMost}, wantText)
		}
		f := c.Required(item, fields, "Date", calendar.WantDate)
		if f == nil {
			continue
		}
		from, ok := date(c.Document, f)
		to := from
		if last, given := fields["To"]; given && ok {
			if to, ok = date(c.Document, last); ok && (!from.Before(to) || from.Add(holidayMost-1).Before(to)) {
				c.Wrong(last, fmt.Sprintf("a later date than Date, %s, and at most %d days in all", from, holidayMost))
				ok = false
			}
		}
		for date := from; ok && !to.Before(date); date = date.Add(1) {
			c.take(f, date, name, dst, fits)
		}
	}
}

// take puts one date of an entry where it belongs.
func (c *calendarFile) take(n *yaml.Node, date calendar.Date, name string, dst map[calendar.Date]string, fits func(calendar.Date) string) {
	if line, twice := c.lines[date]; twice {
		c.Add(n, fmt.Sprintf("%s, which line %d has already", date, line), "each date once")
		return
	}
	c.lines[date] = n.Line
	if !slices.Contains(c.calendar.Years, date.Year) {
		if len(c.calendar.Years) > 0 {
			c.Add(n, date.String(), fmt.Sprintf("a date of the years that are in Years; add %d there or mend the date", date.Year))
		}
		return
	}
	if fits != nil {
		if want := fits(date); want != "" {
			c.Add(n, date.String(), want)
			return
		}
	}
	dst[date] = name
}
