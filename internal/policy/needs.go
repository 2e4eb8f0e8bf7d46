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

// slackGroups are the groups among what a file names.
func slackGroups(names []Named) []string {
	var groups []string
	for _, n := range names {
		if n.Type == string(typeSlackGroup) {
			groups = append(groups, n.ID)
		}
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}

// Named is an entity that the policy file names, such as Timer::"nightly".
type Named struct {
	Type, ID string
	Line     int
}

// Names are the entities that the file names, in its order, each as often as it
// does. Whether there are such is for whoever knows the deployment.
func (p *Policy) Names() []Named { return slices.Clone(p.names) }

func named(tokens []token) (all []Named) {
	for i := 2; i < len(tokens); i++ {
		if id, err := strconv.Unquote(tokens[i].text); err == nil && tokens[i-1].text == "::" {
			all = append(all, Named{tokens[i-2].text, id, tokens[i].line})
		}
	}
	return all
}
