package prices

import (
	_ "embed"
	"fmt"
	"testing"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document/documenttest"
	"stopdesktops/internal/config/timetable"
)

var around = timetable.Surroundings{Zone: shanghai(), Calendars: map[string]calendar.Calendar{"china": {Name: "china", Years: []int{2027}}}}

func shanghai() *time.Location {
	zone, ok := calendar.Zone("Asia/Shanghai")
	if !ok {
		panic("no Asia/Shanghai")
	}
	return zone
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	tm, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return tm
}

func TestBadPrices(t *testing.T) {
	const (
		keys     = "a price list: Currency, PerHour, SavesUntil, Zone, Calendar, CostCentreTag"
		currency = "want three capitals such as CNY"
		perHour  = "want desktop types, each with its price for an hour, such as eds.general.2c4g: 0.62"
		price    = "want a price above 0 and up to 10000 such as 0.62"
	)
	with := func(lines string) string { return "Currency: CNY\nPerHour: {eds.a: 1}\n" + lines }
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "# later", "f:1:1: found nothing; want " + keys},
		{"a word", "cheap", `f:1:1: found "cheap"; want ` + keys},
		{"neither", "{}", "f:1:1: Currency is missing; " + currency + "\nf:1:1: PerHour is missing; " + perHour},
		{"currency", "Currency: yuan\nPerHour: {}", `f:1:11: found "yuan"; ` + currency},
		{"a list of prices", "Currency: CNY\nPerHour: [1]", "f:2:10: found a list; " + perHour},
		{"prices", "Currency: CNY\nPerHour: {a: 0, b: -1, c: 1e3, d: 10000.5, e: free, f: [1], g: 0x1, h: .5, i: .inf}", func() (want string) {
			for i, p := range []string{`14: found "0"`, `20: found "-1"`, `27: found "1e3"`, `35: found "10000.5"`, `47: found "free"`, `56: found a list`, `64: found "0x1"`, `72: found ".5"`, `79: found ".inf"`} {
				if i > 0 {
					want += "\n"
				}
				want += "f:2:" + p + "; " + price
			}
			return want
		}()},
		{"type", "Currency: CNY\nPerHour: {two cores: 1}", `f:2:11: found "two cores"; want a desktop type such as eds.general.2c4g`},
		{"type twice", "Currency: CNY\nPerHour:\n  eds.a: 1\n  eds.a: 2\n", `f:4:3: found "eds.a", which line 3 has already; want each key once`},
		{"until", with("SavesUntil: 8am"), `f:3:13: found "8am"; want a local time from 00:00 to 23:59, such as 19:30`},
		{"zone", with("Zone: Mars"), `f:3:7: found "Mars"; want the name of a time zone such as Asia/Shanghai`},
		{"calendar", with("Calendar: mars"), `f:3:11: found "mars"; want the name of a file in calendars/: china`},
		{"tag", with("CostCentreTag: [a]"), `f:3:16: found a list; want the key of a tag: one line of at most 128 characters`},
		{"unknown key", with("CostCenterTag: a"), `f:3:1: found the key "CostCenterTag"; want CostCentreTag`},
	} {
		t.Run(c.name, func(t *testing.T) {
			prices, problems := Parse("f", []byte(c.text), around)
			if prices != nil || problems.Error() != c.want {
				t.Errorf("prices %v and\n%s\nwant\n%s", prices, problems, c.want)
			}
		})
	}
}

// goodPrices has every key once.
//
//go:embed testdata/prices.yaml
var goodPrices string

func TestGoodPrices(t *testing.T) {
	p, problems := Parse("f", []byte(goodPrices), around)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	prices := p.Core()
	if got, want := fmt.Sprint(prices.Currency, prices.PerHour, prices.CostCentreTag, prices.Until(at(t, "2027-01-04T20:00:00Z")).UTC()), "CNYmap[eds.general.2c4g:0.62 eds.graphics.24c1t4:12]cost-centre2027-01-05 07:30:00 +0000 UTC"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if (*List)(nil).Core() != nil || (*List)(nil).Calendar().Name != "" {
		t.Error("no price list is one")
	}
}

// TestUntil says when a desktop that is stopped is thought to be started again.
func TestUntil(t *testing.T) {
	day := func(s string) calendar.Date {
		d, ok := calendar.ParseDate(s)
		if !ok {
			t.Fatal(s)
		}
		return d
	}
	always := calendar.Calendar{Weekend: []time.Weekday{0, 1, 2, 3, 4, 5, 6}}
	spring := calendar.Calendar{Name: "spring", Years: []int{2027}, Holidays: map[calendar.Date]string{day("2027-02-05"): "x", day("2027-02-08"): "x"}, Workdays: map[calendar.Date]string{day("2027-02-14"): "x"}}
	for _, c := range []struct {
		name     string
		calendar calendar.Calendar
		at, want string
	}{
		{"the same morning", calendar.Calendar{}, "2027-01-04T07:00:00+08:00", "2027-01-04T08:00:00+08:00"},
		{"not the very instant", calendar.Calendar{}, "2027-01-04T08:00:00+08:00", "2027-01-05T08:00:00+08:00"},
		{"the next morning", calendar.Calendar{}, "2027-01-04T20:00:00+08:00", "2027-01-05T08:00:00+08:00"},
		{"over the weekend", calendar.Calendar{}, "2027-01-08T20:00:00+08:00", "2027-01-11T08:00:00+08:00"},
		{"over a holiday", spring, "2027-02-04T20:00:00+08:00", "2027-02-09T08:00:00+08:00"},
		{"until a make-up workday", spring, "2027-02-12T20:00:00+08:00", "2027-02-14T08:00:00+08:00"},
		{"the zone's day", calendar.Calendar{}, "2027-01-08T23:30:00Z", "2027-01-11T08:00:00+08:00"},
		{"nobody ever works", always, "2027-01-01T00:00:00+08:00", "2028-01-02T08:00:00+08:00"},
	} {
		p := List{savesUntil: savesDefault, zone: around.Zone, calendar: c.calendar}
		if got := p.until(at(t, c.at)); !got.Equal(at(t, c.want)) {
			t.Errorf("%s: stopped %s until %s, want %s", c.name, c.at, got, c.want)
		}
	}
}

// FuzzPrices looks for a file that makes the parser panic or hang, and for a
// price that no desktop has.
func FuzzPrices(f *testing.F) {
	for _, s := range []string{"", goodPrices, "Currency: CNY\nPerHour: {}", "Currency: USD\nPerHour: {a: 99999.999999}", "PerHour: {a: 1_000, ? [b] : 2}", "Currency: CNY\nPerHour: {a: 0.000000}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, problems := Parse("f", []byte(text), around)
		documenttest.InPlace(t, problems)
		if (p == nil) == (len(problems) == 0) {
			t.Fatalf("prices %v beside problems %v", p, problems)
		}
		if p == nil {
			return
		}
		for kind, price := range p.perHour {
			if !(price > 0 && price <= priceMost) || !typeShape.MatchString(kind) {
				t.Errorf("%q for %v is let through", kind, price)
			}
		}
		now := at(t, "2027-01-04T20:00:00Z")
		if until := p.until(now); !until.After(now) {
			t.Errorf("stopped at %s until %s", now, until)
		}
	})
}
