package slackbot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/core"
)

// kinds is the order in which outcomes are told: what needs a person's eye
// comes first.
var kinds = []core.Kind{core.KindFailed, core.KindDone, core.KindSkipped}

// group is the desktops that share a code.
type group struct {
	code  core.Code
	lines []string
}

// grouped gathers lines by their code, in the order of kinds and then by name.
func grouped[T any](all []T, codeOf func(T) core.Code, line func(T) string) []group {
	var groups []group
	for _, one := range all {
		c := codeOf(one)
		i := slices.IndexFunc(groups, func(g group) bool { return g.code == c })
		if i < 0 {
			i, groups = len(groups), append(groups, group{code: c})
		}
		groups[i].lines = append(groups[i].lines, line(one))
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(slices.Index(kinds, a.code.Kind())-slices.Index(kinds, b.code.Kind()), strings.Compare(string(a.code), string(b.code)))
	})
	return groups
}

// listGroups adds one list for each code: how many, the code as everywhere, and
// what it means.
func (p *page) listGroups(groups []group) {
	for _, g := range groups {
		p.list(fmt.Sprintf("*%d %s*", len(g.lines), code(string(g.code), shownName)), sentence(g.code.Meaning(), shownError), g.lines)
	}
}

// desktopLine is one desktop in a list. Whatever is empty is left out.
func desktopLine(id, name, region string, about ...string) string {
	s := "• " + code(id, shownName+shownName)
	if name = code(name, shownName); name != "" {
		s += " " + name
	}
	if region = code(region, shownName); region != "" {
		s += " in " + region
	}
	about = slices.DeleteFunc(about, func(a string) bool { return a == "" })
	if len(about) > 0 {
		s += ": " + strings.Join(about, ", ")
	}
	return s
}

// planLine is one desktop of a plan, as the look saw it.
func planLine(e core.Entry) string {
	return desktopLine(e.DesktopId, e.DesktopName, e.RegionId, code(e.Status, shownName), code(e.Connection, shownName), users(e.EndUserIds), sentence(e.Detail, shownDetail))
}

// shownUsers is how many of a desktop's people are named.
const shownUsers = 3

// users names the people a desktop is assigned to.
func users(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	var names []string
	for _, id := range ids[:min(len(ids), shownUsers)] {
		names = append(names, code(id, shownName))
	}
	if more := len(ids) - shownUsers; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return "of " + strings.Join(names, ", ")
}

// outcomeLine is one desktop of a report. The cloud's request id is shown where
// somebody may have to ask the cloud about it.
func outcomeLine(o core.Outcome) string {
	request := ""
	if n := len(o.RequestIds); n > 0 && o.Code.Kind() == core.KindFailed {
		request = "the cloud's request " + code(o.RequestIds[n-1], shownName)
	}
	return desktopLine(o.DesktopId, o.DesktopName, o.RegionId, sentence(o.Detail, shownDetail), request)
}
