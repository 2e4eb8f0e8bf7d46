package senders

import (
	"slices"
	"strings"
	"unicode"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/ticket"
)

// World is what senders.yaml is read against.
type World struct {
	Lookup    func(variable string) string // of the environment; empty is not set
	Named     map[string]core.Secret       // secrets of SENDER_SECRETS
	NamedBad  bool                         // SENDER_SECRETS has a mistake of its own, so it may hold any name
	Unread    func(names, slips []string)  // where set, it is told those of Named that no sender reads, and which resemble one that is not set here
	Rules     core.Rules
	AnyRegion bool     // the deployment's regions are not known
	Hosts     []string // that callbacks may go to, in lower case, each with its port where it has one

	// Absent is for looking at the file away from its deployment. Where it is set, it
	// is told each variable that is not set here, which is no mistake then.
	Absent func(variable string)
}

// Parse reads senders.yaml. Secrets are looked up and never shown; what
// they must look like is for the package that uses them.
func Parse(name string, text []byte, world World) ([]Sender, mistake.Problems) {
	d, root := document.Parse(name, text, "")
	if root == nil {
		return nil, d.Problems
	}
	s := reader{Document: d, World: world, lines: map[string]int{}, variables: map[string]int{}, values: map[string]string{}}
	list, ok := d.Fields(root, wantSenders, "Senders")["Senders"]
	if !ok {
		if root.Kind == yaml.MappingNode {
			d.Missing(root, "Senders", wantSenderList)
		}
		return nil, d.Problems
	}
	if list.Kind != yaml.SequenceNode {
		d.Wrong(list, wantSenderList)
		return nil, d.Problems
	}
	for _, item := range list.Content {
		s.read(item)
	}
	s.settle()
	if len(d.Problems) > 0 {
		return nil, d.Problems
	}
	return s.all, nil
}

// reader is senders.yaml on its way.
type reader struct {
	*document.Document
	World
	all       []Sender
	lines     map[string]int    // of each name
	variables map[string]int    // of each secret's variable
	values    map[string]string // the variable of each secret's value
	missing   []missing         // secrets that have no value

	incomplete bool // the sender that is being read
}

func (s *reader) read(item *yaml.Node) {
	fields := s.Fields(item, wantSender, "Name", "Scheme", "Header", "Secrets", "May", "Delivery", "Freshness", "Request", "Channel", "CostCentre", "Callback")
	if fields == nil {
		return
	}
	var sender Sender
	s.incomplete = false
	if n := s.Required(item, fields, "Name", document.WantName); n != nil {
		sender.Name = s.name(n)
	}
	scheme, known := traits{}, false
	if n := s.Required(item, fields, "Scheme", wantScheme()); n != nil {
		if scheme, known = schemes[n.Value]; !known || n.Kind != yaml.ScalarNode {
			s.Wrong(n, wantScheme())
			known = false
		}
		sender.Scheme = n.Value
	}
	if known {
		sender.Header = s.header(item, fields, scheme.header, "scheme "+sender.Scheme)
	}
	if n := s.Required(item, fields, "Secrets", wantSecrets); n != nil {
		sender.Secrets, sender.SecretsAt = s.secrets(n)
	}
	if n := s.Required(item, fields, "May", wantMay); n != nil {
		sender.May = s.may(n)
	}
	sender.Delivery = s.path(fields["Delivery"], idempotencyKey)
	sender.Freshness = s.path(fields["Freshness"], "")
	if n, ok := fields["Request"]; ok {
		sender.Request = s.mapping(n)
	}
	s.text(fields["Channel"], document.ChannelShape.MatchString, document.WantChannel, &sender.Channel)
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

// name reads the sender's name, which is also a part of its route.
func (s *reader) name(n *yaml.Node) string {
	if n.Value == builtIn {
		s.Add(n, mistake.Quote(n.Value)+", which is the sender of POST /stop", "another name")
		return ""
	}
	return s.UniqueName(n, s.lines, "sender")
}

// leftOut says that a variable is not set and is not looked at either.
func (s *reader) leftOut(variable string) bool {
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
func (s *reader) header(around *yaml.Node, fields map[string]*yaml.Node, wanted bool, who string) string {
	n, given := fields["Header"]
	switch {
	case wanted && !given:
		s.Missing(around, "Header", wantHeader)
	case given && !wanted:
		s.Add(n, "Header beside "+who, "no Header: it knows its own")
	case given && (n.Kind != yaml.ScalarNode || !headerShape.MatchString(n.Value)):
		s.Wrong(n, wantHeader)
	case given:
		return n.Value
	}
	return ""
}

func (s *reader) may(n *yaml.Node) (may []string) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		s.Wrong(n, wantMay)
		return nil
	}
	for _, item := range n.Content {
		switch {
		case item.Kind != yaml.ScalarNode || !slices.Contains(actions, item.Value):
			s.Wrong(item, wantMay)
		case slices.Contains(may, item.Value):
			s.Add(item, item.Value+" again", "each word once")
		default:
			may = append(may, item.Value)
		}
	}
	return may
}

// path reads a path of the body, or the one word that stands for something else.
func (s *reader) path(n *yaml.Node, word string) string {
	if n == nil {
		return ""
	}
	want := ticket.WantPath
	if word != "" {
		want = word + ", or " + want
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		s.Wrong(n, want)
		return ""
	}
	if word != "" && n.Value == word {
		return word
	}
	if _, err := ticket.ParsePath(n.Value); err != nil {
		s.Add(n, mistake.Quote(n.Value)+" ("+err.Error()+")", want)
	}
	return n.Value
}

// text reads an optional text.
func (s *reader) text(n *yaml.Node, fits func(string) bool, want string, dst *string) {
	switch {
	case n == nil:
	case n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || !fits(n.Value):
		s.Wrong(n, want)
	default:
		*dst = n.Value
	}
}

// costCentre says whether s may be written into audit lines.
func costCentre(s string) bool {
	return s != "" && len([]rune(s)) <= 128 && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
