package tests

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// TestWhy asks at both doors what decides about a desktop: the facts, each rule
// and the verdict; and shows nothing to whom it is not permitted.
func TestWhy(t *testing.T) {
	t.Parallel()
	now := time.Now()
	used := []ecd.SessionRecord{{EndUserID: "bob", Started: now.Add(-2 * time.Hour), Ended: now.Add(-10 * time.Minute)}}
	w := fleetWorld(t, []ecd.Desktop{
		{Region: hangzhou, ID: "ecd-bob1", Name: "build", EndUserIDs: []string{"bob"}, SessionLog: used, LastStarted: now.Add(-5 * time.Hour), Tags: map[string]string{"timer": "dry"}},
		{Region: shanghai, ID: "ecd-used", EndUserIDs: []string{"alice"}, Connection: ecd.Connected, ManagementFlags: []string{"Updating"}},
		{Region: hangzhou, ID: "ecd-vault1", EndUserIDs: []string{"bob"}, Connection: ecd.Connected},
		{Region: hangzhou, ID: "ecd-twin"}, {Region: shanghai, ID: "ecd-twin", Status: ecd.Stopped},
	})
	t.Run("by id", func(t *testing.T) {
		trace := w.onlyWhy(t, "DesktopId=ecd-bob1")
		if !trace.Verdict.Stop || trace.AsSelection.Code != core.RecentlyUsed {
			t.Errorf("verdicts %+v and %+v, want a stop by id and recently_used for a selection", trace.Verdict, trace.AsSelection)
		}
		d := trace.Desktop
		if d.DesktopName != "build" || d.Tags["timer"] != "dry" || !lasts(d.IdleFor, 10*time.Minute) || !lasts(d.UpFor, 5*time.Hour) {
			t.Errorf("facts %+v", d)
		}
		wantRulesOfPage(t, trace.Rules)
	})
	t.Run("by a timer", func(t *testing.T) {
		if trace := w.onlyWhy(t, "DesktopId=ecd-bob1&RegionId=cn-hangzhou&Timer=dry"); trace.Verdict.Code != core.RecentlyUsed {
			t.Errorf("verdict %+v, want recently_used", trace.Verdict)
		}
		if trace := w.onlyWhy(t, "DesktopId=ecd-bob1&RegionId=cn-hangzhou&Timer=nightly"); trace.Verdict.Code != core.NoMatch {
			t.Errorf("verdict %+v, want no_match", trace.Verdict)
		}
	})
	t.Run("the first objection decides", func(t *testing.T) {
		trace := w.onlyWhy(t, "DesktopId=ecd-used")
		if trace.Verdict.Code != core.HandsOff {
			t.Errorf("verdict %+v, want hands_off", trace.Verdict)
		}
		for _, r := range trace.Rules {
			if r.Decided != (r.Rule == "hands-off") {
				t.Errorf("rule %s decided: %t", r.Rule, r.Decided)
			}
			if r.Rule == "in-use" && r.Code != core.Connected {
				t.Errorf("the rule in-use says %q, want connected although another decides", r.Code)
			}
		}
	})
	t.Run("in two regions", func(t *testing.T) {
		if _, traces := w.why("DesktopId=ecd-twin"); len(traces) != 2 {
			t.Errorf("%d answers, want one a region", len(traces))
		}
	})
	t.Run("refused", func(t *testing.T) {
		for query, status := range map[string]int{
			"DesktopId=ecd-vault1": http.StatusForbidden, "DesktopId=ecd-none": http.StatusOK, "DesktopId=": http.StatusBadRequest, "DesktopId=ecd-bob1&Force=true": http.StatusBadRequest,
			"DesktopId=ecd-bob1&RegionId=us-west-1": http.StatusBadRequest, "DesktopId=ecd-bob1&DesktopId=ecd-used": http.StatusBadRequest, "DesktopId=ecd-bob1&Timer=nobody": http.StatusNotFound,
		} {
			if r := w.get("/why?" + query); r.Status != status {
				t.Errorf("%s: %d %s, want %d", query, r.Status, r.Text, status)
			}
		}
		if r := w.send(http.MethodGet, "/why?DesktopId=ecd-bob1", nil, ""); r.Status != http.StatusUnauthorized {
			t.Errorf("nobody: %d %s", r.Status, r.Text)
		}
	})
	t.Run("in Slack", func(t *testing.T) {
		w.say(bob, "why ecd-bob1", "It would be stopped", "`build`", "What was seen", "running for: 5 h", "The rules, in their order", "`recently_used`")
		w.say(bob, "why is ecd-used running?", "needs action why")
		w.say(bob, "why ecd-vault1", "needs action why")
		w.say(carol, "why ecd-bob1", "needs action why")
		w.say(alice, "why ecd-used", "It would be left alone", "`hands_off`", "This decides")
		w.say(alice, "why ecd-twin", "More than one region", "region=")
		w.say(alice, "why ecd-twin region=cn-shanghai", "`already_stopped`")
		w.say(alice, "why ecd-none", "`not_found`")
	})
	if len(w.stops()) != 0 || len(w.reports()) != 0 {
		t.Errorf("a question led to %d stops and %d reports", len(w.stops()), len(w.reports()))
	}
}

// lasts says whether a span is as long as it was when the fleet was made, or a
// few minutes longer because the machine is busy.
func lasts(span string, least time.Duration) bool {
	d, err := time.ParseDuration(span)
	return err == nil && d >= least && d < least+10*time.Minute
}

// whyAnswer is what the answer says of one desktop.
type whyAnswer struct {
	Found   bool
	Desktop struct {
		DesktopName, IdleFor, UpFor string
		Tags                        map[string]string
	}
	Rules                []core.TraceRule
	Verdict, AsSelection core.Entry
}

// wantRulesOfPage wants the rules that docs/openapi.yaml shows of a desktop that
// nothing speaks for, in its words where a rule has no objection here either.
func wantRulesOfPage(t *testing.T, rules []core.TraceRule) {
	t.Helper()
	_, _, op := readOpenAPI(t).operation(t, "why")
	example, err := json.Marshal(op.Responses.Status(http.StatusOK).Value.Content.Get("application/json").Examples["free"].Value.Value)
	if err != nil {
		t.Fatal(err)
	}
	var page struct{ Why []whyAnswer }
	if err := json.Unmarshal(example, &page); err != nil || len(page.Why) != 1 {
		t.Fatalf("%d traces on the page, %v", len(page.Why), err)
	}
	names := func(rules []core.TraceRule) (all []string) {
		for _, r := range rules {
			all = append(all, r.Rule)
		}
		return all
	}
	shown := page.Why[0].Rules
	if got, want := names(rules), names(shown); len(got) == 0 || !slices.Equal(got, want) {
		t.Fatalf("rules %v, and the page shows %v", got, want)
	}
	for i, r := range rules {
		if r.Says == "" || r.Code == "" && r.Says != shown[i].Says {
			t.Errorf("rule %s says %q, and the page shows %q", r.Rule, r.Says, shown[i].Says)
		}
	}
}

// why asks over HTTP.
func (w *world) why(query string) (int, []whyAnswer) {
	w.t.Helper()
	r := w.get("/why?" + query)
	var answer struct{ Why []whyAnswer }
	if r.Status == http.StatusOK {
		if err := json.Unmarshal([]byte(r.Text), &answer); err != nil {
			w.t.Errorf("why %s: %v in %s", query, err, r.Text)
		}
	}
	return r.Status, answer.Why
}

func (w *world) onlyWhy(t *testing.T, query string) whyAnswer {
	t.Helper()
	if _, err := url.ParseQuery(query); err != nil {
		t.Fatal(err)
	}
	status, traces := w.why(query)
	if len(traces) != 1 {
		t.Fatalf("why %s: %d, %d answers, want 1", query, status, len(traces))
	}
	return traces[0]
}
