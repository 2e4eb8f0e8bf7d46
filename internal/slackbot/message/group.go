package message

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// kinds is the order in which outcomes are told: what needs a person's eye
// comes first.
var kinds = []core.Kind{core.KindFailed, core.KindDone, core.KindSkipped}

// group is the desktops that share a code.
type group struct {
	code  core.Code
	n     int
	lines []string // of the first of them
}

const (
	// Up to fewDesktops each is shown as far as there is room. Of more, every
	// reason to leave some alone shows a few examples: nobody reads hundreds of
	// lines, and the run's records hold all of them.
	fewDesktops   = 40
	shownExamples = 5

	// maxGroups keeps a message inside Slack's number of blocks, whatever codes a
	// record holds. All codes of today fit.
	maxGroups = 38
)

// examples is how many of a group's desktops are shown where there are so many
// in all.
func examples(all int) int {
	if all > fewDesktops {
		return shownExamples
	}
	return maxLines
}

// grouped gathers by code those of all that codeOf takes, in the order of kinds
// and then by name. Only what is shown is put in words.
func grouped[T any](all []T, most int, codeOf func(*T) (core.Code, bool), line func(*T) string) []group {
	var groups []group
	at := map[core.Code]int{}
	for n := range all {
		one := &all[n]
		c, takes := codeOf(one)
		if !takes {
			continue
		}
		i, seen := at[c]
		if !seen {
			i = len(groups)
			at[c], groups = i, append(groups, group{code: c})
		}
		g := &groups[i]
		if g.n++; g.n <= most {
			g.lines = append(g.lines, line(one))
		}
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(slices.Index(kinds, a.code.Kind())-slices.Index(kinds, b.code.Kind()), strings.Compare(string(a.code), string(b.code)))
	})
	return groups
}

// listGroups adds one list for each code: how many, the code as everywhere, and
// what it means.
func (p *page) listGroups(groups []group) {
	others := 0
	for i, g := range groups {
		listed := g.n
		if len(g.lines) == 0 {
			listed = 0 // Its desktops are not named, so none are left out.
		}
		if i >= maxGroups {
			others += g.n
			continue
		}
		p.list(fmt.Sprintf("*%d %s*", g.n, mrkdwn.Code(string(g.code), shownName)), mrkdwn.Sentence(g.code.Meaning(), shownError), g.lines, listed)
	}
	if others > 0 {
		p.say(fmt.Sprintf("*%d more* for other reasons.", others))
	}
}

// desktopLine is one desktop in a list. Whatever is empty is left out.
func desktopLine(id, name, region string, about ...string) string {
	s := "• " + mrkdwn.Code(id, shownName+shownName)
	if name = mrkdwn.Code(name, shownName); name != "" {
		s += " " + name
	}
	if region = mrkdwn.Code(region, shownName); region != "" {
		s += " in " + region
	}
	about = slices.DeleteFunc(about, func(a string) bool { return a == "" })
	if len(about) > 0 {
		s += ": " + strings.Join(about, ", ")
	}
	return s
}

// planLine is one desktop of a plan, as the look saw it.
func planLine(e *core.Entry) string {
	return desktopLine(e.DesktopId, e.DesktopName, e.RegionId, mrkdwn.Code(e.Status, shownName), mrkdwn.Code(e.Connection, shownName), users(e.EndUserIds), mrkdwn.Detail(e.Detail, shownDetail))
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
		names = append(names, mrkdwn.Code(id, shownName))
	}
	if more := len(ids) - shownUsers; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return "of " + strings.Join(names, ", ")
}

// outcomeLine is one desktop of a report. The cloud's request id is shown where
// somebody may have to ask the cloud about it.
func outcomeLine(o *core.Outcome) string {
	request := ""
	if n := len(o.RequestIds); n > 0 && o.Code.Kind() == core.KindFailed {
		request = "the cloud's request " + mrkdwn.Code(o.RequestIds[n-1], shownName)
	}
	return desktopLine(o.DesktopId, o.DesktopName, o.RegionId, mrkdwn.Detail(o.Detail, shownDetail), request)
}
