package ecd

import (
	"slices"
	"strings"
)

// filter says whether a desktop in a state is meant.
type filter func(m *machine, state *condition) bool

// filterList holds the filters that a call gave, and only those, because each
// page of a big region asks every desktop.
type filterList []filter

// let reports whether a desktop passes every filter.
func (l filterList) let(m *machine, state *condition) bool {
	for _, f := range l {
		if !f(m, state) {
			return false
		}
	}
	return true
}

// equal adds a filter for a text parameter unless it was not given or is empty.
func (l *filterList) equal(c *call, name string, value func(*machine, *condition) string) {
	if want := c.args.text[name]; want != "" {
		*l = append(*l, func(m *machine, s *condition) bool { return value(m, s) == want })
	}
}

// oneOf adds a filter for a list parameter if it was given.
func (l *filterList) oneOf(c *call, name string, value func(*machine, *condition) string) {
	if want := c.args.list(name); want != nil {
		*l = append(*l, func(m *machine, s *condition) bool { return slices.Contains(want, value(m, s)) })
	}
}

func status(_ *machine, s *condition) string       { return s.status }
func officeSite(m *machine, _ *condition) string   { return m.fixed.OfficeSiteID }
func subPay(m *machine, _ *condition) string       { return m.fixed.subPayType() }
func desktopType(m *machine, _ *condition) string  { return m.fixed.Type }
func desktopGroup(m *machine, _ *condition) string { return m.fixed.PoolID }

// filters reads the filters of DescribeDesktops.
func (c *call) filters() filterList {
	l := c.poolFilters()
	l.equal(c, "DesktopStatus", status)
	l.oneOf(c, "DesktopStatusList", status)
	l.equal(c, "OfficeSiteId", officeSite)
	l.equal(c, "DirectoryId", officeSite)
	l.equal(c, "OfficeSiteName", func(m *machine, _ *condition) string { return m.fixed.OfficeSiteName })
	l.equal(c, "ChargeType", func(m *machine, _ *condition) string { return m.fixed.ChargeType })
	l.equal(c, "SubPayType", subPay)
	l.equal(c, "DesktopType", desktopType)
	l.oneOf(c, "OsTypes", func(m *machine, _ *condition) string { return m.fixed.OSType })
	l = append(l, c.nameFilter()...)
	l = append(l, c.groupFilter()...)
	l = append(l, c.userFilters()...)
	l = append(l, c.tagFilter()...)
	if want := c.args.text["ManagementFlag"]; want != "" {
		l = append(l, func(m *machine, _ *condition) bool {
			return slices.Contains(m.fixed.ManagementFlags, want) || want == noFlag && len(m.fixed.ManagementFlags) == 0
		})
	}
	return l
}

// poolFilters leaves machines of a pool out unless the call says
// FilterDesktopGroup=false, even when the call names them or asks for nothing
// else. The documentation does not say what OnlyDesktopGroup is without it; a
// caller who gives both is right under either reading.
func (c *call) poolFilters() (l filterList) {
	if c.args.flagOr("FilterDesktopGroup", true) {
		l = append(l, func(m *machine, _ *condition) bool { return m.fixed.PoolID == "" })
	}
	if c.args.flagOr("OnlyDesktopGroup", false) {
		l = append(l, func(m *machine, _ *condition) bool { return m.fixed.PoolID != "" })
	}
	// The documentation: DesktopGroupId is ignored if DesktopId is given.
	if c.args.list("DesktopId") == nil {
		l.equal(c, "DesktopGroupId", desktopGroup)
	}
	return l
}

// nameFilter matches names in part. Whether the service does so is not
// documented; a caller that means one name has to look at the answer anyway.
func (c *call) nameFilter() filterList {
	part := c.args.text["DesktopName"]
	if part == "" {
		return nil
	}
	return filterList{func(m *machine, _ *condition) bool { return strings.Contains(m.fixed.Name, part) }}
}

func (c *call) groupFilter() filterList {
	group := c.args.text["ResourceGroupId"]
	if group == "" {
		return nil
	}
	return filterList{func(m *machine, _ *condition) bool {
		return slices.ContainsFunc(m.fixed.ResourceGroups, func(g ResourceGroup) bool { return g.ID == group })
	}}
}

func (c *call) userFilters() (l filterList) {
	if users := c.args.list("EndUserId"); users != nil {
		l = append(l, func(m *machine, _ *condition) bool { return slices.ContainsFunc(users, m.mayUse) })
	}
	if users := c.args.list("ExcludedEndUserId"); users != nil {
		l = append(l, func(m *machine, _ *condition) bool { return !slices.ContainsFunc(users, m.mayUse) })
	}
	return l
}

// tagFilter wants every tag of the call. A key without a value stands for any
// value, and two values of one key for no desktop at all.
func (c *call) tagFilter() filterList {
	tags := c.args.tags["Tag"]
	if tags == nil {
		return nil
	}
	return filterList{func(m *machine, _ *condition) bool {
		for _, want := range tags {
			if value, ok := m.fixed.Tags[want.key]; !ok || (!want.anyValue && value != want.value) {
				return false
			}
		}
		return true
	}}
}
