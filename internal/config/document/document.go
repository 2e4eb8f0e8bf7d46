package document

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

// Document is a YAML file on its way to values.
type Document struct {
	Problems mistake.Problems // what is wrong with it so far
	file     string           // as messages show it
}

// Parse reads a file that goes by that name in messages and returns the root of
// the one document in it, or nil where the file is empty or no YAML. Empty says
// what an empty file lacks; where it says nothing, a file may be empty.
func Parse(name string, text []byte, empty string) (*Document, *yaml.Node) {
	d := &Document{file: name}
	root := d.parse(text)
	if root == nil && len(d.Problems) == 0 && empty != "" {
		d.Problems.Add(d.at(1, 1), "nothing", empty)
	}
	return d, root
}

func (d *Document) at(line, column int) string {
	return fmt.Sprintf("%s:%d:%d", d.file, max(line, 1), max(column, 1))
}

// Add adds a problem at the node: what was found there and what is wanted.
func (d *Document) Add(n *yaml.Node, found, want string) {
	d.Problems.Add(d.at(n.Line, n.Column), found, want)
}

// Problem adds one that is a sentence of its own.
func (d *Document) Problem(n *yaml.Node, what string) { d.Add(n, "", what) }

// Wrong says what a node is, where something else was wanted.
func (d *Document) Wrong(n *yaml.Node, want string) { d.Add(n, describe(n), want) }

// Missing says which key the node lacks, and what its value would be.
func (d *Document) Missing(n *yaml.Node, key, want string) {
	d.Problem(n, key+" is missing; want "+want)
}

// Sound says whether no problem is at the node. A node that is not there is.
func (d *Document) Sound(n *yaml.Node) bool {
	return n == nil || !d.Problems.Has(d.at(n.Line, n.Column))
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
func (d *Document) parse(text []byte) *yaml.Node {
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
func (d *Document) syntax(err error) {
	e, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		d.Problems.Add(d.at(1, 1), "", strings.TrimPrefix(err.Error(), "yaml: "))
		return
	}
	said := strings.TrimPrefix(e.Message, "yaml: ")
	switch said {
	case "no documents in stream":
		return // a file of comments configures nothing, and that is no mistake
	case "expected single document, found multiple":
		d.Problems.Add(d.at(1, 1), "several documents", "one")
		return
	}
	if e.ContextMsg != "" {
		said += ", " + e.ContextMsg + " of line " + strconv.Itoa(e.ContextMark.Line)
	}
	d.Problems.Add(d.at(e.Mark.Line, e.Mark.Column), "", "is not YAML: "+said)
}

// plain refuses what makes a file mean something other than it shows.
func (d *Document) plain(n *yaml.Node) bool {
	before := len(d.Problems)
	switch {
	case n.Kind == yaml.AliasNode:
		d.Add(n, "the alias *"+n.Value, "the value itself, written out")
	case n.Anchor != "":
		d.Add(n, "the anchor &"+n.Anchor, "the value without an anchor")
	case n.Style&yaml.TaggedStyle != 0:
		d.Add(n, "the tag "+mistake.Quote(n.Tag), "the value without a tag")
	}
	if n.Kind == yaml.MappingNode {
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Kind != yaml.ScalarNode {
				d.Wrong(n.Content[i], "a word as key")
			}
		}
	}
	for _, c := range n.Content {
		d.plain(c)
	}
	return len(d.Problems) == before
}

// Fields reads the keys of a mapping, of which only the known ones may occur,
// each once. It returns nil where the node is no mapping.
func (d *Document) Fields(n *yaml.Node, want string, known ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		d.Wrong(n, want)
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
			d.Add(key, "the key "+mistake.Quote(key.Value), hint)
		case fields[key.Value] != nil:
			d.Add(key, "the key "+key.Value+" again", "each key once")
		default:
			fields[key.Value] = value
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

// JSON writes a node as JSON, which is what requests are decoded from.
func JSON(n *yaml.Node) []byte { return appendJSON(nil, n) }

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

// Find returns the node to blame for a field such as StoppedMode or
// DesktopId[1]: the key, the item, or the nearest thing around it. Of a key that
// occurs twice it is the second.
func Find(n *yaml.Node, field string) *yaml.Node {
	blame := n
	for _, step := range fieldStep.FindAllString(field, -1) {
		key, value := Child(n, step)
		if value == nil {
			break
		}
		blame, n = key, value
	}
	return blame
}

// Child returns the key and the value at one step, or nothing. Of an item the key
// is the item itself.
func Child(n *yaml.Node, step string) (key, value *yaml.Node) {
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
