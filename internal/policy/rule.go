package policy

import (
	"iter"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/ast"
	xast "github.com/cedar-policy/cedar-go/x/exp/ast"

	"stopdesktops/internal/core"
)

// rule is one policy of the file under the name that verdicts use.
type rule struct {
	id     cedar.PolicyID
	policy *cedar.Policy

	// What its scope can match at all. Most policies are about few actions and
	// one kind of caller, and need not be evaluated for others.
	actions    set
	principals set

	reads facts
	blind [allFacts + 1]*cedar.Policy // by which of its facts are unknown; nil holds nothing
}

// rules keeps the file's order, so that verdicts name policies in the order in
// which people read them.
type rules []rule

// set has a bit for each place in a list of a few things.
type set uint16

// everything is the set of all.
const everything = ^set(0)

// actionList gives each action its bit. Those of a desktop come first.
var actionList = []core.Action{
	core.ActionPreview, core.ActionStop, core.ActionForce, core.ActionKeep, core.ActionWhy,
	core.ActionSubmit, core.ActionRead, core.ActionUnasked, core.ActionStopAll, core.ActionFreeze, core.ActionHalt,
}

// desktopActions is how many of actionList are asked for each desktop.
const desktopActions = 5

// principalList gives each type of caller its bit.
var principalList = []cedar.EntityType{typeSender, typeTimer, typeSlackUser, typeOperator}

// bit is the set of one place, or none where the list does not have it.
func bit[T comparable](list []T, one T) set {
	for i := range list {
		if list[i] == one {
			return 1 << i
		}
	}
	return 0
}

// newRule compiles what a policy needs, and adds what it reads to used.
func newRule(id cedar.PolicyID, p *cedar.Policy, used *uses) rule {
	text := (*xast.Policy)(p.AST())
	r := rule{id: id, policy: p, actions: actionsOf(text.Action), principals: principalsOf(text.Principal)}
	each := make([]facts, len(text.Conditions))
	for i, c := range text.Conditions {
		each[i] = used.reads(c.Body)
		r.reads |= each[i]
	}
	if p.Effect() == cedar.Permit {
		return r // where it cannot see it permits nothing
	}
	for unknown := facts(1); unknown <= allFacts; unknown++ {
		if unknown&r.reads == unknown {
			r.blind[unknown] = wider(text, each, unknown)
		}
	}
	return r
}

// wider is a forbid without those of its conditions that read what is unknown:
// where it cannot see it holds.
func wider(text *xast.Policy, each []facts, unknown facts) *cedar.Policy {
	w := *text
	w.Conditions = nil
	for i, c := range text.Conditions {
		if each[i]&unknown == 0 {
			w.Conditions = append(w.Conditions, c)
		}
	}
	return cedar.NewPolicyFromAST((*ast.Policy)(&w))
}

func actionsOf(scope xast.IsActionScopeNode) set {
	named, each := actionsNamed(scope)
	if !each {
		return everything
	}
	var some set
	for _, uid := range named {
		some |= bit(actionList, core.Action(uid.ID))
	}
	return some
}

// actionsNamed are the actions of a scope that names them one by one.
func actionsNamed(scope xast.IsActionScopeNode) ([]cedar.EntityUID, bool) {
	switch s := scope.(type) {
	case xast.ScopeTypeEq:
		return []cedar.EntityUID{s.Entity}, true
	case xast.ScopeTypeIn:
		return []cedar.EntityUID{s.Entity}, true
	case xast.ScopeTypeInSet:
		return s.Entities, true
	}
	return nil, false
}

func principalsOf(scope xast.IsPrincipalScopeNode) set {
	switch s := scope.(type) {
	case xast.ScopeTypeEq:
		return bit(principalList, s.Entity.Type)
	case xast.ScopeTypeIs:
		return bit(principalList, s.Type)
	case xast.ScopeTypeIsIn:
		return bit(principalList, s.Type)
	}
	return everything
}

// applicable is the policies that can matter to one question.
type applicable struct {
	rules     rules
	action    set
	principal set
	unknown   facts

	missed facts // those unknown ones that a policy would have read
}

// All implements cedar.PolicyIterator.
func (a *applicable) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for i := range a.rules {
			r := &a.rules[i]
			if r.actions&a.action == 0 || r.principals&a.principal == 0 {
				continue
			}
			p := r.policy
			if unknown := r.reads & a.unknown; unknown != 0 {
				a.missed |= unknown
				if p = r.blind[unknown]; p == nil {
					continue
				}
			}
			if !yield(r.id, p) {
				return
			}
		}
	}
}
