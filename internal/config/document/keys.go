package document

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/mistake"
)

// Fields reads the keys of a mapping, of which only the known ones may occur,
// each once. It returns nil where the node is no mapping. The value of a misspelt key
// counts as that of the key that was meant, where that is not there, so that no second
// mistake comes of the first.
func (d *Document) Fields(n *yaml.Node, want string, known ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		d.Wrong(n, want)
		return nil
	}
	fields, meant := map[string]*yaml.Node{}, map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case !slices.Contains(known, key.Value):
			hint := strings.Join(known, ", ")
			if near := mistake.Nearest(key.Value, known); near != "" {
				hint, meant[near] = near, value
			}
			d.Add(key, "the key "+mistake.Quote(key.Value), hint)
		case fields[key.Value] != nil:
			d.Add(key, "the key "+key.Value+" again", "each key once")
		default:
			fields[key.Value] = value
		}
	}
	for key, value := range meant {
		if fields[key] == nil {
			fields[key] = value
		}
	}
	return fields
}

// Entries are the keys and values of a mapping whose keys are names of other
// systems. A key that comes again is a mistake and left out.
func (d *Document) Entries(n *yaml.Node, want string) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			d.Wrong(n, want)
			return
		}
		lines := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if line, twice := lines[key.Value]; twice {
				d.Add(key, fmt.Sprintf("%s, which line %d has already", mistake.Quote(key.Value), line), "each key once")
				continue
			}
			lines[key.Value] = key.Line
			if !yield(key, n.Content[i+1]) {
				return
			}
		}
	}
}

// Required returns a field, or adds that it is missing.
func (d *Document) Required(n *yaml.Node, fields map[string]*yaml.Node, key, want string) *yaml.Node {
	f, ok := fields[key]
	if !ok {
		d.Missing(n, key, want)
		return nil
	}
	return f
}
