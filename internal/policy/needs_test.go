package policy

import (
	"slices"
	"testing"
)

func TestWhatPoliciesNeed(t *testing.T) {
	for _, c := range []struct {
		name, text string
		percent    bool
		groups     []string
	}{
		{"nothing", everybody, false, nil},
		{"percent", everybody + `forbid (principal, action, resource) when { context.percent > 10 };`, true, nil},
		{"percent in a comment", everybody + "// context.percent", false, nil},
		{"groups", `permit (principal in SlackGroup::"T01/S05", action, resource);
permit (principal is SlackUser in SlackGroup::"T01/S04", action, resource) unless { principal in [SlackGroup::"T02/S04", SlackGroup::"T01/S04"] };`, false, []string{"T01/S04", "T01/S05", "T02/S04"}},
		{"a group in a comment", everybody + "// SlackGroup::\"T01/S05\"", false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, c.text)
			if got := p.AsksPercent(); got != c.percent {
				t.Errorf("asks for the percentage: %t", got)
			}
			if got := p.SlackGroups(); !slices.Equal(got, c.groups) {
				t.Errorf("Slack groups %q, want %q", got, c.groups)
			}
		})
	}
}
