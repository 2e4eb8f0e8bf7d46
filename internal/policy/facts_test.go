package policy

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

// monday is a Monday, 9:30 in Shanghai, at which it is still night in UTC.
var monday = time.Date(2027, 1, 4, 9, 30, 0, 0, time.FixedZone("CST", 8*60*60))

// known returns a question in which nothing is unknown.
func known(change func(*core.Ask)) core.Ask {
	return with(func(a *core.Ask) {
		a.At, a.Percent = monday, 10
		a.Desktop.Tags = map[string]string{"dept": "finance"}
		change(a)
	})
}

// TestUnknownFactsDeny asks each question once knowing everything and once
// without what the policy reads.
func TestUnknownFactsDeny(t *testing.T) {
	noTags := func(a *core.Ask) { a.Desktop.Tags, a.Desktop.TagsUnknown = nil, true }
	noPercent := func(a *core.Ask) { a.Percent = -1 }
	noTime := func(a *core.Ask) { a.At = time.Time{} }
	for _, c := range []struct {
		name, policy string
		lose         func(*core.Ask)
		before       bool
		by           []string // without the fact; what is not permitted then is denied
		after        bool
	}{
		{"permit by tag", `permit (principal, action, resource is Desktop) when { resource.hasTag("dept") && resource.getTag("dept") == "finance" };`, noTags, true, nil, false},
		{"permit unless tag", `permit (principal, action, resource is Desktop) unless { resource.hasTag("vip") };`, noTags, true, nil, false},
		{"forbid by tag", everybody + `@id("no") forbid (principal, action, resource is Desktop) when { resource.hasTag("vip") };`, noTags, true, []string{"no"}, false},
		{"forbid unless tag", everybody + `@id("no") forbid (principal, action, resource is Desktop) unless { resource.hasTag("dept") };`, noTags, true, []string{"no"}, false},
		{"forbid by tag of another action", everybody + `@id("no") forbid (principal, action == Action::"force", resource) when { resource.hasTag("dept") };`, noTags, true, []string{"policy0"}, true},
		{"forbid by tag of another caller", everybody + `@id("no") forbid (principal is Timer, action, resource is Desktop) when { resource.hasTag("dept") };`, noTags, true, []string{"policy0"}, true},
		{"forbid by tag under another condition that does not hold", everybody + `@id("no") forbid (principal, action, resource is Desktop) when { context.count > 100 } when { resource.hasTag("vip") };`, noTags, true, []string{"policy0"}, true},
		{"forbid by tag under another condition that holds", everybody + `@id("no") forbid (principal, action, resource is Desktop) when { context.count < 100 } when { resource.hasTag("vip") };`, noTags, true, []string{"no"}, false},
		{"tags that nobody reads", everybody, noTags, true, []string{"policy0"}, true},
		{"permit by percent", `permit (principal, action, resource) when { context.percent <= 10 };`, noPercent, true, nil, false},
		{"forbid by percent", everybody + `@id("no") forbid (principal, action, resource) when { context.percent > 10 };`, noPercent, true, []string{"no"}, false},
		{"percent by key", everybody + `@id("no") forbid (principal, action, resource) when { context["percent"] > 10 };`, noPercent, true, []string{"no"}, false},
		{"percent of a chosen context", everybody + `@id("no") forbid (principal, action, resource) when { (if context.dryRun then context else context).percent > 10 };`, noPercent, true, []string{"no"}, false},
		{"permit by hour", `permit (principal, action, resource) when { context.hour < 18 };`, noTime, true, nil, false},
		{"forbid by hour", everybody + `@id("no") forbid (principal, action, resource) when { context.hour >= 18 };`, noTime, true, []string{"no"}, false},
		{"forbid by minute", everybody + `@id("no") forbid (principal, action, resource) when { context.minuteOfDay >= 1080 };`, noTime, true, []string{"no"}, false},
		{"forbid by weekday", everybody + `@id("no") forbid (principal, action, resource) when { context.weekday > 5 };`, noTime, true, []string{"no"}, false},
		{"the context as a whole", everybody + `@id("no") forbid (principal, action, resource) when { ![context].contains(context) };`, noTime, true, []string{"no"}, false},
		{"one of two facts", everybody + `@id("no") forbid (principal, action, resource) when { context.weekday > 5 } when { context.percent == 10 };`, noTime, true, []string{"no"}, false},
		{"one of two facts, and the other does not hold", everybody + `@id("no") forbid (principal, action, resource) when { context.weekday > 5 } when { context.percent == 9 };`, noTime, true, []string{"policy0"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			p := parse(t, c.policy)
			p.Log = slog.New(slog.NewTextHandler(&log, nil))
			if got := p.Permitted(t.Context(), known(func(*core.Ask) {})); got.Allowed != c.before {
				t.Errorf("knowing everything: %+v, want allowed %t", got, c.before)
			}
			got := p.Permitted(t.Context(), known(c.lose))
			if got.Allowed != c.after || !slices.Equal(got.Policies, c.by) {
				t.Errorf("not knowing: %+v, want allowed %t by %q", got, c.after, c.by)
			}
			if said := strings.Contains(log.String(), "without knowing everything"); said == c.after {
				t.Errorf("the log says so: %t\n%s", said, log.String())
			}
		})
	}
}

// TestUnknownPercentOfWhatStopsNothing is what a door asks before anybody can
// know the percentage.
func TestUnknownPercentOfWhatStopsNothing(t *testing.T) {
	p := parse(t, everybody+`@id("no") forbid (principal, action, resource) when { context.percent > 10 };`)
	p.Log = slog.New(slog.DiscardHandler)
	for _, action := range actionList {
		ask := fullAsk(core.Slack, action)
		ask.Percent = -1
		stops := action == core.ActionStop || action == core.ActionForce || action == core.ActionUnasked
		if got := p.Permitted(t.Context(), ask); got.Allowed == stops {
			t.Errorf("%s: %+v, want allowed %t", action, got, !stops)
		}
	}
}
