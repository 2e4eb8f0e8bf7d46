package document

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/yamltab"
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

// At is where a node stands, as problems say it.
func (d *Document) At(n *yaml.Node) string { return d.at(n.Line, n.Column) }

// Add adds a problem at the node: what was found there and what is wanted.
func (d *Document) Add(n *yaml.Node, found, want string) {
	d.Problems.Add(d.At(n), found, want)
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
	return n == nil || !d.Problems.Has(d.At(n))
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
		d.syntax(text, err)
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

// syntax adds what the YAML library says of a text.
func (d *Document) syntax(text []byte, err error) {
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
	if yamltab.At(text, e.Mark.Line, e.Mark.Column) {
		said = yamltab.Said
	} else if e.ContextMsg != "" {
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
