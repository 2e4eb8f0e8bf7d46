package senders

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/document"
	"stopdesktops/internal/core"
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
	if len(problems) > 0 {
		return nil
	}
	s.constants(n, mapper)
	return m
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
