package policy

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

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

// TestContextIsNotStale asks alternately, because the context is kept between
// questions.
func TestContextIsNotStale(t *testing.T) {
	p := parse(t, `permit (principal, action, resource) when { context.count == 3 && context.reason == "TICKET-1" && !context.dryRun };`)
	for _, other := range []core.Ask{
		with(func(a *core.Ask) { a.Count = 4 }),
		with(func(a *core.Ask) { a.Reason = "TICKET-2" }),
		with(func(a *core.Ask) { a.DryRun = true }),
	} {
		if !p.Permitted(t.Context(), stopAsk).Allowed {
			t.Errorf("denied %+v", stopAsk)
		}
		if p.Permitted(t.Context(), other).Allowed {
			t.Errorf("allowed %+v", other)
		}
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

// TestQuestionsFitTheSchema has Cedar's own validator look at what is asked:
// policies are checked against the schema, so the questions must keep to it.
func TestQuestionsFitTheSchema(t *testing.T) {
	v := validate.New(loadSchema())
	p := parse(t, everybody)
	asked := map[string]bool{}
	for _, door := range []core.Door{core.Slack, core.Webhook, core.Timer, core.Terminal} {
		for _, action := range []core.Action{core.ActionSubmit, core.ActionStop, core.ActionForce, core.ActionPreview, core.ActionRead, core.ActionUnasked} {
			ask := with(func(a *core.Ask) { a.Caller.Door, a.Action = door, action })
			if about, _ := aboutDesktop(action); !about {
				ask.Desktop = nil
			}
			request, wrong := p.request(ask)
			if wrong != "" {
				t.Fatalf("%s %s: %s", door, action, wrong)
			}
			if err := v.Request(request); err != nil {
				t.Errorf("%s %s: %v", door, action, err)
			}
			asked[string(action)] = true
		}
	}
	for _, name := range actionNames(loadSchema()) {
		if !asked[name] {
			t.Errorf("the schema has action %s, which nobody asks", name)
		}
	}
	uid := cedar.NewEntityUID(typeDesktop, "cn-hangzhou/ecd-1")
	known := &entities{desktop: &desktop, uid: uid}
	entity, ok := known.Get(uid)
	if err := v.Entity(entity); !ok || err != nil {
		t.Errorf("the desktop is known %t, error %v", ok, err)
	}
	if other, ok := known.Get(cedar.NewEntityUID(typeDesktop, "cn-hangzhou/ecd-2")); ok {
		t.Errorf("another desktop is known as %v", other)
	}
}

// BenchmarkPermitted is beside cedar.Authorize on ready entities: 50 policies
// that read the desktop, over 10,000 desktops.
func BenchmarkPermitted(b *testing.B) {
	text := everybody + strings.Repeat("\nforbid (principal, action == Action::\"stop\", resource) when { resource.region == \"cn-beijing\" && context.count > 100 };", 49)
	p := parse(b, text)
	desktops := make([]core.Desktop, 10_000)
	for i := range desktops {
		desktops[i] = desktop
		desktops[i].DesktopId = "ecd-" + strings.Repeat("x", i%7)
	}
	b.Run("permitted", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range desktops {
				ask := stopAsk
				ask.Desktop = &desktops[i]
				p.Permitted(b.Context(), ask)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		set, err := cedar.NewPolicySetFromBytes("p.cedar", []byte(text))
		if err != nil {
			b.Fatal(err)
		}
		requests := make([]cedar.Request, len(desktops))
		ready := cedar.EntityMap{}
		for i := range desktops {
			ask := stopAsk
			ask.Desktop = &desktops[i]
			requests[i], _ = p.request(ask)
			ready[requests[i].Resource] = desktopEntity(requests[i].Resource, &desktops[i])
		}
		b.ReportAllocs()
		for b.Loop() {
			for i := range requests {
				cedar.Authorize(set, ready, requests[i])
			}
		}
	})
}
