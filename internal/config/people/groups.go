package people

import (
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// groupNames are the groups that policies speak of.
var groupNames = []string{"operators", "oncall", "owners", "helpdesk"}

// Groups says who is in which group, as groups.yaml does.
type Groups struct {
	people map[SlackUser][]string
	slack  map[string][]string // by <workspace>/<user group>
	names  map[string][]string // operators at a terminal, by name
}

// Of returns the groups that a caller is in by name. Senders and timers are in
// none: what they may is said of their own names.
func (g Groups) Of(door core.Door, name string) []string {
	switch door {
	case core.Slack:
		team, user, _ := strings.Cut(name, "/")
		return slices.Clone(g.people[SlackUser{team, user}])
	case core.Terminal:
		return slices.Clone(g.names[name])
	}
	return nil
}

// SlackGroups returns Slack's user groups, as <workspace>/<group>, each with the
// groups that its members are in. The caller may keep it.
func (g Groups) SlackGroups() map[string][]string {
	all := map[string][]string{}
	for k, v := range g.slack {
		all[k] = slices.Clone(v)
	}
	return all
}

// ValidOperator says whether somebody at a terminal may go by the name, as
// policies and groups.yaml call him.
func ValidOperator(name string) bool { return operatorShape.MatchString(name) }

// WantOperator says which names those are.
const WantOperator = "up to 64 letters, digits and ._@-, beginning with a letter or digit"

var (
	// homeShape is a workspace, or an organisation of Enterprise Grid.
	homeShape     = pattern.Name{Least: 9, Most: 21, First: "TE", Rest: "A-Z0-9"}
	subteamShape  = pattern.Name{Least: 9, Most: 21, Prefix: "S", Rest: "A-Z0-9"}
	operatorShape = pattern.Name{Most: 64, First: "A-Za-z0-9", Rest: "A-Za-z0-9._@-"}
)

const (
	wantGroups  = "Groups: and operators, oncall, owners or helpdesk, each with a list of people"
	wantMembers = "a list of people, or [] for nobody"
	wantMember  = "a Slack user such as T012ABCD0/U012ALICE, a Slack user group such as T012ABCD0/S012ONCALL, or operator:<name> for somebody at a terminal"
)

// ParseGroups reads groups.yaml.
func ParseGroups(name string, text []byte) (Groups, mistake.Problems) {
	g := Groups{people: map[SlackUser][]string{}, slack: map[string][]string{}, names: map[string][]string{}}
	d, root := document.Parse(name, text, wantGroups)
	if root == nil {
		return Groups{}, d.Problems
	}
	fields := d.Fields(root, wantGroups, "Groups")
	if fields == nil {
		return Groups{}, d.Problems
	}
	n := d.Required(root, fields, "Groups", wantGroups)
	if n == nil {
		return Groups{}, d.Problems
	}
	for key, list := range d.Entries(n, wantGroups) {
		switch {
		case !slices.Contains(groupNames, key.Value):
			d.Wrong(key, "one of "+strings.Join(groupNames, ", "))
		case list.Kind != yaml.SequenceNode:
			d.Wrong(list, wantMembers)
		default:
			g.read(d, key.Value, list)
		}
	}
	if len(d.Problems) > 0 {
		return Groups{}, d.Problems
	}
	return g, nil
}

// read takes in the members of one group.
func (g Groups) read(d *document.Document, group string, list *yaml.Node) {
	lines := map[string]int{}
	for _, member := range list.Content {
		if member.Kind != yaml.ScalarNode {
			d.Wrong(member, wantMember)
			continue
		}
		if line, twice := lines[member.Value]; twice {
			d.Add(member, fmt.Sprintf("%s, which is on line %d already", mistake.Quote(member.Value), line), "each member once")
			continue
		}
		lines[member.Value] = member.Line
		if !g.add(group, member.Value) {
			d.Wrong(member, wantMember)
		}
	}
}

// add puts one member into a group, or says that it is none.
func (g Groups) add(group, member string) bool {
	if name, ok := strings.CutPrefix(member, "operator:"); ok {
		g.names[name] = append(g.names[name], group)
		return operatorShape.MatchString(name)
	}
	home, id, _ := strings.Cut(member, "/")
	switch {
	case !homeShape.MatchString(home):
		return false
	case userShape.MatchString(id):
		p := SlackUser{home, id}
		g.people[p] = append(g.people[p], group)
		return true
	case subteamShape.MatchString(id):
		g.slack[member] = append(g.slack[member], group)
		return true
	}
	return false
}
