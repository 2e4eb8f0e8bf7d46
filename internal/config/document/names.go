package document

import (
	"fmt"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/pattern"
)

// NameShape is the shape of the names that files give: to a timer, a schedule, a
// calendar, a sender.
var NameShape = pattern.Name{Most: 40, Rest: "a-z0-9-"}

// WantName says which names those are.
const WantName = "1 to 40 lower-case letters, digits and dashes"

// ChannelShape is the shape of Slack's channel ids. They begin with C, or G for
// private channels of old, and have 9 to 11 characters today.
var ChannelShape = pattern.Name{Least: 9, Most: 21, First: "CG", Rest: "A-Z0-9"}

// WantChannel says which channels those are.
const WantChannel = "a Slack channel id, C... or G..., as at the end of the channel's details"

// Text reads a text of a known shape.
func (d *Document) Text(n *yaml.Node, shape pattern.Shape, want string) string {
	if n.Kind != yaml.ScalarNode || !shape.MatchString(n.Value) {
		d.Wrong(n, want)
		return ""
	}
	return n.Value
}

// UniqueName reads a name that no other of its kind may have. Lines are those of
// the kind's names so far.
func (d *Document) UniqueName(n *yaml.Node, lines map[string]int, kind string) string {
	if n.Kind != yaml.ScalarNode || !NameShape.MatchString(n.Value) {
		d.Wrong(n, WantName)
		return ""
	}
	if line, twice := lines[n.Value]; twice {
		d.Add(n, fmt.Sprintf("%q, which is the name of the %s on line %d", n.Value, kind, line), "another name")
		return ""
	}
	lines[n.Value] = n.Line
	return n.Value
}
