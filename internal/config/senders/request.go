package senders

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/document"
	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/ticket"
)

// mapping reads which field of a request comes from where.
func (s *reader) mapping(n *yaml.Node) ticket.Mapping {
	m := ticket.Mapping{}
	before := len(s.Problems)
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		s.Wrong(n, wantMapping)
		return nil
	}
	s.fill(n, "", m)
	if len(s.Problems) > before {
		return nil // what follows would only repeat it
	}
	mapper, problems := ticket.Compile(m)
	for _, p := range problems {
		s.Problem(document.Find(n, p.Field), strings.TrimSpace(p.Field+" "+p.Problem))
	}
	if s.regionsWithoutSign(n, m); len(s.Problems) > before {
		return nil
	}
	s.constants(n, mapper)
	return m
}

// regionFields are those whose value is a region.
var regionFields = []string{"RegionId", "Select.RegionId", "Except.RegionId"}

// regionShape is the shape of the vendor's region ids (its SDK's metadata of December
// 2025), such as cn-hangzhou, cn-shanghai-finance-1 and ap-southeast-1.
var regionShape = pattern.Upto(40, `^(cn-[a-z]+(-finance(-[0-9])?)?|(ap|eu|me|na|sa|us)-[a-z]+-[0-9]{1,2})$`)

// regionsWithoutSign finds regions that were meant as constants. As a path of the body
// one leads nowhere, and every ticket would be refused. Who has such a key in a body
// writes {Path: eu-west-1}.
func (s *reader) regionsWithoutSign(n *yaml.Node, m ticket.Mapping) {
	for _, field := range regionFields {
		key, value := n, n
		for step := range strings.SplitSeq(field, ".") {
			if value != nil {
				key, value = document.Child(value, step)
			}
		}
		path := m[field].From
		if value != nil && (slices.Contains(s.Rules.Regions, path) || value.Kind == yaml.ScalarNode && regionShape.MatchString(path)) {
			s.Problem(key, field+" is the path "+path+" of the sender's body; did you mean ="+path+"?")
		}
	}
}

// fill reads the fields of a mapping; a selection's are a level deeper.
func (s *reader) fill(n *yaml.Node, under string, m ticket.Mapping) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := under + key.Value
		_, twice := m[name]
		switch {
		case twice:
			s.Add(key, "the key "+key.Value+" again", "each key once")
		case value.Kind == yaml.ScalarNode && value.ShortTag() != "!!null":
			m[name] = ticket.Rule{From: value.Value}
		case value.Kind == yaml.MappingNode && under == "" && (name == "Select" || name == "Except"):
			s.fill(value, name+".", m)
		case value.Kind == yaml.MappingNode:
			m[name] = s.rule(value)
		default:
			s.Wrong(value, wantRule)
		}
	}
}

func (s *reader) rule(n *yaml.Node) (r ticket.Rule) {
	fields := s.Fields(n, wantRule, "Path", "Find", "Optional")
	if p := s.Required(n, fields, "Path", ticket.WantPath); p != nil {
		r.From = s.path(p, "")
	}
	for key, dst := range map[string]*bool{"Find": &r.Find, "Optional": &r.Optional} {
		v, ok := fields[key]
		switch {
		case !ok:
		case v.ShortTag() != "!!bool":
			s.Wrong(v, "true or false")
		default:
			*dst = strings.EqualFold(v.Value, "true")
		}
	}
	return r
}

// constants checks the fixed part of the requests by the rules for every
// request, so that a misspelt word is found before a ticket comes.
func (s *reader) constants(n *yaml.Node, mapper *ticket.Mapper) {
	q, names := mapper.Constants()
	rules := s.Rules
	if s.AnyRegion {
		rules.Regions = []string{q.RegionId}
	}
	e, ok := rules.Validate(core.Webhook, q).(*core.Error)
	if !ok || e == nil {
		return
	}
	for _, f := range e.Fields {
		base, _, _ := strings.Cut(f.Field, "[")
		for _, name := range names {
			if name == base || strings.HasSuffix(name, "."+base) {
				s.Problem(document.Find(n, name), name+" "+f.Problem)
				break
			}
		}
	}
}
