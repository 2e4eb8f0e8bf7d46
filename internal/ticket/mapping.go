package ticket

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"stopdesktops/internal/core"
)

const (
	// maxReason is what core.Request allows for Reason.
	maxReason = 500

	// maxListed bounds the values of one list. It is above the most desktops
	// that any webhook may name, so that the core refuses the request whole.
	maxListed = 1000
)

// Mapper fills requests from bodies.
type Mapper struct{ rules []rule }

type rule struct {
	Rule
	target
	path  Path
	fixed []string // of a constant
}

// Compile checks a mapping whole. Each problem's field is the name of a rule,
// or empty where the mapping as a whole is wrong.
func Compile(m Mapping) (*Mapper, []core.FieldError) {
	mapper := &Mapper{}
	var problems []core.FieldError
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.ContainsFunc(targets, func(t target) bool { return t.name == name }) {
			problem := "is no field that a ticket can fill; those are " + strings.Join(Fields(), ", ")
			if why, ok := notMapped[name]; ok {
				problem = "cannot come from a ticket: " + why
			}
			problems = append(problems, core.FieldError{Field: name, Problem: problem})
		}
	}
	reaches := false
	for _, t := range targets {
		r, ok := m[t.name]
		if !ok {
			continue
		}
		compiled, problem := compile(t, r)
		if problem != "" {
			problems = append(problems, core.FieldError{Field: t.name, Problem: problem})
			continue
		}
		reaches = reaches || t.name == "DesktopId" || t.name == "All" || strings.HasPrefix(t.name, "Select.")
		mapper.rules = append(mapper.rules, compiled)
	}
	if len(problems) == 0 && !reaches {
		problems = append(problems, core.FieldError{Problem: "fills none of DesktopId, Select and All, so every request would be refused"})
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return mapper, nil
}

func compile(t target, r Rule) (rule, string) {
	c := rule{Rule: r, target: t}
	constant, fixed := r.constant()
	switch {
	case r.Find && (fixed || !strings.HasSuffix(t.name, "DesktopId")):
		return c, "cannot be found in a text; Find is for DesktopId with a path"
	case r.Optional && (fixed || !slices.Contains(optional, t.name)):
		return c, "cannot be optional: a request without it might reach more; Optional is for " + strings.Join(optional, ", ") + " with a path"
	case !fixed:
		path, err := ParsePath(r.From)
		if err != nil {
			return c, fmt.Sprintf("is at %s (%v); want %s, or a constant behind an equal sign", echo(r.From), err, WantPath)
		}
		c.path = path
		return c, ""
	}
	c.fixed = []string{constant}
	if t.list() {
		c.fixed = words(constant)
	}
	if len(c.fixed) == 0 || c.fixed[0] == "" {
		return c, "is an empty constant; leave the line out or give a value"
	}
	return c, t.set(&core.Request{}, slices.Clone(c.fixed))
}

// Constants returns a request that holds the mapping's constants, for a look at
// their values before any ticket comes, and the names of their fields.
func (m *Mapper) Constants() (q core.Request, names []string) {
	for _, r := range m.rules {
		if r.fixed != nil {
			r.set(&q, slices.Clone(r.fixed))
			names = append(names, r.name)
		}
	}
	return q, names
}

// Request fills a request from a document. Where there is a problem the request
// is never to be acted on.
func (m *Mapper) Request(d Document) (core.Request, []core.FieldError) {
	var q core.Request
	var problems []core.FieldError
	for _, r := range m.rules {
		texts, problem := r.texts(d)
		if problem == "" && texts != nil {
			problem = r.set(&q, texts)
		}
		if problem != "" {
			problems = append(problems, core.FieldError{Field: r.name, Problem: problem})
		}
	}
	return q, problems
}

// texts returns the values of the rule in a document; none is an optional field
// that is not there.
func (r rule) texts(d Document) (texts []string, problem string) {
	if r.fixed != nil {
		return slices.Clone(r.fixed), ""
	}
	values, problem := r.path.at(d)
	if problem != "" {
		if r.Optional {
			return nil, ""
		}
		return nil, "has no value: " + problem
	}
	for _, v := range values {
		found, problem := r.read(v)
		if problem != "" {
			return nil, problem
		}
		texts = append(texts, found...)
		if len(texts) > maxListed {
			return nil, fmt.Sprintf("has more than %d values at %s; send smaller requests", maxListed, r.path)
		}
	}
	switch {
	case len(texts) == 0 && r.Find:
		return nil, "has no value: no desktop id is mentioned at " + r.path.String()
	case len(texts) == 0 && r.Optional:
		return nil, ""
	case len(texts) == 0:
		return nil, "has no value: " + r.path.String() + " is empty"
	case len(texts) > 1 && !r.list():
		return nil, fmt.Sprintf("has %d values at %s; want one", len(texts), r.path)
	}
	return texts, ""
}

// read returns the texts of one value: of an array its items as they are, and
// of a text where a list is wanted what it lists.
func (r rule) read(v gjson.Result) (texts []string, problem string) {
	if !v.IsArray() || !r.list() {
		if v.Type == gjson.String && v.Str == "" {
			return nil, ""
		}
		return r.split(v, !r.path.several())
	}
	for _, item := range v.Array() {
		found, problem := r.split(item, false)
		if problem != "" {
			return nil, problem
		}
		texts = append(texts, found...)
	}
	return texts, ""
}

// split returns the texts of one scalar. An item of an array is one name even
// where it has spaces.
func (r rule) split(v gjson.Result, listed bool) (texts []string, problem string) {
	if v.IsBool() && r.boolean() {
		return []string{v.Raw}, ""
	}
	text, problem := r.path.scalar(v)
	switch {
	case problem != "":
		return nil, "is wrong: " + problem
	case r.Find:
		found, problem := find(text)
		if problem != "" {
			problem = "is wrong: " + r.path.String() + " " + problem
		}
		return found, problem
	case r.list() && listed:
		return words(text), ""
	}
	return []string{text}, ""
}
