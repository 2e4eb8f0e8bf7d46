package policy

import (
	"log/slog"
	"os"
	"slices"
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
	const (
		ticket   = "submit preview stop read why"
		allBut   = "submit preview stop read keep why stop-all freeze halt"
		own      = "submit preview stop keep why"
		helpdesk = "submit preview why read"
	)
	slack := func(endUser string, groups ...string) core.Ask {
		return core.Ask{Caller: core.Caller{Door: core.Slack, Name: "T01/U02", Place: "C03"}, EndUser: endUser, Groups: groups, Reason: "printer"}
	}
	from := func(door core.Door, name string) core.Ask {
		return core.Ask{Caller: core.Caller{Door: door, Name: name}, Reason: "printer"}
	}
	for name, c := range map[string]struct {
		ask core.Ask
		may string
	}{
		"sender":                    {from(core.Webhook, "ticketing"), ticket},
		"timer":                     {from(core.Timer, "nightly-dev"), "submit preview stop"},
		"terminal":                  {from(core.Terminal, "alice"), allBut},
		"unknown door":              {from("mail", "alice"), ""},
		"sender without a name":     {from(core.Webhook, ""), ""},
		"Slack":                     {slack("alice"), ""},
		"Slack, another group":      {slack("alice", "T01/S04"), ""},
		"operators":                 {slack("", "operators"), allBut},
		"oncall":                    {slack("", "oncall"), allBut + " force"},
		"owner":                     {slack("alice", "owners"), own},
		"owner of others":           {slack("bob", "owners"), "submit"},
		"owner of nothing":          {slack("", "owners"), "submit"},
		"helpdesk":                  {slack("alice", "helpdesk"), helpdesk},
		"helpdesk that owns":        {slack("alice", "helpdesk", "owners"), helpdesk + " stop keep"},
		"unknown group":             {slack("alice", "oncall", "admins"), ""},
		"oncall without a reason":   {func() core.Ask { a := slack("", "oncall"); a.Reason = ""; return a }(), allBut},
		"operator at a terminal":    {func() core.Ask { a := from(core.Terminal, "alice"); a.Groups = []string{"oncall"}; return a }(), allBut + " force"},
		"sender that says it is in": {func() core.Ask { a := from(core.Webhook, "x"); a.Groups = []string{"oncall"}; return a }(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, action := range actionList {
				for _, dryRun := range []bool{false, true} {
					ask := c.ask
					ask.Action, ask.DryRun, ask.Count, ask.Percent = action, dryRun, 3, -1
					if about, _ := aboutDesktop(action); about {
						d := desktop
						d.EndUserIds, d.TagsUnknown = []string{"alice", ""}, true
						ask.Desktop = &d
					}
					got := p.Permitted(t.Context(), ask)
					if want := slices.Contains(strings.Fields(c.may), string(action)); got.Allowed != want {
						t.Errorf("%s (dry run %t): allowed %t by %q, want %t", action, dryRun, got.Allowed, got.Policies, want)
					}
					if got.Allowed && strings.HasPrefix(got.Policies[0], "policy") {
						t.Errorf("%s is permitted by %s, which has no name of its own", action, got.Policies[0])
					}
				}
			}
		})
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
	named := slackAsk(func(a *core.Ask) { a.Caller.Name = "T012ABCD0/U012ALICE" })
	if got := p.Permitted(t.Context(), named); !got.Allowed {
		t.Errorf("alice in Slack: %+v, want allowed", got)
	}
	never := with(func(a *core.Ask) { a.Desktop.DesktopId = "ecd-example2" })
	if got := p.Permitted(t.Context(), never); got.Allowed || !slices.Equal(got.Policies, []string{"never-these"}) {
		t.Errorf("a desktop of the list: %+v, want denied by never-these", got)
	}
}

// TestOtherPoliciesOfTheTree holds the playground's and the tests' own policies
// to what they are for.
func TestOtherPoliciesOfTheTree(t *testing.T) {
	for _, file := range []string{"../../cmd/playground/config/policy.cedar", "../../tests/testdata/config/policy.cedar"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse(file, text)
		if err != nil {
			t.Error(err)
			continue
		}
		for action, want := range map[core.Action]bool{core.ActionStop: true, core.ActionPreview: true, core.ActionForce: false} {
			if got := p.Permitted(t.Context(), with(func(a *core.Ask) { a.Action = action })); got.Allowed != want {
				t.Errorf("%s: %s is allowed %t by %q, want %t", file, action, got.Allowed, got.Policies, want)
			}
		}
	}
}
