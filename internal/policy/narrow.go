package policy

import (
	"maps"

	"github.com/cedar-policy/cedar-go"
	xast "github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

	"stopdesktops/internal/core"
)

// validators gives each policy a validator. Cedar's checks a policy under every
// question that the schema knows, and makes them all anew for each policy, although
// most policies are about one action of eleven. What a policy cannot match cannot be
// wrong with it, so one that names its actions is checked under a schema of these
// alone. A function with fifty policies allocates half as much at its start.
type validators struct {
	known *resolved.Schema
	made  map[set]*validate.Validator
}

func newValidators(known *resolved.Schema) *validators {
	return &validators{known: known, made: map[set]*validate.Validator{}}
}

// of is the validator for a policy and its words.
func (v *validators) of(r rule, body []token) *validate.Validator {
	about := everything
	if onlyInScope(r, body) {
		about = r.actions
	}
	made := v.made[about]
	if made == nil {
		made = validate.New(v.narrowed(about))
		v.made[about] = made
	}
	return made
}

// onlyInScope says that a policy's scope names its actions one by one, each of which
// the schema has, and that nothing else in the policy speaks of actions.
func onlyInScope(r rule, body []token) bool {
	named, _ := actionsNamed((*xast.Policy)(r.policy.AST()).Action)
	for _, uid := range named {
		if uid.Type != typeAction || bit(actionList, core.Action(uid.ID)) == 0 {
			return false
		}
	}
	said := 0
	for _, t := range body {
		if t.text == "action" || t.text == string(typeAction) {
			said++
		}
	}
	return len(named) > 0 && said == 1+len(named) // once the variable, and each name
}

// narrowed is the schema with these actions and no other.
func (v *validators) narrowed(about set) *resolved.Schema {
	if about == everything {
		return v.known
	}
	narrow := *v.known
	narrow.Actions = maps.Clone(v.known.Actions)
	maps.DeleteFunc(narrow.Actions, func(uid cedar.EntityUID, _ resolved.Action) bool {
		return bit(actionList, core.Action(uid.ID))&about == 0
	})
	return &narrow
}
