package calendar

import (
	"testing"
	"time"
)

func date(t testing.TB, s string) Date {
	t.Helper()
	d, ok := ParseDate(s)
	if !ok {
		t.Fatalf("%q is no date", s)
	}
	return d
}

// spring is a year with a holiday, a make-up workday and a year to be checked.
func spring(t testing.TB) Calendar {
	return Calendar{Name: "spring", Years: []int{2026, 2027}, Provisional: []int{2027},
		Holidays: map[Date]string{date(t, "2026-02-16"): "Spring Festival", date(t, "2026-02-15"): "Spring Festival", date(t, "2027-01-01"): ""},
		Workdays: map[Date]string{date(t, "2026-02-14"): "Spring Festival", date(t, "2026-02-28"): ""}}
}

func TestDay(t *testing.T) {
	for _, c := range []struct {
		calendar Calendar
		day      string
		works    bool
		want     string
		doubt    string
	}{
		{spring(t), "2026-02-13", true, "2026-02-13 is a Friday and a workday of calendar spring", ""},
		{spring(t), "2026-02-14", true, "2026-02-14 is a Saturday and a make-up workday of calendar spring (Spring Festival)", ""},
		{spring(t), "2026-02-15", false, "2026-02-15 is a Sunday and a holiday of calendar spring (Spring Festival)", ""},
		{spring(t), "2026-02-16", false, "2026-02-16 is a Monday and a holiday of calendar spring (Spring Festival)", ""},
		{spring(t), "2026-02-21", false, "2026-02-21 is a Saturday and a weekend day of calendar spring", ""},
		{spring(t), "2026-02-28", true, "2026-02-28 is a Saturday and a make-up workday of calendar spring", ""},
		{spring(t), "2027-01-01", false, "2027-01-01 is a Friday and a holiday of calendar spring", "The dates of 2027 in calendar spring are provisional."},
		{spring(t), "2028-01-03", true, "2028-01-03 is a Monday and a workday of calendar spring", "Calendar spring has no dates of 2028, so the day counts by its weekday only."},
		{spring(t), "2025-01-04", false, "2025-01-04 is a Saturday and a weekend day of calendar spring", "Calendar spring has no dates of 2025, so the day counts by its weekday only."},
		{Calendar{}, "2027-01-01", true, "2027-01-01 is a Friday and a workday", ""},
		{Calendar{}, "2027-01-03", false, "2027-01-03 is a Sunday and a weekend day", ""},
		{Calendar{Weekend: []time.Weekday{time.Friday}}, "2027-01-01", false, "2027-01-01 is a Friday and a weekend day", ""},
		{Calendar{Weekend: []time.Weekday{}}, "2027-01-03", true, "2027-01-03 is a Sunday and a workday", ""},
	} {
		day := c.calendar.Day(date(t, c.day))
		if day.String() != c.want || day.Works() != c.works || day.Doubt != c.doubt {
			t.Errorf("%s, works %t, doubt %q\nwant %s, works %t, doubt %q", day, day.Works(), day.Doubt, c.want, c.works, c.doubt)
		}
	}
}

func TestWarning(t *testing.T) {
	const (
		missing     = "calendar spring has no dates of %Y: its days count by their weekdays only; add the year to calendars/spring.yaml"
		provisional = "the dates of 2027 in calendar spring are provisional: compare them with the official notice, then take the year out of Provisional in calendars/spring.yaml"
	)
	official := spring(t)
	official.Provisional = nil
	for _, c := range []struct {
		calendar    Calendar
		today, want string
	}{
		{official, "2026-01-01", ""},
		{official, "2026-09-30", ""},
		{official, "2026-10-01", ""},
		{official, "2027-09-30", ""},
		{official, "2027-10-01", "calendar spring has no dates of 2028: its days count by their weekdays only; add the year to calendars/spring.yaml"},
		{official, "2028-01-01", "calendar spring has no dates of 2028: its days count by their weekdays only; add the year to calendars/spring.yaml"},
		{spring(t), "2026-09-30", ""},
		{spring(t), "2026-10-01", provisional},
		{spring(t), "2027-03-01", provisional},
	} {
		if got := c.calendar.Warning(date(t, c.today)); got != c.want {
			t.Errorf("on %s: %q, want %q", c.today, got, c.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	for _, s := range []string{"", "2027-1-1", "2027-02-29", "2027-13-01", "01-01-2027", "1999-12-31", "2200-01-01", "2027-01-01 ", "2027-01-01T00:00:00Z", "20270101"} {
		if d, ok := ParseDate(s); ok {
			t.Errorf("%q is read as %s", s, d)
		}
	}
	for _, s := range []string{"2000-01-01", "2028-02-29", "2199-12-31"} {
		if d, ok := ParseDate(s); !ok || d.String() != s {
			t.Errorf("%q is read as %s, %t", s, d, ok)
		}
	}
	if d := date(t, "2027-12-31"); d.Add(1).String() != "2028-01-01" || d.Add(-365).String() != "2026-12-31" || !d.Before(d.Add(1)) || d.Before(d) || d.Weekday() != time.Friday {
		t.Errorf("%s is a %s; a day on is %s", d, d.Weekday(), d.Add(1))
	}
}
