package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go"

	"stopdesktops/internal/core"
)

// fifty are policies as a company with many teams may have them. All of them
// are about the question that the benchmarks ask, so that passing over those
// that are not earns nothing; others go on top where mixed.
func fifty(mixed bool) string {
	var b strings.Builder
	b.WriteString("permit (principal, action, resource);\npermit (principal is SlackUser, action == Action::\"stop\", resource) when { resource.endUsers.contains(principal.endUser) };\n")
	for i := range 48 {
		action := "stop"
		if mixed && i%2 == 0 {
			action = "force"
		}
		fmt.Fprintf(&b, "@id(\"team %d\") forbid (principal, action == Action::%q, resource)\n", i, action)
		switch i % 4 {
		case 0:
			fmt.Fprintf(&b, "when { resource.region == \"cn-beijing\" && resource.name like \"team%d-*\" };\n", i)
		case 1:
			fmt.Fprintf(&b, "when { resource.hasTag(\"team\") && resource.getTag(\"team\") == \"team%d\" };\n", i)
		case 2:
			fmt.Fprintf(&b, "when { context.percent > %d && context.reason == \"\" };\n", i)
		case 3:
			fmt.Fprintf(&b, "unless { principal in Group::\"oncall\" || resource.officeSite == \"site%d\" };\n", i)
		}
	}
	return b.String()
}

// tenThousand are questions about a fleet, one a desktop.
func tenThousand() []core.Ask {
	asks := make([]core.Ask, 10_000)
	for i := range asks {
		asks[i] = fullAsk(core.Slack, core.ActionStop)
		*asks[i].Desktop = core.Desktop{
			RegionId: "cn-hangzhou", DesktopId: fmt.Sprintf("ecd-%09d", i), DesktopName: fmt.Sprintf("team%d-%d", i%60, i),
			Status: core.StatusRunning, Connection: core.ConnDisconnected, OfficeSiteId: fmt.Sprintf("site%d", i%7), ChargeType: "PostPaid",
			DesktopType: "eds.general.2c4g", EndUserIds: []string{"alice"}, ResourceGroupIds: []string{"rg-1"},
			Tags: map[string]string{"team": fmt.Sprintf("team%d", i%60), "env": "dev", "cost": "4711"},
		}
	}
	return asks
}

func BenchmarkPermitted50(b *testing.B)      { permitted(b, fifty(false)) }
func BenchmarkPermitted50Mixed(b *testing.B) { permitted(b, fifty(true)) }

// BenchmarkBareAuthorize50 is the loop that Permitted is measured against:
// nothing but cedar.Authorize, on entities and requests that are ready.
func BenchmarkBareAuthorize50(b *testing.B)      { bare(b, fifty(false)) }
func BenchmarkBareAuthorize50Mixed(b *testing.B) { bare(b, fifty(true)) }

func permitted(b *testing.B, text string) {
	p := parse(b, text)
	asks := tenThousand()
	b.ReportAllocs()
	for b.Loop() {
		for i := range asks {
			p.Permitted(b.Context(), asks[i])
		}
	}
}

func bare(b *testing.B, text string) {
	set := policySet(b, text)
	requests, ready := readyEntities(b, parse(b, text), tenThousand())
	b.ReportAllocs()
	for b.Loop() {
		for i := range requests {
			cedar.Authorize(set, ready, requests[i])
		}
	}
}

// readyEntities holds whole entities, as somebody would who fills a store of
// them once.
func readyEntities(t testing.TB, p *Policy, asks []core.Ask) ([]cedar.Request, cedar.EntityMap) {
	t.Helper()
	all := needs{attributes: desktopAttributes, allTags: true}
	requests := make([]cedar.Request, len(asks))
	ready := cedar.EntityMap{}
	for i, ask := range asks {
		q, wrong := p.question(ask)
		if wrong != "" {
			t.Fatal(wrong)
		}
		requests[i] = q.request
		ready[q.request.Principal] = *q.known.principal
		if ask.Desktop == nil {
			continue
		}
		ready[q.request.Resource] = all.entity(q.request.Resource, ask.Desktop)
	}
	return requests, ready
}

func policySet(t testing.TB, text string) *cedar.PolicySet {
	t.Helper()
	set, err := cedar.NewPolicySetFromBytes("p.cedar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestPassingOverChangesNothing compares every answer with that of Cedar over
// all policies and whole entities: leaving out what cannot matter must not show.
func TestPassingOverChangesNothing(t *testing.T) {
	text := fifty(true) + `
permit (principal == Sender::"ticketing", action, resource);
permit (principal is Operator in Group::"oncall", action in [Action::"keep", Action::"halt"], resource);
permit (principal in SlackGroup::"T01/S04", action in Action::"why", resource);
forbid (principal is Timer, action, resource is Desktop) when { resource.connected };
forbid (principal, action, resource == Desktop::"cn-hangzhou/ecd-1");`
	p, set := parse(t, text), policySet(t, text)
	var asks []core.Ask
	for _, action := range actionList {
		for _, door := range []core.Door{core.Slack, core.Webhook, core.Timer, core.Terminal} {
			ask := fullAsk(door, action)
			for _, percent := range []int{0, 20} {
				ask.Percent = percent
				asks = append(asks, ask)
			}
			ask.Groups, ask.Reason = nil, ""
			asks = append(asks, ask)
		}
	}
	for _, ask := range asks {
		requests, ready := readyEntities(t, p, []core.Ask{ask})
		decision, diagnostic := cedar.Authorize(set, ready, requests[0])
		want := map[string]bool{}
		for _, r := range diagnostic.Reasons {
			id := string(r.PolicyID)
			if name, ok := set.Get(r.PolicyID).Annotations()["id"]; ok {
				id = string(name)
			}
			want[id] = true
		}
		got := p.Permitted(t.Context(), ask)
		if got.Allowed != bool(decision) || len(got.Policies) != len(want) {
			t.Errorf("%s %s: %+v, Cedar says %v by %v", ask.Caller, ask.Action, got, decision, want)
		}
		for _, id := range got.Policies {
			if !want[id] {
				t.Errorf("%s %s: %s is not in %v", ask.Caller, ask.Action, id, want)
			}
		}
	}
}

// TestFewAllocations holds the price of a question, Cedar's own part taken off.
func TestFewAllocations(t *testing.T) {
	p := parse(t, everybody)
	ask := fullAsk(core.Slack, core.ActionStop)
	set := policySet(t, everybody)
	requests, ready := readyEntities(t, p, []core.Ask{ask})
	bare := testing.AllocsPerRun(100, func() { cedar.Authorize(set, ready, requests[0]) })
	ours := testing.AllocsPerRun(100, func() { p.Permitted(t.Context(), ask) })
	if ours > bare+6 {
		t.Errorf("%v allocations a question, of which Cedar's are %v", ours, bare)
	}
}
