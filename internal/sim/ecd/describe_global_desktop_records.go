package ecd

import (
	"slices"
	"strings"
	"time"
)

// The regions whose endpoints answer for many others.
const (
	centralChina         = "cn-shanghai"
	centralInternational = "ap-southeast-1"
)

// deletedMemory is how long a deleted desktop is still listed: three months.
const deletedMemory = 90 * 24 * time.Hour

// Site is which central endpoint knows which desktops. The documentation says
// that users of the China site ask Shanghai and users of the international
// site ask Singapore; of an account with desktops on both sides it says
// nothing.
type Site int

const (
	SiteByRegion      Site = iota // Shanghai knows regions that begin with cn-, Singapore all others
	SiteChina                     // Shanghai knows all regions, Singapore none
	SiteInternational             // Singapore knows all regions, Shanghai none
)

// knows says whether the central endpoint lists desktops of a region.
func (s Site) knows(central, region string) bool {
	switch s {
	case SiteChina:
		return central == centralChina
	case SiteInternational:
		return central == centralInternational
	}
	return (central == centralChina) == strings.HasPrefix(region, "cn-")
}

func init() {
	register(operation{
		version: VersionAdmin, name: "DescribeGlobalDesktopRecords", ramAction: "ecd:DescribeGlobalDesktopRecords",
		params: []param{
			{name: "RegionId", required: true, values: []string{centralChina, centralInternational}},
			{name: "DesktopId", kind: textList, max: maxDescribeIDs},
			{name: "DesktopName"},
			{name: "DesktopType"},
			{name: "DesktopStatusList", kind: textList, max: maxStatusFilters},
			{name: "ExcludeDesktopStatusList", kind: textList, max: maxStatusFilters},
			{name: "EndUserId"},
			{name: "OfficeSiteId"},
			{name: "ResourceGroupId"},
			{name: "SubPayType", values: subPayTypes},
			{name: "Scope", values: []string{"ADVANCED"}},
			{name: "OrderBy", values: []string{"uptime"}},
			{name: "SortType", values: []string{"Asc", "Desc"}},
			// StartTime and EndTime are left out: the vendor does not say what
			// they match, and ignoring them would hide that.
			pageNumberParam, pageSizeParam,
		},
		run: describeGlobalDesktopRecords,
	})
}

// besideOrder are the parameters that may stand beside OrderBy. Every other one
// is a filter, and the documentation does not let filters and order meet.
var besideOrder = []string{"RegionId", "OrderBy", "SortType", "Scope"}

func describeGlobalDesktopRecords(c *call) (map[string]any, *apiError) {
	if c.args.text["OrderBy"] != "" {
		for name := range c.args.text {
			if !slices.Contains(besideOrder, name) {
				return nil, invalid("OrderBy cannot be combined with %s.", name)
			}
		}
		for name := range c.args.lists {
			return nil, invalid("OrderBy cannot be combined with %s.", name)
		}
	}
	asOf := c.asOf()
	found := c.recorded(asOf)
	c.sortRecords(found, asOf)
	rows := []recordRow{}
	for _, m := range pageOf(c, found) {
		rows = append(rows, c.describeRecord(m, asOf))
	}
	return map[string]any{"Sessions": rows, "TotalCount": len(found)}, nil
}

// recorded finds the desktops that the call means, those of all regions of the
// central endpoint, pooled and deleted ones included.
func (c *call) recorded(asOf time.Time) []*machine {
	var found []*machine
	filters := c.recordFilters()
	ids := c.args.list("DesktopId")
	for region := range c.server.fleet.regions {
		if !c.opts.Site.knows(c.args.text["RegionId"], region) {
			continue
		}
		for _, m := range c.server.fleet.named(region, ids) {
			state := m.at(asOf)
			forgotten := state.status == Deleted && !state.since.IsZero() && asOf.Sub(state.since) > deletedMemory
			if !forgotten && !c.flawed(m, NoRecord) && filters.let(m, &state) {
				found = append(found, m)
			}
		}
	}
	return found
}

func (c *call) recordFilters() (l filterList) {
	l.oneOf(c, "DesktopStatusList", status)
	if unwanted := c.args.list("ExcludeDesktopStatusList"); unwanted != nil {
		l = append(l, func(_ *machine, s *condition) bool { return !slices.Contains(unwanted, s.status) })
	}
	l.equal(c, "DesktopType", desktopType)
	l.equal(c, "OfficeSiteId", officeSite)
	l.equal(c, "SubPayType", subPay)
	if user := c.args.text["EndUserId"]; user != "" {
		l = append(l, func(m *machine, _ *condition) bool { return m.mayUse(user) })
	}
	l = append(l, c.nameFilter()...)
	return append(l, c.groupFilter()...)
}

// sortRecords puts the newest desktop first, as documented, or sorts by uptime;
// a desktop without one counts as just started.
func (c *call) sortRecords(found []*machine, asOf time.Time) {
	slices.SortFunc(found, func(a, b *machine) int { return b.seq - a.seq })
	if c.args.text["OrderBy"] == "" {
		slices.SortStableFunc(found, func(a, b *machine) int { return b.fixed.Created.Compare(a.fixed.Created) })
		return
	}
	uptime := func(m *machine) time.Duration { up, _ := m.uptime(asOf); return up }
	slices.SortStableFunc(found, func(a, b *machine) int {
		if c.args.text["SortType"] == "Desc" {
			a, b = b, a
		}
		return int(uptime(a)/time.Second - uptime(b)/time.Second)
	})
}
