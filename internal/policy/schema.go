package policy

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	xast "github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"

	"stopdesktops/internal/pattern"
)

//go:embed schema.cedarschema
var schemaText []byte

// loadSchema parses the schema once. It is part of this program, so a fault in
// it is a fault of ours and the tests find it.
var loadSchema = sync.OnceValue(func() *resolved.Schema {
	var s schema.Schema
	s.SetFilename("schema.cedarschema")
	if err := s.UnmarshalCedar(schemaText); err != nil {
		panic(err)
	}
	r, err := s.Resolve()
	if err != nil {
		panic(err)
	}
	return r
})

// checkSchema runs Cedar's own validator over every policy. It knows the place
// of a policy but not of the word in it, so the word is looked for.
func checkSchema(at source, named rules) Mistakes {
	var mistakes Mistakes
	known := loadSchema()
	validators, names := newValidators(known), hasNames(known)
	bodies := split(at.all, named)
	for i, r := range named {
		body := bodies[i]
		mistakes = append(mistakes, unknownID(at, known, body)...)
		mistakes = append(mistakes, unknownHas(at, names, body)...)
		err := validators.of(r, body).Policy("", (*xast.Policy)(r.policy.AST()))
		for _, e := range specific(flatten(err)) {
			mistakes = append(mistakes, schemaMistake(at, known, r, body, e.Error()))
		}
	}
	return mistakes
}

// split gives each policy its words.
func split(tokens []token, named rules) [][]token {
	bodies := make([][]token, len(named))
	current := -1
	for _, t := range tokens {
		if next := current + 1; next < len(named) {
			pos := named[next].policy.Position()
			if t.line == pos.Line && t.column == pos.Column {
				current = next
			}
		}
		if current >= 0 {
			bodies[current] = append(bodies[current], t)
		}
	}
	return bodies
}

func flatten(err error) []error {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}

// notApplicable is what the validator says of a scope that no question meets.
const notApplicable = "unable to find an applicable action given the policy scope constraints"

// specific drops notApplicable where something else explains it.
func specific(errs []error) []error {
	explained := slices.DeleteFunc(slices.Clone(errs), func(e error) bool { return e.Error() == notApplicable })
	if len(explained) > 0 {
		return explained
	}
	return errs
}

// What the validator says about names.
var (
	badAction    = pattern.New("^unrecognized action `(.*)::(\".*\")`$")
	badType      = pattern.New("^unrecognized entity type `(.*)`$")
	badContext   = pattern.New("^attribute `(.*)` in context for .* not found$")
	needsHas     = pattern.New("^unable to guarantee safety of access to optional attribute `(.*)` in context")
	needsHasTag  = pattern.New("^unable to guarantee safety of access to tag `([^`]*)`")
	badAttribute = pattern.New("^attribute `(.*)` on entity type `(.*)` not found$")
)

func schemaMistake(at source, known *resolved.Schema, r rule, body []token, said string) Mistake {
	pos := r.policy.Position()
	line, column := pos.Line, pos.Column
	point := func(found func(before, word string) bool) {
		before := ""
		for _, t := range body {
			if found(before, t.text) {
				line, column = t.line, t.column
				return
			}
			before = t.text
		}
	}
	attribute := func(name string) {
		point(func(before, word string) bool {
			return word == name && (before == "." || before == "has") || word == strconv.Quote(name) && (before == "[" || before == "has")
		})
	}
	if m := badAction.FindStringSubmatch(said); m != nil {
		point(func(before, word string) bool { return before == "::" && word == m[2] })
		return at.mistake(line, column, "there is no action %s; the actions are %s", m[2], strings.Join(actionNames(known), ", "))
	}
	if m := badType.FindStringSubmatch(said); m != nil {
		first, _, _ := strings.Cut(m[1], "::")
		point(func(_, word string) bool { return word == first })
		return at.mistake(line, column, "there is no entity type %s; the types are %s", m[1], strings.Join(typeNames(known), ", "))
	}
	if m := badContext.FindStringSubmatch(said); m != nil {
		attribute(m[1])
		return at.mistake(line, column, "the context has no %s; it has %s", m[1], strings.Join(contextNames(known), ", "))
	}
	if m := needsHas.FindStringSubmatch(said); m != nil {
		attribute(m[1])
		return at.mistake(line, column, "not every question has a %s; write context has %s && in front of it", m[1], m[1])
	}
	if m := needsHasTag.FindStringSubmatch(said); m != nil {
		point(func(before, word string) bool { return before == "." && word == "getTag" })
		return at.mistake(line, column, "not every desktop has tag %s; write resource.hasTag(%s) && in front of it", m[1], m[1])
	}
	if m := badAttribute.FindStringSubmatch(said); m != nil {
		attribute(m[1])
		has := "nothing"
		if names := attributeNames(known.Entities[cedar.EntityType(m[2])].Shape); len(names) > 0 {
			has = strings.Join(names, ", ")
		}
		if m[2] == string(typeFleet) {
			has += ", and a policy that reads a desktop's says resource is Desktop"
		}
		if m[2] == string(typeSender) || m[2] == string(typeTimer) {
			has += ", and a policy that reads a person's says principal is SlackUser"
		}
		return at.mistake(line, column, "%s has no %s; it has %s", m[2], m[1], has)
	}
	if said == notApplicable {
		return at.mistake(line, column, "the policy can never apply: %s", questions(known))
	}
	return at.mistake(line, column, "%s", said)
}

// unknownID refuses an id that no entity of its type can have. Cedar's Go
// validator does not look at ids, and a wrong one would silently never match.
func unknownID(at source, known *resolved.Schema, body []token) Mistakes {
	var mistakes Mistakes
	for i := 2; i < len(body); i++ {
		id, err := strconv.Unquote(body[i].text)
		if body[i-1].text != "::" || err != nil {
			continue
		}
		kind := cedar.EntityType(body[i-2].text)
		ids := enumIDs(known, kind)
		switch want := twoPartIDs[kind]; {
		case len(ids) > 0 && !slices.Contains(ids, id):
			mistakes = append(mistakes, at.mistake(body[i].line, body[i].column, "there is no %s::%s; there is %s", kind, body[i].text, strings.Join(ids, ", ")))
		case want != "" && !twoParts(id):
			mistakes = append(mistakes, at.mistake(body[i].line, body[i].column, "there is no %s::%s; a %s is written %s", kind, body[i].text, kind, want))
		}
	}
	return mistakes
}

// twoPartIDs are the types whose ids have two parts, and what they look like.
var twoPartIDs = map[cedar.EntityType]string{
	typeSlackUser:    `SlackUser::"<workspace id>/<member id>"`,
	typeSlackGroup:   `SlackGroup::"<workspace id>/<user group id>"`,
	typeSlackChannel: `SlackChannel::"<workspace id>/<channel id>"`,
	typeDesktop:      `Desktop::"<RegionId>/<DesktopId>"`,
}

func twoParts(id string) bool {
	first, second, ok := strings.Cut(id, "/")
	return ok && first != "" && second != "" && !strings.Contains(second, "/")
}

// enumIDs are the ids of an enumerated type.
func enumIDs(s *resolved.Schema, kind cedar.EntityType) []string {
	var ids []string
	for _, uid := range s.Enums[kind].Values {
		ids = append(ids, string(uid.ID))
	}
	return ids
}

// unknownHas refuses a has that asks for a name which nothing has. The validator
// lets it pass, because such a has is not wrong, only always false.
func unknownHas(at source, names []string, body []token) Mistakes {
	var mistakes Mistakes
	for i := 1; i < len(body); i++ {
		if name := strings.Trim(body[i].text, `"`); body[i-1].text == "has" && !slices.Contains(names, name) {
			mistakes = append(mistakes, at.mistake(body[i].line, body[i].column, "nothing has %s; the names are %s", name, strings.Join(names, ", ")))
		}
	}
	return mistakes
}

// hasNames are the names that a has may ask for.
func hasNames(s *resolved.Schema) []string {
	names := contextNames(s)
	for _, e := range s.Entities {
		names = append(names, attributeNames(e.Shape)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func actionNames(s *resolved.Schema) []string {
	var names []string
	for uid := range s.Actions {
		names = append(names, string(uid.ID))
	}
	slices.Sort(names)
	return names
}

func typeNames(s *resolved.Schema) []string {
	names := []string{string(typeAction)}
	for t := range s.Entities {
		names = append(names, string(t))
	}
	for t := range s.Enums {
		names = append(names, string(t))
	}
	slices.Sort(names)
	return names
}

func attributeNames(r resolved.RecordType) []string {
	var names []string
	for n := range r {
		names = append(names, string(n))
	}
	slices.Sort(names)
	return names
}

func contextNames(s *resolved.Schema) []string {
	for _, a := range s.Actions {
		return attributeNames(a.AppliesTo.Context) // every action has the same
	}
	return nil
}

// questions says which actions are asked about what.
func questions(s *resolved.Schema) string {
	about := map[string][]string{}
	for _, name := range actionNames(s) {
		for _, r := range s.Actions[cedar.NewEntityUID(typeAction, cedar.String(name))].AppliesTo.Resources {
			about[string(r)] = append(about[string(r)], name)
		}
	}
	var parts []string
	for _, r := range []cedar.EntityType{typeFleet, typeDesktop} {
		parts = append(parts, fmt.Sprintf("%s are asked about a %s", strings.Join(about[string(r)], ", "), r))
	}
	return strings.Join(parts, "; ")
}
