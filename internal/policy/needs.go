package policy

import (
	"slices"
	"strconv"
)

// AsksPercent says whether any policy reads context.percent. Counting the
// Running desktops of whole regions costs calls, so it is done only then.
func (p *Policy) AsksPercent() bool { return p.reads&factPercent != 0 }

// SlackGroups are the Slack user groups that policies name, each as
// <workspace>/<group id>, sorted: nobody needs to find out who is in others.
func (p *Policy) SlackGroups() []string { return slices.Clone(p.slackGroups) }

// slackGroups finds the groups that a file names.
func slackGroups(tokens []token) []string {
	var groups []string
	for i := 2; i < len(tokens); i++ {
		if id, err := strconv.Unquote(tokens[i].text); err == nil && tokens[i-1].text == "::" && tokens[i-2].text == string(typeSlackGroup) {
			groups = append(groups, id)
		}
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}
