package policy

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/yamltab"
)

// wrong says what a node is, where something else was wanted.
func (f *caseFile) wrong(n *yaml.Node, want string) {
	found := strconv.Quote(n.Value)
	switch {
	case n.Kind == yaml.MappingNode:
		found = "keys and values"
	case n.Kind == yaml.SequenceNode:
		found = "a list"
		if len(n.Content) == 0 {
			found = "an empty list"
		}
	case n.ShortTag() == "!!null":
		found = "nothing"
	}
	f.add(n.Line, n.Column, "found %s; want %s", found, want)
}

// load returns the root of the one document, or nil.
func (f *caseFile) load(text []byte) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		line, column, said := 1, 1, strings.TrimPrefix(err.Error(), "yaml: ")
		if e, ok := errors.AsType[*yaml.LoadError](err); ok {
			line, column, said = e.Mark.Line, e.Mark.Column, strings.TrimPrefix(e.Message, "yaml: ")
			if yamltab.At(text, line, column) {
				said = yamltab.Said
			}
		}
		if said != "no documents in stream" {
			f.add(line, column, "is not YAML: %s", said)
		}
		return nil
	}
	if len(doc.Content) == 0 || !f.plain(doc.Content[0]) {
		return nil
	}
	return doc.Content[0]
}

// plain refuses what makes a file mean something other than it shows.
func (f *caseFile) plain(n *yaml.Node) bool {
	before := len(f.mistakes)
	if n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		f.add(n.Line, n.Column, "found an anchor, an alias or a tag; want the value itself, written out")
		return false
	}
	for _, c := range n.Content {
		f.plain(c)
	}
	return len(f.mistakes) == before
}

// mapping reads keys, of which only the known ones may occur, each once. No
// known ones means that any may.
func (f *caseFile) mapping(n *yaml.Node, known ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		want := "keys and values"
		if len(known) > 0 {
			want += ": " + strings.Join(known, ", ")
		}
		f.wrong(n, want)
		return nil
	}
	fields := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			f.wrong(key, "a word as key")
		case len(known) > 0 && !slices.Contains(known, key.Value):
			f.wrong(key, "one of "+strings.Join(known, ", "))
		case fields[key.Value] != nil:
			f.add(key.Line, key.Column, "found the key %s again; want each key once", key.Value)
		default:
			fields[key.Value] = value
		}
	}
	return fields
}

// text, list, number and yes read a value where there is one.
func (f *caseFile) text(n *yaml.Node, to *string) bool {
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		f.wrong(n, "a word")
		return false
	}
	*to = n.Value
	return true
}

func (f *caseFile) list(n *yaml.Node, to *[]string) {
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		f.wrong(n, "a list of words, or [] for none")
		return
	}
	for _, c := range n.Content {
		var s string
		if f.text(c, &s) {
			*to = append(*to, s)
		}
	}
}

func (f *caseFile) number(n *yaml.Node, to *int) {
	if n == nil {
		return
	}
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < 0 {
		f.wrong(n, "a number from 0 on; leave it out where it is unknown")
		return
	}
	*to = v
}

func (f *caseFile) yes(n *yaml.Node, to *bool) {
	if n == nil {
		return
	}
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		f.wrong(n, "true or false")
		return
	}
	*to = n.Value == "true"
}
