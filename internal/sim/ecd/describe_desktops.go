package ecd

import "slices"

const (
	// maxDescribeIDs is the documented number of ids in one DescribeDesktops.
	maxDescribeIDs = 100
	// defaultPage is the documented default of MaxResults.
	defaultPage = 10
	// fullPage is the documented maximum of MaxResults. No page holds more.
	fullPage = 100
	// gatewayMaxResults is what the gateway accepts for MaxResults.
	gatewayMaxResults = 1000
	// maxTagFilters is the documented number of Tag.N.
	maxTagFilters = 20
	// maxUserFilters is the documented number of EndUserId.N and
	// ExcludedEndUserId.N.
	maxUserFilters = 100
	// maxStatusFilters is the documented number of DesktopStatusList.N.
	maxStatusFilters = 10
	// maxOSFilters is the documented number of OsTypes.N.
	maxOSFilters = 10
)

// Documented values of filters.
var (
	chargeTypes     = []string{"PostPaid", "PrePaid"}
	subPayTypes     = []string{SubPayDuration, SubPayPostPaid, SubPayMonthPackage, SubPayPrePaid}
	managementFlags = []string{
		noFlag, "Migrating", "MigratingProtocol", "Updating", "Assigning",
		"UnderMaintenance", "EnterMaintenance", "Hibernating", "Hibernated", "WakingUp",
	}
)

func init() {
	register(operation{
		version: VersionAdmin, name: "DescribeDesktops", ramAction: "ecd:DescribeDesktops",
		params: []param{
			{name: "RegionId", required: true},
			{name: "DesktopId", kind: textList, max: maxDescribeIDs},
			{name: "DesktopStatus"},
			{name: "DesktopStatusList", kind: textList, max: maxStatusFilters},
			{name: "DesktopName"},
			{name: "DesktopType"},
			{name: "Tag", kind: tagList, max: maxTagFilters},
			{name: "OfficeSiteId"},
			{name: "OfficeSiteName"},
			{name: "DirectoryId"},
			{name: "EndUserId", kind: textList, max: maxUserFilters},
			{name: "ExcludedEndUserId", kind: textList, max: maxUserFilters},
			{name: "ChargeType", values: chargeTypes},
			{name: "SubPayType", values: subPayTypes},
			{name: "ManagementFlag", values: managementFlags},
			{name: "OsTypes", kind: textList, max: maxOSFilters},
			{name: "DesktopGroupId"},
			{name: "FilterDesktopGroup", kind: boolean},
			{name: "OnlyDesktopGroup", kind: boolean},
			{name: "ResourceGroupId"},
			{name: "FillResourceGroup", kind: boolean},
			{name: "MaxResults", kind: number, min: 1, max: gatewayMaxResults},
			{name: "NextToken"},
			pageNumberParam, pageSizeParam,
		},
		run: describeDesktops,
	})
}

func describeDesktops(c *call) (map[string]any, *apiError) {
	if e := c.oneKindOfPages(); e != nil {
		return nil, e
	}
	limit := c.args.numOr("MaxResults", defaultPage)
	if limit > c.opts.MaxResults {
		return nil, invalid("The specified parameter MaxResults is not valid: want a number from 1 to %d.", c.opts.MaxResults)
	}
	limit = min(limit, fullPage)
	if c.numbered() {
		return c.describeNumbered(), nil
	}
	after, _, e := c.openCursor()
	if e != nil {
		return nil, e
	}
	var (
		page    = []desktopView{}
		filters = c.filters()
		total   int
		scanned int
		last    int
		more    bool
		asOf    = c.asOf()
		state   condition // one for all: filters see its address
	)
	for _, m := range c.candidates() {
		state = m.at(asOf)
		matches := filters.let(m, &state)
		if matches {
			total++
		}
		if m.seq <= after || more {
			continue
		}
		scanned++
		if (c.opts.PageScans > 0 && scanned > c.opts.PageScans) || (matches && len(page) == limit) {
			more = true
			continue
		}
		last = m.seq
		if matches {
			page = append(page, c.describe(m, state))
		}
	}
	answer := map[string]any{"Desktops": page, "TotalCount": total}
	switch {
	case more:
		answer["NextToken"] = c.cursor(last, "")
	case after == 0:
		// The end is an empty token here and no token after later pages: the
		// documentation allows both, and callers must take both.
		answer["NextToken"] = ""
	}
	return answer, nil
}

// describeNumbered answers a call that asks for a page by its number. Unlike a
// token, a number shifts when desktops join or leave the search in between.
func (c *call) describeNumbered() map[string]any {
	var (
		page       = []desktopView{}
		filters    = c.filters()
		skip, size = c.numberedPage()
		total      int
		asOf       = c.asOf()
	)
	for _, m := range c.candidates() {
		state := m.at(asOf)
		if !filters.let(m, &state) {
			continue
		}
		total++
		if total > skip && len(page) < size {
			page = append(page, c.describe(m, state))
		}
	}
	return map[string]any{"Desktops": page, "TotalCount": total}
}

// candidates are the desktops that were named, or the whole region. An id
// that does not exist is no error: it is just not among them.
func (c *call) candidates() []*machine {
	return c.server.fleet.named(c.args.text["RegionId"], c.args.list("DesktopId"))
}

// named returns the machines of a region with the given ids in the order of
// adding, or all of them if ids is nil.
func (f *fleet) named(region string, ids []string) []*machine {
	if ids == nil {
		return f.list(region)
	}
	var found []*machine
	for _, id := range ids {
		if m := f.find(region, id); m != nil {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *machine) int { return a.seq - b.seq })
	return slices.Compact(found)
}
