package main

import (
	"os"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// withPolicy is a playground with a policy of one's own.
func withPolicy(t *testing.T, policy string) *playground {
	t.Helper()
	f, err := readFolder("", ownFolder(t, map[string]string{"policy.cedar": policy, "groups.yaml": "Groups: {oncall: [operator:alice]}\n"}), nil, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	return &playground{folder: f}
}

// TestRefusal: above a command that the policy refuses stands why, and what would
// permit it; and that does permit it.
func TestRefusal(t *testing.T) {
	shipped, err := os.ReadFile("../../config/policy.cedar")
	if err != nil {
		t.Fatal(err)
	}
	freeze := question{caller: webhookCaller, action: core.ActionFreeze, reason: brakeReason}
	p := withPolicy(t, string(shipped))
	for _, action := range []core.Action{core.ActionSubmit, core.ActionRead} {
		if said := p.refusal(t.Context(), question{caller: webhookCaller, action: action}); said != "" {
			t.Errorf("%s is permitted, and it says %s", action, said)
		}
	}
	said := p.refusal(t.Context(), question{caller: webhookCaller, action: core.ActionRead}, freeze)
	const permit = `permit (principal == Sender::"webhook", action == Action::"freeze", resource);`
	if want := "  # It will be refused: " + p.folder.shown + "/policy.cedar does not permit Sender::\"webhook\" the action freeze. To permit it, add\n  #   " + permit + "\n"; said != want {
		t.Errorf("it says\n%swant\n%s", said, want)
	}
	if said := withPolicy(t, string(shipped)+"\n"+permit+"\n").refusal(t.Context(), freeze); said != "" {
		t.Errorf("with what is to be added it says %s", said)
	}
	// More of what a rule may go by.
	const rules = `permit (principal, action, resource);
@id("only-with-a-reason")
forbid (principal is Sender, action == Action::"freeze", resource) unless { context.reason != "" };
@id("only-oncall")
forbid (principal is Operator, action == Action::"freeze", resource) unless { principal in Group::"oncall" };
@id("no-dry-runs")
forbid (principal, action == Action::"submit", resource) when { context.dryRun };
@id("at-no-time")
forbid (principal, action == Action::"read", resource) when { context.hour < 24 };
`
	p = withPolicy(t, rules)
	operator := func(name string, a core.Action) question {
		return question{caller: core.Caller{Door: core.Terminal, Name: name}, action: a}
	}
	for _, c := range []struct {
		asks question
		want string // the rule that refuses
	}{
		{freeze, ""},
		{question{caller: webhookCaller, action: core.ActionFreeze}, "only-with-a-reason"},
		{operator("alice", core.ActionFreeze), ""},
		{operator("bob", core.ActionFreeze), "only-oncall"},
		{question{caller: webhookCaller, action: core.ActionSubmit}, ""},
		{question{caller: webhookCaller, action: core.ActionSubmit, dryRun: true}, "no-dry-runs"},
		{operator("alice", core.ActionRead), "at-no-time"},
	} {
		said := p.refusal(t.Context(), c.asks)
		if c.want == "" && said != "" || !strings.Contains(said, c.want) || c.want != "" && !strings.HasPrefix(said, "  # ") {
			t.Errorf("of %+v it says %q, want %q", c.asks, said, c.want)
		}
	}
}
