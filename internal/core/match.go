package core

import (
	"slices"
	"strings"
	"time"
)

// matcher is a Selection made ready to be asked about many desktops.
type matcher struct {
	Selection
	idleFor, upFor time.Duration
	tags           map[string][]string // by key; no values is any value
}

func newMatcher(s *Selection) matcher {
	if s == nil {
		return matcher{}
	}
	m := matcher{Selection: *s, idleFor: span(s.IdleFor), upFor: span(s.UpFor)}
	for _, t := range s.Tag {
		if m.tags == nil {
			m.tags = map[string][]string{}
		}
		values, seen := m.tags[t.Key]
		switch {
		case t.Value == "":
			m.tags[t.Key] = []string{}
		case !seen || len(values) > 0:
			m.tags[t.Key] = append(values, t.Value)
		}
	}
	return m
}

// every says whether every word that needs nothing but a look holds. Tags that
// cannot be read hold here, so that the desktop stays in the plan and a rule of
// its own leaves it alone by name.
func (m *matcher) every(d *Desktop) bool {
	return (len(m.RegionId) == 0 || m.RegionId[0] == allRegions || slices.Contains(m.RegionId, d.RegionId)) &&
		(d.TagsUnknown || m.everyTag(d) && (!m.Scheduled || has(d.Tags, TagSchedule))) &&
		(len(m.EndUserId) == 0 || shares(m.EndUserId, d.EndUserIds)) &&
		(len(m.OfficeSiteId) == 0 || slices.Contains(m.OfficeSiteId, d.OfficeSiteId)) &&
		(len(m.DesktopGroupId) == 0 || slices.Contains(m.DesktopGroupId, d.DesktopGroupId)) &&
		(len(m.ResourceGroupId) == 0 || shares(m.ResourceGroupId, d.ResourceGroupIds)) &&
		(len(m.DesktopName) == 0 || likeAny(m.DesktopName, d.DesktopName)) &&
		(len(m.ChargeType) == 0 || slices.Contains(m.ChargeType, d.ChargeType))
}

// everyState is every for the words about what changes by itself. They count
// when the plan is made; afterwards the rules about running and in-use do, or a
// desktop that the run has stopped would no longer be "status:Running".
func (m *matcher) everyState(d *Desktop) bool {
	return (len(m.DesktopStatus) == 0 || slices.Contains(m.DesktopStatus, d.Status)) &&
		(len(m.ConnectionStatus) == 0 || slices.Contains(m.ConnectionStatus, connection(d)))
}

// unmet names the first word that does not hold, for people who ask why.
func (m *matcher) unmet(d *Desktop) string {
	only := func(s Selection) bool {
		one := newMatcher(&s)
		return one.every(d) && one.everyState(d)
	}
	for _, word := range []struct {
		name string
		s    Selection
	}{
		{"RegionId", Selection{RegionId: m.RegionId}}, {"Tag", Selection{Tag: m.Tag}}, {"tag " + TagSchedule, Selection{Scheduled: m.Scheduled}},
		{"EndUserId", Selection{EndUserId: m.EndUserId}}, {"OfficeSiteId", Selection{OfficeSiteId: m.OfficeSiteId}},
		{"DesktopGroupId", Selection{DesktopGroupId: m.DesktopGroupId}}, {"ResourceGroupId", Selection{ResourceGroupId: m.ResourceGroupId}},
		{"DesktopName", Selection{DesktopName: m.DesktopName}}, {"ChargeType", Selection{ChargeType: m.ChargeType}},
		{"DesktopStatus", Selection{DesktopStatus: m.DesktopStatus}}, {"ConnectionStatus", Selection{ConnectionStatus: m.ConnectionStatus}},
	} {
		if !only(word.s) {
			return word.name
		}
	}
	return "state"
}

// any returns the first word, of those that need nothing but a look, that holds;
// none is "".
func (m *matcher) any(d *Desktop) string {
	switch {
	case slices.Contains(m.DesktopId, d.DesktopId):
		return "DesktopId"
	case m.anyTag(d):
		return "Tag"
	case shares(m.EndUserId, d.EndUserIds):
		return "EndUserId"
	case slices.Contains(m.OfficeSiteId, d.OfficeSiteId):
		return "OfficeSiteId"
	case slices.Contains(m.DesktopGroupId, d.DesktopGroupId):
		return "DesktopGroupId"
	case shares(m.ResourceGroupId, d.ResourceGroupIds):
		return "ResourceGroupId"
	case likeAny(m.DesktopName, d.DesktopName):
		return "DesktopName"
	case slices.Contains(m.ChargeType, d.ChargeType):
		return "ChargeType"
	}
	return ""
}

// anyState is any for the words about what changes by itself.
func (m *matcher) anyState(d *Desktop) string {
	switch {
	case slices.Contains(m.DesktopStatus, d.Status):
		return "DesktopStatus"
	case slices.Contains(m.ConnectionStatus, connection(d)):
		return "ConnectionStatus"
	}
	return ""
}

func (m *matcher) everyTag(d *Desktop) bool {
	for key, values := range m.tags {
		v, has := d.Tags[key]
		if !has || len(values) > 0 && !slices.Contains(values, v) {
			return false
		}
	}
	return true
}

func (m *matcher) anyTag(d *Desktop) bool {
	for key, values := range m.tags {
		v, has := d.Tags[key]
		if has && (len(values) == 0 || slices.Contains(values, v)) {
			return true
		}
	}
	return false
}

// narrow is what the cloud may filter on its side. It gets a word only where the
// word has one value, because the API has no "one of" for most of them. A tag of
// any value stays here: the vendor does not say that a filter without a value
// lets every value through, and one that lets none through would be found out by
// nobody.
func (m *matcher) narrow() Narrow {
	one := func(values []string) string {
		if len(values) == 1 {
			return values[0]
		}
		return ""
	}
	n := Narrow{EndUserId: one(m.EndUserId), OfficeSiteId: one(m.OfficeSiteId), DesktopGroupId: one(m.DesktopGroupId),
		ResourceGroupId: one(m.ResourceGroupId), ChargeType: one(m.ChargeType)}
	for _, t := range m.Tag {
		if values := m.tags[t.Key]; len(values) == 1 {
			n.Tag = append(n.Tag, t)
		}
	}
	return n
}

// narrows says whether the selection has a word that leaves most desktops out.
// Region, status and connection do not: they would take a whole region in the
// evening, when everybody has gone.
func (s *Selection) narrows() bool {
	if s == nil {
		return false
	}
	named := len(s.DesktopName) > 0 && !slices.ContainsFunc(s.DesktopName, func(p string) bool { return strings.Trim(p, "*") == "" })
	return len(s.Tag)+len(s.EndUserId)+len(s.OfficeSiteId)+len(s.DesktopGroupId)+len(s.ResourceGroupId) > 0 || len(unique(s.ChargeType)) == 1 ||
		named || span(s.IdleFor) > 0 || span(s.UpFor) > 0 || s.Scheduled
}

// connection is the desktop's connection as selections name it: what nobody has
// heard of is Unknown.
func connection(d *Desktop) string {
	if d.Connection == ConnConnected || d.Connection == ConnDisconnected {
		return d.Connection
	}
	return ConnUnknown
}

func shares(a, b []string) bool {
	for _, s := range a {
		if slices.Contains(b, s) {
			return true
		}
	}
	return false
}

func likeAny(patterns []string, s string) bool {
	for _, p := range patterns {
		if like(p, s) {
			return true
		}
	}
	return false
}

// like says whether s is the pattern, in which * stands for any letters or none.
// Letters count as they are written: a name that differs in case is another.
func like(pattern, s string) bool {
	first, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return pattern == s
	}
	s, ok := strings.CutPrefix(s, first)
	if !ok {
		return false
	}
	for {
		part, more, starred := strings.Cut(rest, "*")
		if !starred {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], more
	}
}
