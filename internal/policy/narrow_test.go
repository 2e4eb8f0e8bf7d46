package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go"
	xast "github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

// TestNarrowedFindsTheSame compares what the validator says of a policy under the
// questions about its actions alone with what it says under all of them.
func TestNarrowedFindsTheSame(t *testing.T) {
	v := newValidators(loadSchema())
	whole := validate.New(loadSchema())
	scopes := map[string]bool{ // whether they are narrowed
		`principal, action == Action::"stop", resource`:                                     true,
		`principal, action == Action::"freeze", resource`:                                   true,
		`principal is Sender, action in [Action::"stop", Action::"force"], resource`:        true,
		`principal is Timer, action in [Action::"submit", Action::"stop"], resource`:        true,
		`principal == Operator::"alice", action in Action::"stop", resource is Desktop`:     true,
		`principal, action == Action::"freeze", resource is Desktop`:                        true,
		`principal, action == Action::"stop", resource is Fleet`:                            true,
		`principal is Operater, action == Action::"stop", resource`:                         true,
		`principal == Action::"stop", action == Action::"stop", resource`:                   false,
		`principal, action == Deed::"stop", resource`:                                       false,
		`principal, action == Deed::Action::"stop", resource`:                               false,
		`principal, action == Action::"stopp", resource`:                                    false,
		`principal, action in [Action::"stop", Action::"stopp"], resource`:                  false,
		`principal, action in [Action::"stop", Action::"stop"], resource`:                   true,
		`principal, action in [], resource`:                                                 false,
		`principal, action, resource`:                                                       false,
		`principal is SlackUser in SlackGroup::"T01/S04", action, resource == Fleet::"all"`: false,
	}
	conditions := []string{
		``, `when { resource.connected }`, `when { resource.id == "ecd-a" }`, `when { resource.regionId == "x" }`, `when { resource.id == 1 }`,
		`when { context.count < 3 && context has channel }`, `when { context.channel == SlackChannel::"C1" }`, `when { context.ticker == "" }`,
		`when { resource.hasTag("a") && resource.getTag("a") == "b" } unless { principal in Group::"oncall" }`, `when { resource.getTag("a") == "b" }`,
		`when { principal in resource.endUsers }`, `when { principal.nobody }`, `when { context.reason }`, `when { [] == [1] }`,
		`when { action == Action::"stop" }`, `when { action in [Action::"stop", Action::"freeze"] }`, `when { action == Action::"stopp" }`,
		`when { principal == Action::"freeze" }`, `when { resource in Action::"stop" }`, `when { Action::"freeze" has x }`,
	}
	narrowed, wrong := 0, 0
	for scope, narrows := range scopes {
		for _, condition := range conditions {
			text := []byte(`@id("action") permit (` + scope + `) ` + condition + `;`)
			at := source{file: "policy.cedar", text: text}
			if m := at.unreadable(); m != nil {
				t.Fatalf("%s: %v", text, m)
			}
			list, err := cedar.NewPolicyListFromBytes("policy.cedar", text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			r := newRule("action", list[0], newUses())
			policy := (*xast.Policy)(r.policy.AST())
			one := v.of(r, at.all)
			if got := one == v.made[r.actions] && r.actions != everything; got != (narrows && !strings.Contains(condition, "ction")) {
				t.Errorf("%s: it is narrowed %t", text, got)
			} else if got {
				narrowed++
			}
			got, want := told(one.Policy("", policy)), told(whole.Policy("", policy))
			if !slices.Equal(got, want) {
				t.Errorf("%s: under its own actions %q, under all of them %q", text, got, want)
			}
			wrong += len(want)
		}
	}
	if narrowed < 100 || wrong < 300 {
		t.Errorf("%d policies were narrowed and %d mistakes found, so this compares little", narrowed, wrong)
	}
}

// told are the words of an error, in an order of their own: the validator goes
// through its questions in the order of a map.
func told(err error) []string {
	var said []string
	for _, e := range flatten(err) {
		said = append(said, e.Error())
	}
	slices.Sort(said)
	return slices.Compact(said)
}
