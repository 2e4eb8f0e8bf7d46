package calendar

import (
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, ok := Zone(name)
	if !ok {
		t.Fatalf("there is no zone %s", name)
	}
	return z
}

// TestAt puts clocks around the changes of zones that have them: Berlin skips
// 02:00 to 03:00 and repeats it, Sao Paulo (until 2019) skipped and repeated the
// hour around midnight, Lord Howe moves by half an hour, Apia left out a day.
func TestAt(t *testing.T) {
	for _, c := range []struct{ zone, day, clock, want string }{
		{"Asia/Shanghai", "2027-01-04", "20:00", "2027-01-04T12:00:00Z"},
		{"UTC", "2027-01-04", "00:00", "2027-01-04T00:00:00Z"},

		{"Europe/Berlin", "2027-03-28", "01:59", "2027-03-28T00:59:00Z"},
		{"Europe/Berlin", "2027-03-28", "02:00", "2027-03-28T01:00:00Z"},
		{"Europe/Berlin", "2027-03-28", "02:30", "2027-03-28T01:00:00Z"},
		{"Europe/Berlin", "2027-03-28", "03:00", "2027-03-28T01:00:00Z"},
		{"Europe/Berlin", "2027-03-28", "03:01", "2027-03-28T01:01:00Z"},
		{"Europe/Berlin", "2027-10-31", "01:59", "2027-10-30T23:59:00Z"},
		{"Europe/Berlin", "2027-10-31", "02:00", "2027-10-31T00:00:00Z"},
		{"Europe/Berlin", "2027-10-31", "02:59", "2027-10-31T00:59:00Z"},
		{"Europe/Berlin", "2027-10-31", "03:00", "2027-10-31T02:00:00Z"},

		{"America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04T03:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04T03:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "01:00", "2018-11-04T03:00:00Z"},
		{"America/Sao_Paulo", "2018-11-03", "23:59", "2018-11-04T02:59:00Z"},
		{"America/Sao_Paulo", "2018-02-17", "23:30", "2018-02-18T01:30:00Z"},
		{"America/Sao_Paulo", "2018-02-18", "00:00", "2018-02-18T03:00:00Z"},

		{"Australia/Lord_Howe", "2027-10-03", "02:15", "2027-10-02T15:30:00Z"},
		{"Australia/Lord_Howe", "2027-04-04", "01:45", "2027-04-03T14:45:00Z"},
		{"Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z"},
		{"America/New_York", "2027-11-07", "01:30", "2027-11-07T05:30:00Z"},
	} {
		clock, ok := ParseClock(c.clock)
		if !ok || clock.String() != c.clock {
			t.Fatalf("%q is read as %s, %t", c.clock, clock, ok)
		}
		if got := At(date(t, c.day), clock, zone(t, c.zone)).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s %s in %s is %s, want %s", c.day, c.clock, c.zone, got, c.want)
		}
	}
}

// TestAtAgreesWithClocks compares the half hours of a year in each zone with what
// the zone's own clocks show: the first instant of a reading, or the first after
// it.
func TestAtAgreesWithClocks(t *testing.T) {
	const step = 30 * time.Minute
	type shown struct {
		day   Date
		clock Clock
	}
	for name, changes := range map[string]bool{"Europe/Berlin": true, "America/Sao_Paulo": true, "Australia/Lord_Howe": true, "Asia/Shanghai": false} {
		z := zone(t, name)
		first := map[shown]time.Time{}
		repeats := 0
		for at := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2019; at = at.Add(step) {
			local := at.In(z)
			hour, minute, _ := local.Clock()
			key := shown{Of(local), Clock(time.Duration(hour*60+minute) * time.Minute)}
			_, seen := first[key]
			if !seen {
				first[key] = at
			} else {
				repeats++
			}
			if Repeats(local) != seen {
				t.Fatalf("%s: %s repeats %t, want %t", name, local, !seen, seen)
			}
		}
		if changes != (repeats > 0) {
			t.Errorf("%s: %d readings come twice", name, repeats)
		}
		for day, last := (Date{2018, 1, 3}), (Date{2018, 12, 30}); day != last; day = day.Add(1) {
			for clock := Clock(0); clock < Clock(24*time.Hour); clock += Clock(step) {
				want, ok := first[shown{day, clock}]
				for later := clock; !ok; later += Clock(step) {
					want, ok = first[shown{day, later}]
				}
				if got := At(day, clock, z); !got.Equal(want) {
					t.Fatalf("%s: %s %s is %s, want %s", name, day, clock, got.UTC(), want)
				}
			}
		}
	}
}

func TestParseClock(t *testing.T) {
	for _, s := range []string{"", "8:00", "24:00", "12:60", "12", "12:00:00", " 12:00", "12:5", "1200", "+1:00"} {
		if c, ok := ParseClock(s); ok {
			t.Errorf("%q is read as %s", s, c)
		}
	}
}

func TestZone(t *testing.T) {
	for _, name := range []string{"", "Local", "localtime", "Mars/North", "../etc/passwd", "/etc/localtime", "asia\\shanghai"} {
		if z, ok := Zone(name); ok {
			t.Errorf("%q is read as %s", name, z)
		}
	}
	zone(t, "UTC")
}
