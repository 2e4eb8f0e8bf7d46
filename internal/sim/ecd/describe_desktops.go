package ecd

import (
	"slices"
	"strings"
)

const (
	// maxDescribeIDs is the documented number of ids in one DescribeDesktops.
	maxDescribeIDs = 100
	// defaultPage is the documented default of MaxResults.
	defaultPage = 10
	// maxPage is what the gateway accepts for MaxResults. The documentation
	// says 100.
	maxPage = 1000
	// maxTagFilters is the documented number of Tag.N.
	maxTagFilters = 20
)

func init() {
	register(operation{
		version: VersionAdmin, name: "DescribeDesktops", ramAction: "ecd:DescribeDesktops",
		params: []param{
			{name: "RegionId", required: true},
			{name: "DesktopId", kind: textList, max: maxDescribeIDs},
			{name: "DesktopStatus"},
			{name: "DesktopName"},
			{name: "Tag", kind: tagList, max: maxTagFilters},
			{name: "OfficeSiteId"},
			{name: "EndUserId", kind: textList, max: 100},
			{name: "ChargeType", values: []string{"PostPaid", "PrePaid"}},
			{name: "DesktopGroupId"},
			{name: "ResourceGroupId"},
			{name: "FilterDesktopGroup", kind: boolean},
			{name: "MaxResults", kind: number, min: 1, max: maxPage},
			{name: "NextToken"},
		},
		run: describeDesktops,
	})
}

func describeDesktops(c *call) (map[string]any, *apiError) {
	after, e := c.openCursor()
	if e != nil {
		return nil, e
	}
	var (
		page  = []desktopView{}
		limit = c.args.numOr("MaxResults", defaultPage)
		total int
		last  int
		more  bool
		asOf  = c.asOf()
	)
	for _, m := range c.candidates() {
		state := m.at(asOf)
		if !c.matches(m, state) {
			continue
		}
		total++
		switch {
		case m.seq <= after:
		case len(page) == limit:
			more = true
		default:
			page = append(page, m.describe(state))
			last = m.seq
		}
	}
	answer := map[string]any{"Desktops": page, "TotalCount": total}
	switch {
	case more:
		answer["NextToken"] = c.cursor(last)
	case after == 0:
		// The end is an empty token here and no token after later pages: the
		// documentation allows both, and callers must take both.
		answer["NextToken"] = ""
	}
	return answer, nil
}

// candidates are the desktops that were named, or the whole region. An id
// that does not exist is no error: it is just not among them.
func (c *call) candidates() []*machine {
	region := c.args.text["RegionId"]
	ids := c.args.list("DesktopId")
	if ids == nil {
		return c.server.fleet.list(region)
	}
	var found []*machine
	for _, id := range ids {
		if m := c.server.fleet.find(region, id); m != nil {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *machine) int { return a.seq - b.seq })
	return slices.Compact(found)
}

// matches applies the filters. Machines of a pool are left out unless the call
// says FilterDesktopGroup=false, even when the call names them.
func (c *call) matches(m *machine, state condition) bool {
	d := &m.fixed
	if d.PoolID != "" && c.args.flagOr("FilterDesktopGroup", true) {
		return false
	}
	wants := func(name, value string) bool {
		want := c.args.text[name]
		return want == "" || want == value
	}
	if !wants("DesktopStatus", state.status) || !wants("OfficeSiteId", d.OfficeSiteID) || !wants("ChargeType", d.ChargeType) {
		return false
	}
	// The documentation: DesktopGroupId is ignored if DesktopId is given.
	if c.args.list("DesktopId") == nil && !wants("DesktopGroupId", d.PoolID) {
		return false
	}
	// Names match in part. Whether the service does so is not documented; a
	// caller that means one name has to look at the answer anyway.
	if !strings.Contains(d.Name, c.args.text["DesktopName"]) {
		return false
	}
	if group := c.args.text["ResourceGroupId"]; group != "" && !slices.ContainsFunc(d.ResourceGroups, func(g ResourceGroup) bool { return g.ID == group }) {
		return false
	}
	if users := c.args.list("EndUserId"); users != nil && !slices.ContainsFunc(users, m.mayUse) {
		return false
	}
	for _, want := range c.args.tags["Tag"] {
		if value, ok := d.Tags[want.key]; !ok || (!want.anyValue && value != want.value) {
			return false
		}
	}
	return true
}
