package core

import (
	"slices"
	"strings"
)

// selectionWord is what one field of Selection means.
type selectionWord struct {
	name  string // as people are told it
	given func(*Selection) bool
	// holds is its meaning in Select, where every word must hold. It is nil where
	// the word does not go there, or a rule of its own asks about it.
	holds func(*matcher, *Desktop) bool
	// excepts is its meaning in Except, where one word suffices. It is nil likewise.
	excepts func(*matcher, *Desktop) bool
	// narrows says whether the word as it is given leaves most desktops out. It is
	// nil where the word never does.
	narrows func(*Selection) bool
	changes bool // it is about what changes by itself
}

// selectionWords has a row for every field of Selection that a desktop can fail,
// in the order in which people are told of it.
var selectionWords = []selectionWord{
	{name: "RegionId", given: func(s *Selection) bool { return len(s.RegionId) > 0 },
		holds: func(m *matcher, d *Desktop) bool {
			return m.RegionId[0] == allRegions || slices.Contains(m.RegionId, d.RegionId)
		}},
	{name: "DesktopId", given: func(s *Selection) bool { return len(s.DesktopId) > 0 },
		excepts: func(m *matcher, d *Desktop) bool { return slices.Contains(m.DesktopId, d.DesktopId) }},
	// Of tags that cannot be read both words hold, so that the desktop stays in the
	// plan and a rule of its own leaves it alone by name.
	{name: "Tag", given: func(s *Selection) bool { return len(s.Tag) > 0 }, narrows: always,
		holds:   func(m *matcher, d *Desktop) bool { return d.TagsUnknown || m.everyTag(d) },
		excepts: (*matcher).anyTag},
	{name: "tag " + TagSchedule, given: func(s *Selection) bool { return s.Scheduled }, narrows: always,
		holds: func(m *matcher, d *Desktop) bool { return d.TagsUnknown || has(d.Tags, TagSchedule) }},
	listed("EndUserId", func(s *Selection) []string { return s.EndUserId }, always,
		func(ids []string, d *Desktop) bool { return shares(ids, d.EndUserIds) }),
	listed("OfficeSiteId", func(s *Selection) []string { return s.OfficeSiteId }, always,
		func(ids []string, d *Desktop) bool { return slices.Contains(ids, d.OfficeSiteId) }),
	listed("DesktopGroupId", func(s *Selection) []string { return s.DesktopGroupId }, always,
		func(ids []string, d *Desktop) bool { return slices.Contains(ids, d.DesktopGroupId) }),
	listed("ResourceGroupId", func(s *Selection) []string { return s.ResourceGroupId }, always,
		func(ids []string, d *Desktop) bool { return shares(ids, d.ResourceGroupIds) }),
	listed("DesktopName", func(s *Selection) []string { return s.DesktopName }, noBareStar,
		func(patterns []string, d *Desktop) bool { return likeAny(patterns, d.DesktopName) }),
	listed("ChargeType", func(s *Selection) []string { return s.ChargeType }, func(s *Selection) bool { return len(unique(s.ChargeType)) == 1 },
		func(types []string, d *Desktop) bool { return slices.Contains(types, d.ChargeType) }),
	changing(listed("DesktopStatus", func(s *Selection) []string { return s.DesktopStatus }, nil,
		func(statuses []string, d *Desktop) bool { return slices.Contains(statuses, d.Status) })),
	changing(listed("ConnectionStatus", func(s *Selection) []string { return s.ConnectionStatus }, nil,
		func(statuses []string, d *Desktop) bool { return slices.Contains(statuses, connection(d)) })),
	// The rules uptime and idle ask about these, because a look does not tell.
	{name: "IdleFor", given: func(s *Selection) bool { return span(s.IdleFor) > 0 }, narrows: always},
	{name: "UpFor", given: func(s *Selection) bool { return span(s.UpFor) > 0 }, narrows: always},
}

// listed is a word that is a list of values, of which one has to be the desktop's,
// in Select as in Except.
func listed(name string, values func(*Selection) []string, narrows func(*Selection) bool, is func(values []string, d *Desktop) bool) selectionWord {
	holds := func(m *matcher, d *Desktop) bool { return is(values(&m.Selection), d) }
	return selectionWord{name: name, given: func(s *Selection) bool { return len(values(s)) > 0 }, holds: holds, excepts: holds, narrows: narrows}
}

// changing marks a word about what changes by itself.
func changing(w selectionWord) selectionWord {
	w.changes = true
	return w
}

func always(*Selection) bool { return true }

// noBareStar says whether no name of the selection is that of every desktop.
func noBareStar(s *Selection) bool {
	return !slices.ContainsFunc(s.DesktopName, func(p string) bool { return strings.Trim(p, "*") == "" })
}

// Narrows says whether the selection has a word that leaves most desktops out.
// Region, status and connection do not: they would take a whole region in the
// evening, when everybody has gone.
func (s *Selection) Narrows() bool {
	return s != nil && slices.ContainsFunc(selectionWords, func(w selectionWord) bool {
		return w.narrows != nil && w.given(s) && w.narrows(s)
	})
}
