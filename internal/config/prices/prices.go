// Package prices is prices.yaml: what an hour of each desktop type costs, and until
// when a stop saves it. Reports estimate with it what the stops save.
package prices

import (
	"strconv"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/timetable"
	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

const (
	// priceMost is the most that an hour of a desktop costs. The dearest of the
	// vendor's graphics types is far below it in any currency but a very small
	// one, and a price beyond is usually that of a month.
	priceMost = 10_000

	// savesDefault is when a stopped desktop is thought to be started again.
	savesDefault = calendar.Clock(8 * time.Hour)

	// offMost bounds the search for the next workday: a calendar whose holidays
	// leave no workday in a year counts that long.
	offMost = 366

	// tagMost is the most characters of a tag's key (API TagResources).
	tagMost = 128
)

var (
	currencyShape = pattern.Name{Least: 3, Most: 3, Rest: "A-Z"}
	// A desktop type such as eds.enterprise_office.4c8g.
	typeShape  = pattern.Name{Most: 64, Rest: "A-Za-z0-9._-"}
	priceShape = pattern.New(`^[0-9]{1,5}(\.[0-9]{1,6})?$`)
)

const (
	wantPrices   = "a price list: Currency, PerHour, SavesUntil, Zone, Calendar, CostCentreTag"
	wantCurrency = "three capitals such as CNY"
	wantPerHour  = "desktop types, each with its price for an hour, such as eds.general.2c4g: 0.62"
	wantType     = "a desktop type such as eds.general.2c4g"
	wantPrice    = "a price above 0 and up to 10000 such as 0.62"
	wantTag      = "the key of a tag: one line of at most 128 characters"
)

// List is what prices.yaml says.
type List struct {
	currency   string
	perHour    map[string]float64
	savesUntil calendar.Clock
	costCentre string
	zone       *time.Location
	calendar   calendar.Calendar
}

// Core is the list in the words of the package that estimates with it, or nil
// where there is none.
func (p *List) Core() *core.Prices {
	if p == nil {
		return nil
	}
	return &core.Prices{Currency: p.currency, PerHour: p.perHour, Until: p.until, CostCentreTag: p.costCentre}
}

// Calendar is the one whose workdays count, without a name where the list names
// none.
func (p *List) Calendar() calendar.Calendar {
	if p == nil {
		return calendar.Calendar{}
	}
	return p.calendar
}

// until is the first SavesUntil of a workday after the instant.
func (p *List) until(stopped time.Time) time.Time {
	date := calendar.Of(stopped.In(p.zone))
	for range offMost {
		at := calendar.At(date, p.savesUntil, p.zone)
		if at.After(stopped) && p.calendar.Day(date).Works() {
			return at
		}
		date = date.Add(1)
	}
	return calendar.At(date, p.savesUntil, p.zone)
}

// Parse reads prices.yaml.
func Parse(name string, text []byte, in timetable.Surroundings) (*List, mistake.Problems) {
	d, root := document.Parse(name, text, wantPrices)
	if root == nil {
		return nil, d.Problems
	}
	p := List{savesUntil: savesDefault}
	fields := d.Fields(root, wantPrices, "Currency", "PerHour", "SavesUntil", "Zone", "Calendar", "CostCentreTag")
	if fields == nil {
		return nil, d.Problems
	}
	if n := d.Required(root, fields, "Currency", wantCurrency); n != nil {
		p.currency = d.Text(n, currencyShape, wantCurrency)
	}
	if n := d.Required(root, fields, "PerHour", wantPerHour); n != nil {
		p.perHour = perHour(d, n)
	}
	if n, ok := fields["SavesUntil"]; ok {
		if p.savesUntil, ok = calendar.ParseClock(n.Value); !ok || n.Kind != yaml.ScalarNode {
			d.Wrong(n, calendar.WantClock)
		}
	}
	p.zone, p.calendar = in.ZoneIn(d, fields), in.CalendarIn(d, fields)
	if n, ok := fields["CostCentreTag"]; ok {
		p.costCentre = d.Text(n, pattern.Line{Most: tagMost}, wantTag)
	}
	if len(d.Problems) > 0 {
		return nil, d.Problems
	}
	return &p, nil
}

func perHour(d *document.Document, n *yaml.Node) map[string]float64 {
	prices := map[string]float64{}
	for key, value := range d.Entries(n, wantPerHour) {
		price, err := strconv.ParseFloat(value.Value, 64)
		switch {
		case !typeShape.MatchString(key.Value):
			d.Wrong(key, wantType)
		case value.Kind != yaml.ScalarNode || !priceShape.MatchString(value.Value) || err != nil || price <= 0 || price > priceMost:
			d.Wrong(value, wantPrice)
		default:
			prices[key.Value] = price
		}
	}
	return prices
}
