package timetable

import (
	"testing"
	"time"

	"stopdesktops/internal/calendar"
)

func testSchedules(t testing.TB) *Schedules {
	t.Helper()
	table, problems := Parse("f", []byte(goodKeys), testAround, testRules, false)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return table.Schedules
}

// TestSchedulesDue asks for windows of an hour, as an hourly tick does.
func TestSchedulesDue(t *testing.T) {
	s := testSchedules(t)
	for _, c := range []struct {
		name, schedule, zone, since, until string
		due                                bool
		problem                            string
	}{
		{"on the hour", "office", "", "2027-01-04T11:00:00Z", "2027-01-04T12:00:00Z", true, ""},
		{"since is before", "office", "", "2027-01-04T12:00:00Z", "2027-01-04T13:00:00Z", false, ""},
		{"within the hour", "office", "", "2027-01-04T04:00:00Z", "2027-01-04T05:00:00Z", true, ""},
		{"an hour early", "office", "", "2027-01-04T10:00:00Z", "2027-01-04T11:00:00Z", false, ""},
		{"Saturday", "office", "", "2027-01-02T11:00:00Z", "2027-01-02T12:00:00Z", false, ""},
		{"the desktop's own zone", "office", "Europe/Berlin", "2027-01-04T18:00:00Z", "2027-01-04T19:00:00Z", true, ""},
		{"the schedule's zone does not count then", "office", "Europe/Berlin", "2027-01-04T11:45:00Z", "2027-01-04T12:00:00Z", false, ""},
		{"Friday there, Saturday here", "office", "America/New_York", "2027-01-09T00:30:00Z", "2027-01-09T01:00:00Z", true, ""},
		{"over midnight", "night", "", "2027-01-05T03:30:00Z", "2027-01-05T04:30:00Z", true, ""},
		{"no such schedule", "offfice", "", "2027-01-04T11:00:00Z", "2027-01-04T12:00:00Z", false, `there is no schedule "offfice"; timers.yaml has night, office`},
		{"no such zone", "office", "Europe/Berln", "2027-01-04T18:00:00Z", "2027-01-04T19:00:00Z", false, `there is no time zone "Europe/Berln"; want one such as Asia/Shanghai`},
		{"a hostile zone", "office", "../../etc/passwd", "2027-01-04T18:00:00Z", "2027-01-04T19:00:00Z", false, `there is no time zone "../../etc/passwd"; want one such as Asia/Shanghai`},
		{"the last that is served", "office", "", "2027-01-04T00:00:00Z", "2027-01-04T14:59:59Z", true, ""},
		{"too old to be served", "office", "", "2027-01-04T00:00:00Z", "2027-01-04T15:00:00Z", false, ""},
		{"no window", "office", "", "2027-01-04T12:00:00Z", "2027-01-04T12:00:00Z", false, ""},
		{"an empty window of all time", "office", "", "0001-01-01T00:00:00Z", "2027-01-04T12:00:00Z", true, ""},
	} {
		due, problem := s.Due(c.schedule, c.zone, at(t, c.since), at(t, c.until))
		if due != c.due || problem != c.problem {
			t.Errorf("%s: due %t %q, want %t %q", c.name, due, problem, c.due, c.problem)
		}
	}
	var none *Schedules
	if due, problem := none.Due("office", "", time.Time{}, at(t, "2027-01-04T12:00:00Z")); due || problem != `there is no schedule "office"; timers.yaml has none` {
		t.Errorf("no schedules: due %t %q", due, problem)
	}
	if none.All() != nil {
		t.Error("no schedules are some")
	}
}

// TestScheduleOncePerDay cuts years of zones that change their clocks into hours
// and counts: each stop time of each day is due in exactly one of them.
func TestScheduleOncePerDay(t *testing.T) {
	stops := []calendar.Clock{0, calendar.Clock(30 * time.Minute), calendar.Clock(150 * time.Minute), calendar.Clock(23*time.Hour + 30*time.Minute)}
	for _, name := range []string{"Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe"} {
		zone := zoneOf(name)
		for _, stop := range stops {
			s := newSchedules([]Schedule{{Name: "a", Stops: []calendar.Clock{stop}, Days: Days{Zone: zone}}})
			total := 0
			begin := calendar.At(calendar.Date{Year: 2018, Month: 1, Day: 1}, 0, zone)
			end := calendar.At(calendar.Date{Year: 2019, Month: 1, Day: 1}, 0, zone)
			for since := begin.Add(-time.Hour); since.Before(end.Add(-time.Hour)); since = since.Add(time.Hour) {
				if due, _ := s.Due("a", "", since, since.Add(time.Hour)); due {
					total++
				}
			}
			if total != 365 {
				t.Errorf("%s in %s is due %d times in 2018, want 365", stop, name, total)
			}
		}
	}
}
