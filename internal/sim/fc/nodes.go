package fc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// atLine is an error that says where in the file it is.
func atLine(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: "+format, append([]any{n.Line}, args...)...)
}

func (r *serverlessReader) bad(n *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, atLine(n, format, args...))
}

type entry struct{ key, value *yaml.Node }

// entries lists a mapping with merged-in keys ("<<") after its own.
func (r *serverlessReader) entries(n *yaml.Node, what string) []entry {
	n = target(n)
	if n.Kind != yaml.MappingNode {
		r.bad(n, "%s is not a map", what)
		return nil
	}
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxVariableDepth {
		r.bad(n, "%s is merged into itself", what)
		return nil
	}
	var own, merged []entry
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], target(n.Content[i+1])
		if key.Tag == "!!merge" {
			sources := []*yaml.Node{value}
			if value.Kind == yaml.SequenceNode {
				sources = value.Content
			}
			for _, s := range sources {
				merged = append(merged, r.entries(s, what)...)
			}
			continue
		}
		if seen[key.Value] {
			r.bad(key, "%s has %s twice", what, key.Value)
		}
		seen[key.Value] = true
		own = append(own, entry{key, value})
	}
	for _, e := range merged {
		if !seen[e.key.Value] {
			seen[e.key.Value] = true
			own = append(own, e)
		}
	}
	return own
}

// mapping reads a map whose keys are all known.
func (r *serverlessReader) mapping(n *yaml.Node, what string, known []string) map[string]*yaml.Node {
	m := map[string]*yaml.Node{}
	for _, e := range r.entries(n, what) {
		if !slices.Contains(known, e.key.Value) {
			r.bad(e.key, "%s: unknown key %q; known are %s", what, e.key.Value, strings.Join(known, ", "))
			continue
		}
		m[e.key.Value] = e.value
	}
	return m
}

func (r *serverlessReader) list(n *yaml.Node, what string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.bad(n, "%s is not a list", what)
		return nil
	}
	all := make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		all[i] = target(c)
	}
	return all
}

// text reads a string; the component's schema accepts nothing else for one.
func (r *serverlessReader) text(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		r.bad(n, "%s is not a text; write it in quotes", what)
		return ""
	}
	return n.Value
}

// optionalText is text that may also be null.
func (r *serverlessReader) optionalText(n *yaml.Node, what string) string {
	if n != nil && n.Tag == "!!null" {
		return ""
	}
	return r.text(n, what)
}

func (r *serverlessReader) number(n *yaml.Node, what string) int {
	if n == nil {
		return 0
	}
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
		r.bad(n, "%s is not a whole number; a variable needs ${json(env('X','60'))} to become one", what)
	}
	return v
}

func (r *serverlessReader) boolean(n *yaml.Node, what string) bool {
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		r.bad(n, "%s is not true or false; a variable needs ${json(env('X','false'))} to become one", what)
	}
	return n.Value == "true"
}

func target(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}
