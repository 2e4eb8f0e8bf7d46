package timetable

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document/documenttest"
)

func TestBadCalendars(t *testing.T) {
	const (
		keys    = "a calendar: Years, Provisional, Weekend, Holidays, Workdays"
		years   = "want a list of years from 2000 to 2199, each once"
		weekend = "want a list of days of the week such as [Saturday, Sunday], each once and not all seven"
		list    = "want a list of days: Date, To, Name"
		date    = "want a date such as 2027-01-01"
		name    = "want one line of at most 100 printable characters"
	)
	with := func(lines string) string { return "Years: [2027]\n" + lines }
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "f:1:1: found nothing; want " + keys},
		{"only comments", "# later\n", "f:1:1: found nothing; want " + keys},
		{"a list", "- 2027-01-01", "f:1:1: found a list; want " + keys},
		{"no years", "Holidays: []", "f:1:1: Years is missing; " + years},
		{"no year", "Years: []", "f:1:8: found a list; " + years},
		{"one year, no list", "Years: 2027", `f:1:8: found "2027"; ` + years},
		{"years", "Years: [27, 2027, 2027, x, [2028]]", `f:1:9: found "27"; ` + years + "\n" + `f:1:19: found "2027"; ` + years + "\n" + `f:1:25: found "x"; ` + years + "\nf:1:28: found a list; " + years},
		{"provisional beyond", with("Provisional: [2028]"), `f:2:15: found "2028"; want only years that are in Years`},
		{"weekend", with("Weekend: [Sat, Sunday, Sunday]"), `f:2:11: found "Sat"; ` + weekend + "\n" + `f:2:24: found "Sunday"; ` + weekend},
		{"no workday at all", with("Weekend: [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]"), "f:2:10: found a list; " + weekend},
		{"a word for the weekend", with("Weekend: Sunday"), `f:2:10: found "Sunday"; ` + weekend},
		{"a map of holidays", with("Holidays: {2027-01-01: New Year}"), "f:2:11: found keys and values; " + list},
		{"a date for a day", with("Holidays: [2027-01-01]"), `f:2:12: found "2027-01-01"; want a day: Date, To, Name`},
		{"no date, no name", with("Holidays: [{}]"), "f:2:12: Name is missing; " + name + "\nf:2:12: Date is missing; " + date},
		{"unknown key", with("Holidays: [{Date: 2027-01-01, Nmae: x}]"), "f:2:31: found the key \"Nmae\"; want Name"},
		{"no such date", with("Holidays: [{Date: 2027-02-29, Name: x}]"), `f:2:19: found "2027-02-29"; ` + date},
		{"empty name", with("Holidays: [{Date: 2027-01-01, Name: \" \"}]"), `f:2:37: found " "; ` + name},
		{"a name of two lines", with("Holidays: [{Date: 2027-01-01, Name: \"a\\nb\"}]"), `f:2:37: found "a\nb"; ` + name},
		{"a long name", with("Holidays: [{Date: 2027-01-01, Name: " + strings.Repeat("x", 101) + "}]"), `f:2:37: found "` + strings.Repeat("x", 60) + `" and 41 more characters; ` + name},
		{"another year", with("Holidays: [{Date: 2028-01-01, Name: x}]"), `f:2:19: found 2028-01-01; want a date of the years that are in Years; add 2028 there or mend the date`},
		{"date twice", with("Holidays:\n- {Date: 2027-01-01, Name: x}\n- {Date: 2027-01-01, Name: x}\n"), `f:4:10: found 2027-01-01, which line 3 has already; want each date once`},
		{"date in a range", with("Holidays:\n- {Date: 2027-01-01, To: 2027-01-03, Name: x}\nWorkdays:\n- {Date: 2027-01-03, Name: x}\n"), `f:5:10: found 2027-01-03, which line 3 has already; want each date once`},
		{"To before Date", with("Holidays: [{Date: 2027-01-02, To: 2027-01-01, Name: x}]"), `f:2:35: found "2027-01-01"; want a later date than Date, 2027-01-02, and at most 31 days in all`},
		{"To is Date", with("Holidays: [{Date: 2027-01-02, To: 2027-01-02, Name: x}]"), `f:2:35: found "2027-01-02"; want a later date than Date, 2027-01-02, and at most 31 days in all`},
		{"To a year later", with("Holidays: [{Date: 2027-01-02, To: 2027-02-02, Name: x}]"), `f:2:35: found "2027-02-02"; want a later date than Date, 2027-01-02, and at most 31 days in all`},
		{"a make-up Monday", with("Workdays: [{Date: 2027-01-04, Name: x}]"), `f:2:19: found 2027-01-04; want a day of the weekend: a Monday is worked anyway`},
		{"a make-up day of another weekend", with("Weekend: [Friday]\nWorkdays: [{Date: 2027-01-02, Name: x}]"), `f:3:19: found 2027-01-02; want a day of the weekend: a Saturday is worked anyway`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := ParseCalendar("f", []byte(c.text), "a")
			if problems.Error() != c.want {
				t.Errorf("got\n%s\nwant\n%s", problems, c.want)
			}
		})
	}
}

// goodCalendar has every key once.
//
//go:embed testdata/calendar.yaml
var goodCalendar string

func TestGoodCalendar(t *testing.T) {
	c, problems := ParseCalendar("f", []byte(goodCalendar), "a")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := fmt.Sprint(c.Name, c.Years, c.Provisional, c.Weekend, len(c.Holidays), len(c.Workdays))
	for _, day := range []string{"2026-12-29", "2026-12-30", "2027-01-02", "2027-01-03", "2027-01-08", "2027-01-09", "2027-02-05"} {
		date, _ := calendar.ParseDate(day)
		got += fmt.Sprint("\n", c.Day(date))
	}
	want := `a[2026 2027] [2027] [Friday Saturday] 5 1
2026-12-29 is a Tuesday and a workday of calendar a
2026-12-30 is a Wednesday and a holiday of calendar a (元旦)
2027-01-02 is a Saturday and a holiday of calendar a (元旦)
2027-01-03 is a Sunday and a workday of calendar a
2027-01-08 is a Friday and a weekend day of calendar a
2027-01-09 is a Saturday and a make-up workday of calendar a (New Year)
2027-02-05 is a Friday and a holiday of calendar a (Spring Festival)`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// FuzzCalendar looks for a file that makes the parser panic or hang, and for a
// calendar that is let through with a date it must not have.
func FuzzCalendar(f *testing.F) {
	for _, s := range []string{"", goodCalendar, "Years: [2027]", "Years: [2000, 2199]\nHolidays: [{Date: 2199-12-31, Name: x}]", "Years: [2027]\nHolidays: [{Date: 2027-12-31, To: 2028-01-01, Name: x}]",
		"Years: [0x7eb]", "Years: [2027]\nWorkdays: [{Date: 2027-01-02, Name: x}, {Date: 2027-01-02, Name: y}]", "Years: [1e400]", "Weekend: []\nYears: [2027]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := ParseCalendar("f", []byte(text), "a")
		documenttest.InPlace(t, problems)
		if len(problems) > 0 {
			return
		}
		works := 0
		for date := (calendar.Date{Year: c.Years[0], Month: 1, Day: 1}); date.Year == c.Years[0]; date = date.Add(1) {
			day := c.Day(date)
			if day.Works() {
				works++
			}
			if _, both := c.Holidays[date]; both && day.Kind != calendar.Holiday {
				t.Errorf("%s is on both lists", date)
			}
		}
		if len(c.Holidays) == 0 && works < 52 {
			t.Errorf("%d workdays in a year without holidays", works)
		}
		for date, name := range c.Workdays {
			if !c.IsWeekend(date.Weekday()) || name == "" {
				t.Errorf("make-up workday %s %q is let through", date, name)
			}
		}
	})
}
