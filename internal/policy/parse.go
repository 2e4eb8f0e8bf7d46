package policy

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cedar-policy/cedar-go"
)

// MaxSize is the most bytes of a policy file. Hundreds of long policies fit; a
// file above it is some other file.
const MaxSize = 128 << 10

// maxIDRunes keeps an @id readable in a log line.
const maxIDRunes = 100

// Policy is a parsed and checked policy file. It is safe for many goroutines.
type Policy struct {
	// Log gets what went wrong while a question was answered. It is
	// slog.Default() where it is nil.
	Log *slog.Logger

	rules rules
	reads facts // what any of them reads
	needs needs // of each desktop

	slackGroups []string
	names       []Named
	regions     []Compared

	lastCaller  lastCaller
	lastContext lastContext
}

// Parse reads a policy file and checks it against the schema. The name of the
// file is for the error, which is of type Mistakes and holds everything that is
// wrong; only a syntax error hides what comes after it.
func Parse(file string, text []byte) (*Policy, error) {
	at := source{file: file, text: text}
	if m := at.unreadable(); m != nil {
		return nil, Mistakes{*m}
	}
	list, err := cedar.NewPolicyListFromBytes(file, text)
	if err != nil {
		return nil, Mistakes{at.syntaxMistake(err)}
	}
	if !slices.ContainsFunc(list, func(p *cedar.Policy) bool { return p.Effect() == cedar.Permit }) {
		return nil, Mistakes{at.mistake(1, 1, "has no permit, so nobody could ever do anything; write at least one, for example permit (principal is Operator, action, resource);")}
	}
	used := newUses()
	rules, mistakes := name(at, list, used)
	mistakes = append(mistakes, checkSchema(at, rules)...)
	if len(mistakes) > 0 {
		return nil, mistakes.sorted()
	}
	names := named(at.all)
	p := &Policy{rules: rules, needs: used.needs(), slackGroups: slackGroups(names), names: names, regions: regionsIn(at.all)}
	for _, r := range rules {
		p.reads |= r.reads
	}
	return p, nil
}

// name gives each policy the id of its @id annotation, or policyN with N
// counted from 0 as Cedar does. It adds what policies read to used.
func name(at source, list cedar.PolicyList, used *uses) (rules, Mistakes) {
	var mistakes Mistakes
	named := make(rules, 0, len(list))
	lines := map[cedar.PolicyID]int{}
	for i, p := range list {
		id := cedar.PolicyID(fmt.Sprintf("policy%d", i))
		pos := p.Position()
		if given, ok := p.Annotations()["id"]; ok {
			if bad := badID(string(given)); bad != "" {
				mistakes = append(mistakes, at.mistake(pos.Line, pos.Column, "the policy's @id %s", bad))
				given = given + cedar.String(id) // bad in one way is enough
			}
			id = cedar.PolicyID(given)
		}
		if first, twice := lines[id]; twice {
			mistakes = append(mistakes, at.mistake(pos.Line, pos.Column, "the policy's id %q belongs to the policy on line %d; verdicts name policies by it, so each needs its own", id, first))
		}
		lines[id] = pos.Line
		named = append(named, newRule(id, p, used))
	}
	return named, mistakes
}

// badID says what is wrong with an @id, which goes to logs and answers.
func badID(id string) string {
	switch {
	case strings.TrimSpace(id) == "":
		return "is empty; give it a name or leave it out"
	case utf8.RuneCountInString(id) > maxIDRunes:
		return fmt.Sprintf("is longer than %d characters", maxIDRunes)
	case strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "holds characters that cannot be printed"
	}
	return ""
}
