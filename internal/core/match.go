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
	// The words that are given: those that a look answers for good, and those
	// about what changes by itself. The latter count when the plan is made;
	// afterwards the rules about running and in-use do, or a desktop that the run
	// has stopped would no longer be "status:Running".
	lasting, changing []*selectionWord
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
	for i := range selectionWords {
		switch w := &selectionWords[i]; {
		case !w.given(s):
		case w.changes:
			m.changing = append(m.changing, w)
		default:
			m.lasting = append(m.lasting, w)
		}
	}
	return m
}

// every says whether every lasting word holds, and everyState whether every
// changing one does.
func (m *matcher) every(d *Desktop) bool      { return m.unmet(d) == "" }
func (m *matcher) everyState(d *Desktop) bool { return m.unmetState(d) == "" }

// unmet names the first lasting word that does not hold, for people who ask why;
// none is "". unmetState is the same of the changing ones.
func (m *matcher) unmet(d *Desktop) string      { return m.firstUnmet(m.lasting, d) }
func (m *matcher) unmetState(d *Desktop) string { return m.firstUnmet(m.changing, d) }

func (m *matcher) firstUnmet(words []*selectionWord, d *Desktop) string {
	for _, w := range words {
		if w.holds != nil && !w.holds(m, d) {
			return w.name
		}
	}
	return ""
}

// any names the first lasting word that is enough to except the desktop; none is
// "". anyState is the same of the changing ones.
func (m *matcher) any(d *Desktop) string      { return m.firstExcepting(m.lasting, d) }
func (m *matcher) anyState(d *Desktop) string { return m.firstExcepting(m.changing, d) }

func (m *matcher) firstExcepting(words []*selectionWord, d *Desktop) string {
	for _, w := range words {
		if w.excepts != nil && w.excepts(m, d) {
			return w.name
		}
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
