package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/pattern"
)

// document is a YAML file on its way to values. It keeps to the part of YAML
// that reads the same to everybody: no anchors, aliases, merges or tags.
type document struct {
	file     string
	problems mistake.Problems
}

func (d *document) at(line, column int) string {
	return fmt.Sprintf("%s:%d:%d", d.file, max(line, 1), max(column, 1))
}

func (d *document) add(n *yaml.Node, found, want string) {
	d.problems.Add(d.at(n.Line, n.Column), found, want)
}

// problem adds one that is a sentence of its own.
func (d *document) problem(n *yaml.Node, what string) { d.add(n, "", what) }

// wrong says what a node is, where something else was wanted.
func (d *document) wrong(n *yaml.Node, want string) { d.add(n, describe(n), want) }

func (d *document) missing(n *yaml.Node, key, want string) {
	d.problem(n, key+" is missing; want "+want)
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.ShortTag() == "!!null" {
		return "nothing"
	}
	return mistake.Quote(n.Value)
}

// parse returns the root of the one document, or nil where the file is empty or
// no YAML.
func (d *document) parse(text []byte) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		d.syntax(err)
		return nil
	}
	if len(doc.Content) == 0 {
		return nil
	}
	if !d.plain(doc.Content[0]) {
		return nil
	}
	return doc.Content[0]
}

// syntax adds what the YAML library says.
func (d *document) syntax(err error) {
	e, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		d.problems.Add(d.at(1, 1), "", strings.TrimPrefix(err.Error(), "yaml: "))
		return
	}
	said := strings.TrimPrefix(e.Message, "yaml: ")
	switch said {
	case "no documents in stream":
		return // a file of comments configures nothing, and that is no mistake
	case "expected single document, found multiple":
		d.problems.Add(d.at(1, 1), "several documents", "one")
		return
	}
	if e.ContextMsg != "" {
		said += ", " + e.ContextMsg + " of line " + strconv.Itoa(e.ContextMark.Line)
	}
	d.problems.Add(d.at(e.Mark.Line, e.Mark.Column), "", "is not YAML: "+said)
}

// plain refuses what makes a file mean something other than it shows.
func (d *document) plain(n *yaml.Node) bool {
	before := len(d.problems)
	switch {
	case n.Kind == yaml.AliasNode:
		d.add(n, "the alias *"+n.Value, "the value itself, written out")
	case n.Anchor != "":
		d.add(n, "the anchor &"+n.Anchor, "the value without an anchor")
	case n.Style&yaml.TaggedStyle != 0:
		d.add(n, "the tag "+mistake.Quote(n.Tag), "the value without a tag")
	}
	if n.Kind == yaml.MappingNode {
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Kind != yaml.ScalarNode {
				d.wrong(n.Content[i], "a word as key")
			}
		}
	}
	for _, c := range n.Content {
		d.plain(c)
	}
	return len(d.problems) == before
}

// fields reads the keys of a mapping, of which only the known ones may occur,
// each once. It returns nil where the node is no mapping.
func (d *document) fields(n *yaml.Node, want string, known ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, want)
		return nil
	}
	fields := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case !slices.Contains(known, key.Value):
			hint := strings.Join(known, ", ")
			if near := mistake.Nearest(key.Value, known); near != "" {
				hint = near
			}
			d.add(key, "the key "+mistake.Quote(key.Value), hint)
		case fields[key.Value] != nil:
			d.add(key, "the key "+key.Value+" again", "each key once")
		default:
			fields[key.Value] = value
		}
	}
	return fields
}

// entries are the keys and values of a mapping whose keys are names of other
// systems. A key that comes again is a mistake and left out.
func (d *document) entries(n *yaml.Node, want string) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			d.wrong(n, want)
			return
		}
		lines := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if line, twice := lines[key.Value]; twice {
				d.add(key, fmt.Sprintf("%s, which line %d has already", mistake.Quote(key.Value), line), "each key once")
				continue
			}
			lines[key.Value] = key.Line
			if !yield(key, n.Content[i+1]) {
				return
			}
		}
	}
}

// name reads a name of a known shape.
func (d *document) name(n *yaml.Node, shape pattern.Shape, want string) string {
	if n.Kind != yaml.ScalarNode || !shape.MatchString(n.Value) {
		d.wrong(n, want)
		return ""
	}
	return n.Value
}

// required returns a field, or adds that it is missing.
func (d *document) required(n *yaml.Node, fields map[string]*yaml.Node, key, want string) *yaml.Node {
	f, ok := fields[key]
	if !ok {
		d.missing(n, key, want)
		return nil
	}
	return f
}

// json writes a node as JSON, which is what requests are decoded from.
func (d *document) json(n *yaml.Node) []byte { return appendJSON(nil, n) }

func appendJSON(b []byte, n *yaml.Node) []byte {
	switch n.Kind {
	case yaml.MappingNode:
		b = append(b, '{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, n.Content[i].Value)
			b = append(b, ':')
			b = appendJSON(b, n.Content[i+1])
		}
		return append(b, '}')
	case yaml.SequenceNode:
		b = append(b, '[')
		for i, c := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, c)
		}
		return append(b, ']')
	}
	switch n.ShortTag() {
	case "!!null":
		return append(b, "null"...)
	case "!!bool":
		return append(b, strings.ToLower(n.Value)...)
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return append(b, n.Value...)
		}
	}
	return appendString(b, n.Value)
}

func appendString(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return append(b, quoted...)
}

var fieldStep = pattern.New(`[^.\[\]]+`)

// find returns the node to blame for a field such as StoppedMode or
// DesktopId[1]: the key, the item, or the nearest thing around it. Of a key that
// occurs twice it is the second.
func find(n *yaml.Node, field string) *yaml.Node {
	blame := n
	for _, step := range fieldStep.FindAllString(field, -1) {
		key, value := child(n, step)
		if value == nil {
			break
		}
		blame, n = key, value
	}
	return blame
}

func child(n *yaml.Node, step string) (key, value *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := len(n.Content) - 2; i >= 0; i -= 2 {
			if n.Content[i].Value == step {
				return n.Content[i], n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
	}
	return nil, nil
}
