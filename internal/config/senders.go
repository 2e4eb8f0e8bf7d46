package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/ticket"
)

// SenderWorld is what senders.yaml is read against.
type SenderWorld struct {
	Lookup    func(variable string) string // of the environment; empty is not set
	Named     map[string]core.Secret       // secrets of SENDER_SECRETS
	NamedBad  bool                         // SENDER_SECRETS has a mistake of its own, so it may hold any name
	Unread    func(names []string)         // where set, it is told those of Named that no sender reads
	Rules     core.Rules
	AnyRegion bool     // the deployment's regions are not known
	Hosts     []string // that callbacks may go to, in lower case, each with its port where it has one

	// Absent is that of Source.
	Absent func(variable string)
}

// ParseSenders reads senders.yaml. Secrets are looked up and never shown; what
// they must look like is for the package that uses them.
func ParseSenders(file File, world SenderWorld) ([]Sender, mistake.Problems) {
	d := &document{file: file.Name}
	root := d.parse(file.Text)
	if root == nil {
		return nil, d.problems
	}
	s := senders{document: d, SenderWorld: world, lines: map[string]int{}, variables: map[string]int{}, values: map[string]string{}}
	list, ok := d.fields(root, wantSenders, "Senders")["Senders"]
	if !ok {
		if root.Kind == yaml.MappingNode {
			d.missing(root, "Senders", wantSenderList)
		}
		return nil, d.problems
	}
	if list.Kind != yaml.SequenceNode {
		d.wrong(list, wantSenderList)
		return nil, d.problems
	}
	for _, item := range list.Content {
		s.read(item)
	}
	if world.Unread != nil {
		world.Unread(s.unread())
	}
	if len(d.problems) > 0 {
		return nil, d.problems
	}
	return s.all, nil
}

type senders struct {
	*document
	SenderWorld
	all       []Sender
	lines     map[string]int    // of each name
	variables map[string]int    // of each secret's variable
	values    map[string]string // the variable of each secret's value

	incomplete bool // the sender that is being read
}

func (s *senders) read(item *yaml.Node) {
	fields := s.fields(item, wantSender, "Name", "Scheme", "Header", "Secrets", "May", "Delivery", "Freshness", "Request", "Channel", "CostCentre", "Callback")
	if fields == nil {
		return
	}
	var sender Sender
	s.incomplete = false
	if n := s.required(item, fields, "Name", wantName); n != nil {
		s.name(n, &sender)
	}
	scheme, known := senderScheme{}, false
	if n := s.required(item, fields, "Scheme", wantScheme); n != nil {
		if scheme, known = senderSchemes[n.Value]; !known || n.Kind != yaml.ScalarNode {
			s.wrong(n, wantScheme)
			known = false
		}
		sender.Scheme = n.Value
	}
	if known {
		sender.Header = s.header(item, fields, scheme.header, "scheme "+sender.Scheme)
	}
	if n := s.required(item, fields, "Secrets", wantSecrets); n != nil {
		sender.Secrets = s.secrets(n)
	}
	if n := s.required(item, fields, "May", wantMay); n != nil {
		sender.May = s.may(n)
	}
	sender.Delivery = s.path(fields["Delivery"], idempotencyKey)
	sender.Freshness = s.path(fields["Freshness"], "")
	if n, ok := fields["Request"]; ok {
		sender.Request = s.mapping(n)
	}
	s.text(fields["Channel"], channelShape.MatchString, wantChannel, &sender.Channel)
	s.text(fields["CostCentre"], costCentre, "one line of at most 128 characters", &sender.CostCentre)
	if n, ok := fields["Callback"]; ok {
		sender.Callback = s.callback(n)
	}
	if known {
		s.agree(item, fields, sender, scheme)
	}
	sender.Incomplete = s.incomplete
	s.all = append(s.all, sender)
}

func (s *senders) name(n *yaml.Node, sender *Sender) {
	line, twice := s.lines[n.Value]
	switch {
	case n.Kind != yaml.ScalarNode || !timerName.MatchString(n.Value):
		s.wrong(n, wantName)
	case n.Value == builtInSender:
		s.add(n, mistake.Quote(n.Value)+", which is the sender of POST /stop", "another name")
	case twice:
		s.add(n, fmt.Sprintf("%q, which is the name of the sender on line %d", n.Value, line), "another name")
	default:
		s.lines[n.Value] = n.Line
		sender.Name = n.Value
	}
}

// leftOut says that a variable is not set and is not looked at either.
func (s *senders) leftOut(variable string) bool {
	if s.Absent == nil && !s.NamedBad {
		return false
	}
	if s.Absent != nil {
		s.Absent(variable)
	}
	s.incomplete = true
	return true
}

// header reads the name of a header where one is wanted.
func (s *senders) header(around *yaml.Node, fields map[string]*yaml.Node, wanted bool, who string) string {
	n, given := fields["Header"]
	switch {
	case wanted && !given:
		s.missing(around, "Header", wantHeader)
	case given && !wanted:
		s.add(n, "Header beside "+who, "no Header: it knows its own")
	case given && (n.Kind != yaml.ScalarNode || !senderHeader.MatchString(n.Value)):
		s.wrong(n, wantHeader)
	case given:
		return n.Value
	}
	return ""
}

func (s *senders) may(n *yaml.Node) (may []string) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		s.wrong(n, wantMay)
		return nil
	}
	for _, item := range n.Content {
		switch {
		case item.Kind != yaml.ScalarNode || !slices.Contains(senderActions, item.Value):
			s.wrong(item, wantMay)
		case slices.Contains(may, item.Value):
			s.add(item, item.Value+" again", "each word once")
		default:
			may = append(may, item.Value)
		}
	}
	return may
}

// path reads a path of the body, or the one word that stands for something else.
func (s *senders) path(n *yaml.Node, word string) string {
	if n == nil {
		return ""
	}
	want := ticket.WantPath
	if word != "" {
		want = word + ", or " + want
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		s.wrong(n, want)
		return ""
	}
	if word != "" && n.Value == word {
		return word
	}
	if _, err := ticket.ParsePath(n.Value); err != nil {
		s.add(n, mistake.Quote(n.Value)+" ("+err.Error()+")", want)
	}
	return n.Value
}

// text reads an optional text.
func (s *senders) text(n *yaml.Node, fits func(string) bool, want string, dst *string) {
	switch {
	case n == nil:
	case n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || !fits(n.Value):
		s.wrong(n, want)
	default:
		*dst = n.Value
	}
}

// costCentre says whether s may be written into audit lines.
func costCentre(s string) bool {
	return s != "" && len([]rune(s)) <= 128 && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
