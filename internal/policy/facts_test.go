package policy

import (
	"bytes"
	"fmt"
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
	noLook := func(a *core.Ask) {
		a.Desktop, a.NotLooked = &core.Desktop{RegionId: a.Desktop.RegionId, DesktopId: a.Desktop.DesktopId}, true
	}
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
		{"permit by region and id", `@id("p") permit (principal, action, resource is Desktop) when { resource.region == "cn-hangzhou" && resource.id == "ecd-1" };`, noLook, true, []string{"p"}, true},
		{"forbid of another id", everybody + `@id("no") forbid (principal, action, resource is Desktop) when { resource.id == "ecd-2" };`, noLook, true, []string{"policy0"}, true},
		{"permit by tag, unseen", `permit (principal, action, resource is Desktop) when { resource.hasTag("dept") };`, noLook, true, nil, false},
		{"forbid by tag, unseen", everybody + `@id("no") forbid (principal, action, resource is Desktop) when { resource.hasTag("vip") };`, noLook, true, []string{"no"}, false},
		{"forbid by tag of another region, unseen", everybody + `@id("no") forbid (principal, action, resource is Desktop) when { resource.region == "cn-beijing" } when { resource.hasTag("vip") };`, noLook, true, []string{"policy0"}, true},
		{"forbid by name of an attribute in brackets", everybody + `@id("no") forbid (principal, action, resource is Desktop) when { resource["name"] like "prod-*" };`, noLook, true, []string{"no"}, false},
		{"forbid by an attribute of a chosen resource", everybody + `@id("no") forbid (principal, action, resource is Desktop) when { (if context.dryRun then resource else resource).pool == "dg-1" };`, noLook, true, []string{"no"}, false},
		{"all attributes that nobody reads", everybody, noLook, true, []string{"policy0"}, true},
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

// TestUnseenDesktop: of a desktop that nobody has looked at, a policy knows the
// region and the id. Every other attribute that there is counts against it.
func TestUnseenDesktop(t *testing.T) {
	for _, a := range desktopAttributes {
		said := a.name == "region" || a.name == "id"
		// It reads the attribute, and says the same of every desktop.
		condition := fmt.Sprintf(`{ resource.%s == resource.%[1]s };`, a.name)
		permit := parse(t, "permit (principal, action, resource is Desktop) when "+condition)
		forbid := parse(t, everybody+"forbid (principal, action, resource is Desktop) unless "+condition)
		permit.Log, forbid.Log = slog.New(slog.DiscardHandler), slog.New(slog.DiscardHandler)
		for _, seen := range []bool{true, false} {
			ask := known(func(a *core.Ask) { a.NotLooked = !seen })
			if got := permit.Permitted(t.Context(), ask).Allowed; got != (seen || said) {
				t.Errorf("seen %t: a permit by %s permits: %t", seen, a.name, got)
			}
			if got := forbid.Permitted(t.Context(), ask).Allowed; got != (seen || said) {
				t.Errorf("seen %t: a forbid by %s lets pass: %t", seen, a.name, got)
			}
		}
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
