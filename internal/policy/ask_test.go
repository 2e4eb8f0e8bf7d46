package policy

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

var desktop = core.Desktop{
	RegionId: "cn-hangzhou", DesktopId: "ecd-1", DesktopName: "dev 1",
	Status: core.StatusRunning, Connection: core.ConnDisconnected,
}

var stopAsk = core.Ask{
	Caller: core.Caller{Door: core.Webhook, Name: "ticketing"}, Action: core.ActionStop,
	Desktop: &desktop, Count: 3, Reason: "TICKET-1",
}

// with returns stopAsk with something else in it.
func with(change func(*core.Ask)) core.Ask {
	ask, d := stopAsk, desktop
	ask.Desktop = &d
	change(&ask)
	return ask
}

func parse(t testing.TB, text string) *Policy {
	t.Helper()
	p, err := Parse("p.cedar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestConditionsSeeTheQuestion(t *testing.T) {
	for _, c := range []struct {
		name, policy string
		ask          core.Ask
		allowed      bool
		by           []string
	}{
		{"any", everybody, stopAsk, true, []string{"policy0"}},
		{"another type", `permit (principal is Timer, action, resource);`, stopAsk, false, nil},
		{"sender", `permit (principal == Sender::"ticketing", action, resource);`, stopAsk, true, []string{"policy0"}},
		{"another sender", `permit (principal == Sender::"alarms", action, resource);`, stopAsk, false, nil},
		{"same name, other door", `permit (principal == Operator::"ticketing", action, resource);`, stopAsk, false, nil},
		{"slack user", `permit (principal == SlackUser::"T01/U02", action, resource);`,
			with(func(a *core.Ask) { a.Caller = core.Caller{Door: core.Slack, Name: "T01/U02"} }), true, []string{"policy0"}},
		{"operator", `permit (principal == Operator::"alice", action, resource);`,
			with(func(a *core.Ask) { a.Caller = core.Caller{Door: core.Terminal, Name: "alice"} }), true, []string{"policy0"}},
		{"timer", `permit (principal == Timer::"nightly-dev", action, resource);`,
			with(func(a *core.Ask) { a.Caller = core.Caller{Door: core.Timer, Name: "nightly-dev"} }), true, []string{"policy0"}},
		{"another action", `permit (principal, action == Action::"force", resource);`, stopAsk, false, nil},
		{"desktop", `permit (principal, action, resource == Desktop::"cn-hangzhou/ecd-1");`, stopAsk, true, []string{"policy0"}},
		{"same id, other region", `permit (principal, action, resource == Desktop::"cn-beijing/ecd-1");`, stopAsk, false, nil},
		{"region", `permit (principal, action, resource is Desktop) when { resource.region == "cn-hangzhou" };`, stopAsk, true, []string{"policy0"}},
		{"id", `permit (principal, action, resource is Desktop) when { resource.id == "ecd-1" };`, stopAsk, true, []string{"policy0"}},
		{"name", `permit (principal, action, resource is Desktop) when { resource.name like "dev *" };`, stopAsk, true, []string{"policy0"}},
		{"status", `permit (principal, action, resource is Desktop) when { resource.status == "Running" };`, stopAsk, true, []string{"policy0"}},
		{"connected", `permit (principal, action, resource is Desktop) when { resource.connected };`,
			with(func(a *core.Ask) { a.Desktop.Connection = core.ConnConnected }), true, []string{"policy0"}},
		{"disconnected", `permit (principal, action, resource is Desktop) when { resource.connected };`, stopAsk, false, nil},
		{"unknown counts as connected", `permit (principal, action, resource is Desktop) when { resource.connected };`,
			with(func(a *core.Ask) { a.Desktop.Connection = "" }), true, []string{"policy0"}},
		{"a new word counts as connected", `permit (principal, action, resource is Desktop) when { resource.connected };`,
			with(func(a *core.Ask) { a.Desktop.Connection = "Reconnecting" }), true, []string{"policy0"}},
		{"count within", `permit (principal, action, resource) when { context.count <= 3 };`, stopAsk, true, []string{"policy0"}},
		{"count above", `permit (principal, action, resource) when { context.count <= 2 };`, stopAsk, false, nil},
		{"reason", `permit (principal, action, resource) when { context.reason != "" };`, stopAsk, true, []string{"policy0"}},
		{"no reason", `permit (principal, action, resource) when { context.reason != "" };`,
			with(func(a *core.Ask) { a.Reason = "" }), false, nil},
		{"dry run", `permit (principal, action, resource) when { context.dryRun };`,
			with(func(a *core.Ask) { a.DryRun = true }), true, []string{"policy0"}},
		{"real run", `permit (principal, action, resource) when { context.dryRun };`, stopAsk, false, nil},
		{"fleet", `permit (principal, action, resource == Fleet::"all");`,
			with(func(a *core.Ask) { a.Action, a.Desktop = core.ActionSubmit, nil }), true, []string{"policy0"}},
		{"tag", `permit (principal, action, resource is Desktop) when { resource.hasTag("dept") && resource.getTag("dept") == "finance" };`, known(func(*core.Ask) {}), true, []string{"policy0"}},
		{"tag by a name of the desktop", `permit (principal, action, resource is Desktop) when { resource.hasTag(resource.name) && resource.getTag(resource.name) == "yes" };`,
			known(func(a *core.Ask) { a.Desktop.Tags = map[string]string{"dev 1": "yes", "x": "y"} }), true, []string{"policy0"}},
		{"attribute in other letters", `permit (principal, action, resource is Desktop) when { resource["\u{72}egion"] == "cn-hangzhou" };`, stopAsk, true, []string{"policy0"}},
		{"another tag", `permit (principal, action, resource is Desktop) when { resource.hasTag("env") };`, known(func(*core.Ask) {}), false, nil},
		{"office site", `permit (principal, action, resource is Desktop) when { resource.officeSite == "site-1" };`, with(func(a *core.Ask) { a.Desktop.OfficeSiteId = "site-1" }), true, []string{"policy0"}},
		{"pool", `permit (principal, action, resource is Desktop) when { resource.pool == "dg-1" };`, with(func(a *core.Ask) { a.Desktop.DesktopGroupId = "dg-1" }), true, []string{"policy0"}},
		{"resource group", `permit (principal, action, resource is Desktop) when { resource.resourceGroups.contains("rg-1") };`, with(func(a *core.Ask) { a.Desktop.ResourceGroupIds = []string{"rg-0", "rg-1"} }), true, []string{"policy0"}},
		{"charge type", `permit (principal, action, resource is Desktop) when { resource.chargeType == "PostPaid" };`, with(func(a *core.Ask) { a.Desktop.ChargeType = "PostPaid" }), true, []string{"policy0"}},
		{"type", `permit (principal, action, resource is Desktop) when { resource.type == "eds.general.2c4g" };`, with(func(a *core.Ask) { a.Desktop.DesktopType = "eds.general.2c4g" }), true, []string{"policy0"}},
		{"own", owned, slackAsk(func(a *core.Ask) { a.EndUser, a.Desktop.EndUserIds = "alice", []string{"bob", "alice"} }), true, []string{"policy0"}},
		{"somebody else's", owned, slackAsk(func(a *core.Ask) { a.EndUser, a.Desktop.EndUserIds = "alice", []string{"bob"} }), false, nil},
		{"nobody's own nothing", owned, slackAsk(func(a *core.Ask) { a.Desktop.EndUserIds = []string{"", "bob"} }), false, nil},
		{"workspace", `permit (principal is SlackUser, action, resource) when { principal.workspace == "T01" };`, slackAsk(nil), true, []string{"policy0"}},
		{"another workspace", `permit (principal is SlackUser, action, resource) when { principal.workspace == "T02" };`, slackAsk(nil), false, nil},
		{"group", `permit (principal in Group::"oncall", action, resource);`, slackAsk(func(a *core.Ask) { a.Groups = []string{"owners", "oncall"} }), true, []string{"policy0"}},
		{"another group", `permit (principal in Group::"oncall", action, resource);`, slackAsk(func(a *core.Ask) { a.Groups = []string{"owners"} }), false, nil},
		{"no group", `permit (principal in Group::"oncall", action, resource);`, slackAsk(nil), false, nil},
		{"one of several groups", `permit (principal, action, resource) when { principal in [Group::"oncall", Group::"operators"] };`, slackAsk(func(a *core.Ask) { a.Groups = []string{"operators"} }), true, []string{"policy0"}},
		{"operator in a group", `permit (principal in Group::"oncall", action, resource);`, with(func(a *core.Ask) {
			a.Caller, a.Groups = core.Caller{Door: core.Terminal, Name: "alice"}, []string{"oncall"}
		}), true, []string{"policy0"}},
		{"Slack user group", `permit (principal in SlackGroup::"T01/S04", action, resource);`, slackAsk(func(a *core.Ask) { a.Groups = []string{"T01/S04"} }), true, []string{"policy0"}},
		{"another Slack user group", `permit (principal in SlackGroup::"T01/S04", action, resource);`, slackAsk(func(a *core.Ask) { a.Groups = []string{"T02/S04"} }), false, nil},
		{"channel", inChannel, slackAsk(nil), true, []string{"policy0"}},
		{"another channel", inChannel, slackAsk(func(a *core.Ask) { a.Caller.Place = "C04" }), false, nil},
		{"no channel", inChannel, slackAsk(func(a *core.Ask) { a.Caller.Place = "" }), false, nil},
		{"a sender's place is no channel", inChannel, with(func(a *core.Ask) { a.Caller.Name, a.Caller.Place = "T01/x", "C03" }), false, nil},
		{"percent", `permit (principal, action, resource) when { context.percent == 10 };`, known(func(*core.Ask) {}), true, []string{"policy0"}},
		{"ticket", `permit (principal, action, resource) when { context.ticket like "OPS-*" };`, with(func(a *core.Ask) { a.Ticket = "OPS-1" }), true, []string{"policy0"}},
		{"time in its zone", `permit (principal, action, resource) when { context.hour == 9 && context.minuteOfDay == 570 && context.weekday == 1 };`, known(func(*core.Ask) {}), true, []string{"policy0"}},
		{"Sunday is 7", `permit (principal, action, resource) when { context.weekday == 7 };`, known(func(a *core.Ask) { a.At = monday.AddDate(0, 0, -1) }), true, []string{"policy0"}},
		{"forbid wins", `@id("all") permit (principal, action, resource); @id("not this") forbid (principal, action, resource) when { context.count > 1 };`,
			stopAsk, false, []string{"not this"}},
		{"every permit is named, in the file's order", `@id("z") permit (principal, action, resource); @id("no") permit (principal is Timer, action, resource); permit (principal, action, resource); @id("a") permit (principal, action, resource);`,
			stopAsk, true, []string{"z", "policy2", "a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := parse(t, c.policy).Permitted(t.Context(), c.ask)
			if got.Allowed != c.allowed || !slices.Equal(got.Policies, c.by) {
				t.Errorf("verdict %+v, want allowed %t by %q", got, c.allowed, c.by)
			}
		})
	}
}

// owned is the policy of who owns what.
const owned = `permit (principal is SlackUser, action, resource is Desktop) when { resource.endUsers.contains(principal.endUser) };`

// inChannel is a policy for one channel.
const inChannel = `permit (principal, action, resource) when { context has channel && context.channel == SlackChannel::"T01/C03" };`

// slackAsk is a question from a channel of Slack, with something else in it.
func slackAsk(change func(*core.Ask)) core.Ask {
	return with(func(a *core.Ask) {
		a.Caller = core.Caller{Door: core.Slack, Name: "T01/U02", Place: "C03"}
		if change != nil {
			change(a)
		}
	})
}

// TestNothingIsStale asks alternately, because caller and context are kept
// between questions.
func TestNothingIsStale(t *testing.T) {
	p := parse(t, `permit (principal is SlackUser, action, resource) when {
  context.count == 3 && context.reason == "TICKET-1" && !context.dryRun && context.percent == 4 && context.ticket == "OPS-1" &&
  context.minuteOfDay == 570 && context.weekday == 1 && context has channel && context.channel == SlackChannel::"T01/C03" &&
  principal == SlackUser::"T01/U02" && principal in Group::"owners" && principal.endUser == "alice" };`)
	p.Log = slog.New(slog.DiscardHandler)
	first := slackAsk(func(a *core.Ask) {
		a.Percent, a.Ticket, a.At, a.EndUser, a.Groups = 4, "OPS-1", monday, "alice", []string{"owners"}
	})
	for name, change := range map[string]func(*core.Ask){
		"count":    func(a *core.Ask) { a.Count = 4 },
		"reason":   func(a *core.Ask) { a.Reason = "TICKET-2" },
		"dry run":  func(a *core.Ask) { a.DryRun = true },
		"percent":  func(a *core.Ask) { a.Percent = 5 },
		"ticket":   func(a *core.Ask) { a.Ticket = "OPS-2" },
		"minute":   func(a *core.Ask) { a.At = a.At.Add(time.Minute) },
		"day":      func(a *core.Ask) { a.At = a.At.AddDate(0, 0, 1) },
		"no time":  func(a *core.Ask) { a.At = time.Time{} },
		"channel":  func(a *core.Ask) { a.Caller.Place = "C04" },
		"user":     func(a *core.Ask) { a.Caller.Name = "T01/U03" },
		"home":     func(a *core.Ask) { a.Caller.Name = "T02/U02" },
		"door":     func(a *core.Ask) { a.Caller.Door, a.Groups = core.Webhook, nil },
		"groups":   func(a *core.Ask) { a.Groups = []string{"helpdesk"} },
		"none":     func(a *core.Ask) { a.Groups = nil },
		"end user": func(a *core.Ask) { a.EndUser = "bob" },
	} {
		other := first
		change(&other)
		if !p.Permitted(t.Context(), first).Allowed {
			t.Errorf("before %s: denied", name)
		}
		if p.Permitted(t.Context(), other).Allowed {
			t.Errorf("another %s is allowed", name)
		}
	}
	first.At = first.At.Add(time.Second)
	if !p.Permitted(t.Context(), first).Allowed {
		t.Error("a second later: denied")
	}
}

// TestGroupsAreCopied changes the asker's own list between two questions.
func TestGroupsAreCopied(t *testing.T) {
	p := parse(t, `permit (principal in Group::"oncall", action, resource);`)
	groups := []string{"oncall"}
	ask := slackAsk(func(a *core.Ask) { a.Groups = groups })
	if !p.Permitted(t.Context(), ask).Allowed {
		t.Error("denied")
	}
	groups[0] = "owners"
	if p.Permitted(t.Context(), ask).Allowed {
		t.Error("still allowed")
	}
}

func TestManyAskAtOnce(t *testing.T) {
	p := parse(t, `permit (principal, action, resource is Desktop) when { context.count == 1 && resource.id == "ecd-1" };`)
	var group sync.WaitGroup
	for count := range 8 {
		group.Go(func() {
			for range 200 {
				ask := with(func(a *core.Ask) { a.Count = count })
				if got := p.Permitted(t.Context(), ask).Allowed; got != (count == 1) {
					t.Errorf("count %d: allowed %t", count, got)
					return
				}
			}
		})
	}
	group.Wait()
}

// TestStrangeQuestionsAreDenied holds under a policy that permits everything.
func TestStrangeQuestionsAreDenied(t *testing.T) {
	for name, c := range map[string]struct {
		ask     core.Ask
		problem string
	}{
		"no question":           {core.Ask{}, "nobody knows who is asking"},
		"no name":               {with(func(a *core.Ask) { a.Caller.Name = "" }), "nobody knows who is asking"},
		"no door":               {with(func(a *core.Ask) { a.Caller.Door = "" }), "nobody knows who is asking"},
		"unknown door":          {with(func(a *core.Ask) { a.Caller.Door = "mail" }), "nobody knows who is asking"},
		"unknown action":        {with(func(a *core.Ask) { a.Action = "start" }), "there is no such action"},
		"unknown group":         {slackAsk(func(a *core.Ask) { a.Groups = []string{"oncall", "admins"} }), `there is no group \"admins\"`},
		"half a Slack group":    {slackAsk(func(a *core.Ask) { a.Groups = []string{"T01/"} }), `there is no group \"T01/\"`},
		"sender in a group":     {with(func(a *core.Ask) { a.Groups = []string{"oncall"} }), `a Sender is in no groups, and \"oncall\" was given`},
		"freeze of one desktop": {with(func(a *core.Ask) { a.Action = core.ActionFreeze }), "the action is about the request as a whole, and a desktop was given"},
		"stop of nothing":       {with(func(a *core.Ask) { a.Desktop = nil }), "the action is about a desktop, and none was given"},
		"submit of one desktop": {with(func(a *core.Ask) { a.Action = core.ActionSubmit }), "the action is about the request as a whole, and a desktop was given"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			p := parse(t, everybody)
			p.Log = slog.New(slog.NewTextHandler(&log, nil))
			if got := p.Permitted(t.Context(), c.ask); got.Allowed {
				t.Errorf("verdict %+v, want denied", got)
			}
			if !strings.Contains(log.String(), c.problem) {
				t.Errorf("log %q, want it to say %q", log.String(), c.problem)
			}
		})
	}
}

// TestFailingPolicyDenies has a forbid that cannot be evaluated beside a permit
// that can. Cedar alone would permit.
func TestFailingPolicyDenies(t *testing.T) {
	p := parse(t, everybody+`
@id("overflow") forbid (principal, action, resource) when { context.count * 9223372036854775807 > 0 && false };`)
	var log bytes.Buffer
	p.Log = slog.New(slog.NewTextHandler(&log, nil))
	got := p.Permitted(t.Context(), stopAsk)
	if got.Allowed || !slices.Equal(got.Policies, []string{"overflow"}) {
		t.Errorf("verdict %+v, want denied by overflow", got)
	}
	for _, want := range []string{"policy=overflow", "file=p.cedar", "line=2", "caller=webhook:ticketing", "overflow while attempting"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log %q, want it to hold %q", log.String(), want)
		}
	}
	one := with(func(a *core.Ask) { a.Count = 1 })
	if got := p.Permitted(t.Context(), one); !got.Allowed {
		t.Errorf("verdict %+v, want allowed where nothing overflows", got)
	}
}
