package policy

import (
	"log/slog"
	"os"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

const shippedFile = "../../config/policy.cedar"

func shipped(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(shippedFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestShippedPolicy is the table of who may what out of the box.
func TestShippedPolicy(t *testing.T) {
	p := parse(t, shipped(t))
	p.Log = slog.New(slog.DiscardHandler)
	actions := []core.Action{core.ActionSubmit, core.ActionPreview, core.ActionStop, core.ActionRead, core.ActionForce, core.ActionUnasked}
	for _, c := range []struct {
		caller core.Caller
		may    string // one letter for each of actions
	}{
		{core.Caller{Door: core.Webhook, Name: "ticketing"}, "yyyynn"},
		{core.Caller{Door: core.Timer, Name: "nightly-dev"}, "yyynnn"},
		{core.Caller{Door: core.Terminal, Name: "alice"}, "yyyynn"},
		{core.Caller{Door: core.Slack, Name: "T01/U02"}, "nnnnnn"},
		{core.Caller{Door: "mail", Name: "alice"}, "nnnnnn"},
		{core.Caller{Door: core.Webhook}, "nnnnnn"},
	} {
		for i, action := range actions {
			for _, dryRun := range []bool{false, true} {
				ask := with(func(a *core.Ask) { a.Caller, a.Action, a.DryRun = c.caller, action, dryRun })
				if action == core.ActionSubmit || action == core.ActionRead || action == core.ActionUnasked {
					ask.Desktop = nil
				}
				got := p.Permitted(t.Context(), ask)
				if want := c.may[i] == 'y'; got.Allowed != want {
					t.Errorf("%s %s (dry run %t): allowed %t by %q, want %t", c.caller, action, dryRun, got.Allowed, got.Policies, want)
				}
				if got.Allowed && strings.HasPrefix(got.Policies[0], "policy") {
					t.Errorf("%s %s is permitted by %s, which has no name of its own", c.caller, action, got.Policies[0])
				}
			}
		}
	}
}

// TestShippedExamples takes the slashes away from the commented policies, as
// their comments tell people to do.
func TestShippedExamples(t *testing.T) {
	var live []string
	example := false
	for line := range strings.Lines(shipped(t)) {
		switch bare, commented := strings.CutPrefix(line, "// "); {
		case commented && strings.HasPrefix(bare, "@id("):
			example = true
			fallthrough
		case commented && example:
			live = append(live, bare)
		default:
			example = false
			live = append(live, line)
		}
	}
	p := parse(t, strings.Join(live, ""))
	force := with(func(a *core.Ask) {
		a.Caller, a.Action = core.Caller{Door: core.Terminal, Name: "alice"}, core.ActionForce
	})
	if got := p.Permitted(t.Context(), force); !got.Allowed {
		t.Errorf("alice with a reason: %+v, want allowed", got)
	}
	force.Reason = ""
	if got := p.Permitted(t.Context(), force); got.Allowed {
		t.Errorf("alice without a reason: %+v, want denied", got)
	}
	never := with(func(a *core.Ask) { a.Desktop.DesktopId = "ecd-example2" })
	if got := p.Permitted(t.Context(), never); got.Allowed || len(got.Policies) != 1 || got.Policies[0] != "never-these" {
		t.Errorf("a desktop of the list: %+v, want denied by never-these", got)
	}
}
