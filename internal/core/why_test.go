package core

import (
	"slices"
	"testing"
	"time"
)

var whyAll = allow(ActionWhy, ActionStop, ActionForce)

// why asks about one desktop as an operator would.
func (w *world) why(t *testing.T, q Request) Trace {
	t.Helper()
	traces, err := w.Why(t.Context(), operator, q)
	if err != nil || len(traces) != 1 {
		t.Fatalf("%d traces, %v", len(traces), err)
	}
	return traces[0]
}

// wantTrace checks what must hold of every trace: all rules, in order, and
// exactly one of them decides, unless none has a word.
func wantTrace(t *testing.T, tr Trace) (decided TraceRule) {
	t.Helper()
	n := 0
	for i, r := range tr.Rules {
		if i >= len(rules) || r.Rule != rules[i].name || r.Says == "" {
			t.Errorf("rule %d is %+v", i, r)
		}
		if r.Decided {
			n, decided = n+1, r
		}
	}
	switch {
	case tr.Found && len(tr.Rules) != len(rules), !tr.Found && tr.Rules[len(tr.Rules)-1].Rule != "found":
		t.Errorf("%d rules of %d", len(tr.Rules), len(rules))
	case tr.Verdict.Stop && n != 0, !tr.Verdict.Stop && (n != 1 || decided.Code != tr.Verdict.Code):
		t.Errorf("%d rules decided, %+v, and the verdict is %+v", n, decided, tr.Verdict)
	}
	return decided
}

func TestWhy(t *testing.T) {
	for _, c := range []struct {
		name        string
		desktop     func(*Desktop)
		q           Request
		decides     string // rule; empty is stopped
		verdict     Code
		asSelection Code
		also        []Code // what other rules say beside it
	}{
		{"nothing speaks for it", nil, Request{}, "", "", "", nil},
		{"in use", func(d *Desktop) { d.Connection = ConnConnected }, Request{}, "in-use", Connected, Connected, nil},
		{"kept and in use", func(d *Desktop) { d.Connection = ConnConnected; d.Tags = map[string]string{TagKeep: ""} }, Request{}, "kept", Kept, Kept, []Code{Connected}},
		{"stopped", func(d *Desktop) { d.Status = StatusStopped }, Request{}, "running", AlreadyStopped, AlreadyStopped, nil},
		{"prepaid", func(d *Desktop) { d.ChargeType = ChargePrePaid }, Request{}, "", "", PrePaid, []Code{PrePaid}},
		{"pooled", func(d *Desktop) { d.DesktopGroupId = "dg-1" }, Request{}, "", "", Pooled, []Code{Pooled}},
		{"used a short while ago", func(d *Desktop) { d.Idle = time.Minute }, Request{}, "", "", RecentlyUsed, []Code{RecentlyUsed}},
		{"nobody knows the uptime", func(d *Desktop) { d.UpKnown = false }, Request{}, "", "", UptimeUnknown, []Code{UptimeUnknown}},
		{"not of a timer's selection", nil, Request{Select: &Selection{Tag: []Tag{{"env", "prod"}}}}, "selected", NoMatch, NoMatch, nil},
		{"excepted by a timer", nil, Request{All: true, Except: &Selection{EndUserId: []string{"alice"}}}, "excepted", Excepted, Excepted, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := free(c.desktop)
			w := newWorld(t, d)
			w.Permit = whyAll
			w.Rules.Grace, w.Rules.MinUptime = 30*time.Minute, 10*time.Minute
			if d.IdleKnown {
				w.cloud.idle = map[string]time.Duration{"ecd-a": d.Idle}
			}
			if d.UpKnown {
				w.cloud.up = map[string]time.Duration{"ecd-a": d.Up}
			}
			c.q.RegionId, c.q.DesktopId = "cn-hangzhou", []string{"ecd-a"}
			tr := w.why(t, c.q)
			if got := wantTrace(t, tr); got.Rule != c.decides || tr.Verdict.Code != c.verdict || tr.AsSelection.Code != c.asSelection {
				t.Errorf("%q decides: %s, as a selection %s", got.Rule, tr.Verdict.Code, tr.AsSelection.Code)
			}
			var said []Code
			for _, r := range tr.Rules {
				if r.Code != "" && !r.Decided {
					said = append(said, r.Code)
				}
			}
			if !slices.Equal(said, c.also) {
				t.Errorf("other rules say %v, want %v", said, c.also)
			}
			if !tr.Found || tr.Desktop.DesktopId != "ecd-a" || tr.Desktop.UpKnown != d.UpKnown || len(w.cloud.stops) != 0 || len(w.journal.requests) != 0 {
				t.Errorf("facts %+v, %d calls, %d records", tr.Desktop, len(w.cloud.stops), len(w.journal.requests))
			}
		})
	}
}

func TestWhyOfNothing(t *testing.T) {
	w := newWorld(t)
	w.Permit = whyAll
	tr := w.why(t, ask("ecd-gone"))
	if got := wantTrace(t, tr); got.Rule != "found" || tr.Verdict.Code != NotFound || tr.Found {
		t.Errorf("%+v", tr)
	}
}

// TestWhyIsAskedOfTheDesktop: without the right nobody learns whether it exists.
func TestWhyIsAskedOfTheDesktop(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Permit = allow(ActionStop, ActionRead)
	for _, id := range []string{"ecd-0000", "ecd-gone"} {
		if _, err := w.Why(t.Context(), operator, ask(id)); CodeOf(err) != Forbidden {
			t.Errorf("%s: %v", id, err)
		}
	}
	w.Permit = allow(ActionWhy)
	if got := wantTrace(t, w.why(t, ask("ecd-0000"))); got.Rule != "permitted" || got.Code != NotPermitted {
		t.Errorf("who may ask and not stop: %+v", got)
	}
}

func TestWhyRefuses(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Permit = whyAll
	for name, q := range map[string]Request{"no id": {}, "two ids": ask("ecd-a", "ecd-b"), "a bad id": ask("i-1"), "a bad region": {RegionId: "x/y", DesktopId: []string{"ecd-a"}},
		"another region": {RegionId: "eu-west-1", DesktopId: []string{"ecd-a"}}} {
		if _, err := w.Why(t.Context(), operator, q); CodeOf(err) != Invalid || len(w.cloud.looks) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.cloud.lookErr = func() error { return &CloudError{Class: CloudDown, Op: "DescribeDesktops"} }
	if _, err := w.Why(t.Context(), operator, ask("ecd-0000")); CodeOf(err) != Busy {
		t.Errorf("a cloud that does not answer: %v", err)
	}
}

// TestWhyWithoutARegion looks in every region, and shows each that has it.
func TestWhyWithoutARegion(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Permit, w.Desktops = whyAll, twoRegions{w.cloud, map[string][]string{"cn-hangzhou": {"ecd-0000"}, "cn-shanghai": {"ecd-0000"}}}
	traces, err := w.Why(t.Context(), operator, Request{DesktopId: []string{"ecd-0000"}})
	if err != nil || len(traces) != 2 || traces[0].Desktop.RegionId == traces[1].Desktop.RegionId {
		t.Errorf("%d traces, %v", len(traces), err)
	}
}

// TestWhyOfATimer: the timer's own rights decide, and not those of who asks.
func TestWhyOfATimer(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Permit = permitFunc(func(a Ask) bool { return a.Action == ActionWhy || a.Caller.Door != Timer })
	q := ask("ecd-0000")
	q.Select = &Selection{DesktopName: []string{"*"}}
	traces, err := w.WhyTimer(t.Context(), Caller{Door: Webhook, Name: "tickets"}, "nightly", q)
	if err != nil {
		t.Fatal(err)
	}
	if v := traces[0].Verdict; v.Code != NotPermitted || v.Detail != "the policy does not permit timer:nightly action stop on it; ask whoever keeps the policy" {
		t.Errorf("verdict %+v", v)
	}
	w.Permit = permitFunc(func(a Ask) bool { return a.Caller.Door == Timer })
	if _, err := w.WhyTimer(t.Context(), Caller{Door: Webhook, Name: "tickets"}, "nightly", q); CodeOf(err) != Forbidden {
		t.Errorf("whoever may not ask why learns it of a timer: %v", err)
	}
}

// TestWhyOfTwoRegions: an id that two regions have is left alone, and why says
// so as the plan does.
func TestWhyOfTwoRegions(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Permit = whyAll
	w.Desktops = twoRegions{w.cloud, map[string][]string{"cn-hangzhou": {"ecd-0000"}, "cn-shanghai": {"ecd-0000"}}}
	traces, err := w.Why(t.Context(), Caller{Door: Webhook, Name: "tickets"}, Request{DesktopId: []string{"ecd-0000"}})
	if err != nil || len(traces) != 2 {
		t.Fatalf("%d traces, %v", len(traces), err)
	}
	for _, trace := range traces {
		if trace.Verdict.Code != Ambiguous || trace.AsSelection.Code != Ambiguous {
			t.Errorf("verdicts %+v and %+v", trace.Verdict, trace.AsSelection)
		}
	}
}
