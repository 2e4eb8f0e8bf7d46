package tests

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// auditLine is one line of the audit, with every field that it may have.
type auditLine struct {
	Time       time.Time          `json:"time"`
	Level      string             `json:"level"`
	Msg        string             `json:"msg"`
	Invocation string             `json:"invocation"`
	Decision   string             `json:"decision"`
	Door       core.Door          `json:"door"`
	Caller     string             `json:"caller"`
	Run        core.RunID         `json:"run"`
	Seq        int                `json:"seq"`
	Of         int                `json:"of"`
	Verdict    string             `json:"verdict"`
	Action     string             `json:"action"`
	Policies   []string           `json:"policies"`
	Plan       string             `json:"plan"`
	Count      int                `json:"count"`
	DryRun     bool               `json:"dry_run"`
	Place      string             `json:"place"`
	Reason     string             `json:"reason"`
	Ticket     string             `json:"ticket"`
	CostCentre string             `json:"cost_centre"`
	Outcomes   map[string]int     `json:"outcomes"`
	Requests   []string           `json:"cloud_request_ids"`
	Centres    map[string]int     `json:"cost_centres"`
	Savings    map[string]float64 `json:"savings"`
	Currency   string             `json:"currency"`
	Desktop    string             `json:"desktop"`
	Timer      string             `json:"timer"`
}

// audit reads the audit out of everything that a function printed. Every line that
// is not the platform's is one JSON object: what came from outside has begun none
// of its own.
func (w *world) audit() []auditLine {
	w.t.Helper()
	var all []auditLine
	for line := range strings.Lines(w.FC.Logs("stopdesktops")) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "FC Invoke ") {
			continue
		}
		var any map[string]any
		if err := json.Unmarshal([]byte(line), &any); err != nil {
			w.t.Errorf("a line that is no JSON: %s", line)
			continue
		}
		if any["msg"] != "audit" {
			continue
		}
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.DisallowUnknownFields()
		var a auditLine
		if err := decoder.Decode(&a); err != nil {
			w.t.Errorf("%v: %s", err, line)
		}
		if a.Time.IsZero() || a.Level != "INFO" || a.Invocation == "" || a.Decision == "" || a.Door == "" || a.Caller == "" || a.Seq < 1 || a.Of < a.Seq || a.Action == "" || a.Verdict != "allow" && a.Verdict != "deny" {
			w.t.Errorf("an audit line lacks something: %s", line)
		}
		all = append(all, a)
	}
	return all
}

// of picks the lines of a run and decision.
func auditOf(lines []auditLine, run core.RunID, decision string) []auditLine {
	return slices.DeleteFunc(slices.Clone(lines), func(a auditLine) bool { return a.Run != run || a.Decision != decision })
}

// hostile is what people and systems may write where a text is free: quotes, a
// line of the audit's own form, and what terminals obey.
const hostile = `x","verdict":"allow"} {"time":"2026-01-01T00:00:00Z","level":"INFO","msg":"audit","run":"webhook-forged"} %0a \n \u000a {{.Ticket}} <script> ' -- ${STATE_KEY}`

// TestAuditOfEveryDoor asks through every door, with hostile words wherever words
// are free, and reads what the audit says of each decision.
func TestAuditOfEveryDoor(t *testing.T) {
	t.Parallel()
	secrets := teamSecrets()
	w := newSenderWorld(t, "senders.yaml", nil, secrets, nil)
	forged := "n\"}\n{\"time\":\"2026-01-01T00:00:00Z\",\"msg\":\"audit\",\"run\":\"webhook-forged\"}\u2028\x1b[2J"
	tags := map[string]string{"cost-centre": "4711\n\"}{", "env": forged}
	if err := w.ECD.Add(
		ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-a", Name: forged, Tags: tags, EndUserIDs: []string{forged}},
		ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-b", Name: forged, Tags: tags},
		ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-c", Name: forged, Connection: ecd.Connected},
		ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-vault1", Name: forged, Tags: tags},
		ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-night1", Tags: map[string]string{"cost-centre": "night"}}); err != nil {
		t.Fatal(err)
	}
	// A sender: two are stopped, one is in use, one is forbidden.
	team := senderTeams()[0]
	body := text(core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a", "ecd-b", "ecd-c", "ecd-vault1"}, Reason: hostile, Ticket: `INC"}` + hostile[:40]})
	d := delivery{path: "/senders/own-words", header: http.Header{"Content-Type": {"application/json"}}, body: body}
	team.prove(d.header, secrets["STANDARD_NEW"], fresh(), time.Now(), body)
	run := w.deliver(http.MethodPost, d).RunId
	w.drain()
	lines := w.audit()
	request, report := auditOf(lines, run, "request"), auditOf(lines, run, "report")
	// The door asks the policy, and the job asks again before it goes on.
	if len(request) != 2 || request[0].Invocation == request[1].Invocation {
		t.Errorf("%d lines of the request, want one of the door and one of the job", len(request))
	}
	for _, a := range request {
		if a.Caller != "own-words" || a.Verdict != "allow" || a.Count != 4 || a.Reason != hostile || !slices.Equal(a.Policies, []string{"machines"}) {
			t.Errorf("the request's line says %+v", a)
		}
	}
	if len(report) != 1 {
		t.Fatalf("%d lines of the report", len(report))
	}
	a := report[0]
	if a.Door != core.Webhook || a.Caller != "own-words" || a.Seq != 1 || a.Of != 1 || len(a.Plan) != 64 || a.Count != 4 || a.Verdict != "allow" || a.Reason != hostile || a.Ticket != `INC"}`+hostile[:40] ||
		a.CostCentre != "IT-4711" || len(a.Requests) != 1 || a.Outcomes["stopped"] != 2 || a.Outcomes["connected"] != 1 || a.Outcomes["not_permitted"] != 1 || len(a.Centres) != 1 || len(a.Savings) != 1 || a.Currency == "" {
		t.Errorf("the report's line says %+v", a)
	}
	plans := auditOf(lines, run, "plan")
	if len(plans) == 0 || len(plans) > 2 { // at the door and in the job, each for itself
		t.Errorf("%d lines of the plan", len(plans))
	}
	for _, p := range plans {
		if p.Plan != a.Plan || p.Count != 2 || p.Verdict != "allow" || !slices.Equal(p.Policies, []string{"machines", "vault"}) || p.Outcomes["connected"] != 1 {
			t.Errorf("the plan's line says %+v", p)
		}
	}

	// The other doors, and the brake: who, what and by which policy.
	w.command(alice, `ecd-vault1 reason=`+hostile)
	w.command(mallory, "ecd-a reason="+hostile)
	w.command(alice, "keep ecd-a until 23:00")
	w.command(mallory, "keep ecd-a until 23:00")
	w.command(alice, "freeze 1h "+hostile)
	w.drain()
	w.command(mallory, "unfreeze")
	w.drain()
	w.byToken(http.MethodDelete, "/freeze", text(map[string]string{"Reason": hostile}))
	w.byToken(http.MethodPost, "/runs/"+string(run)+"/halt", text(map[string]string{"Reason": hostile}))
	if err := w.FC.FireTimer("stopdesktops", "nightly", time.Now().Truncate(time.Minute)); err != nil {
		t.Fatal(err)
	}
	w.drain()
	for name, c := range map[string]struct {
		door                                        core.Door
		caller, decision, action, verdict, policies string
	}{
		"a webhook halts a run":     {core.Webhook, "webhook", "brake", "halt", "allow", "built-in-brakes"},
		"a webhook ends a freeze":   {core.Webhook, "webhook", "brake", "freeze", "allow", "built-in-brakes"},
		"alice asks":                {core.Slack, home + "/" + alice, "request", "submit", "allow", "operators"},
		"alice may not in there":    {core.Slack, home + "/" + alice, "plan", "stop", "deny", "vault"},
		"alice freezes":             {core.Slack, home + "/" + alice, "brake", "freeze", "allow", "operators"},
		"alice keeps":               {core.Slack, home + "/" + alice, "tag", "keep", "allow", "operators"},
		"mallory may not ask":       {core.Slack, home + "/" + mallory, "request", "submit", "deny", ""},
		"mallory may not keep":      {core.Slack, home + "/" + mallory, "tag", "keep", "deny", ""},
		"mallory may not unfreeze":  {core.Slack, home + "/" + mallory, "brake", "freeze", "deny", ""},
		"the timer asks":            {core.Timer, "nightly", "request", "submit", "allow", "machines"},
		"the timer's plan":          {core.Timer, "nightly", "plan", "stop", "allow", "machines"},
		"the timer's run has ended": {core.Timer, "nightly", "report", "stop", "allow", ""},
	} {
		found := false
		for _, a := range w.audit() {
			found = found || a.Door == c.door && a.Caller == c.caller && a.Decision == c.decision && a.Action == c.action && a.Verdict == c.verdict && strings.Join(a.Policies, ",") == c.policies
		}
		if !found {
			t.Errorf("%s: no line of %+v", name, c)
		}
	}
	// One line for each decision: no invocation asks the same thing twice.
	seen := map[string]int{}
	for _, a := range w.audit() {
		seen[fmt.Sprint(a.Decision, " ", a.Action, " ", a.Run, " ", a.Invocation, " ", a.Seq)]++
		if (a.Decision == "tag") != (a.Desktop == "ecd-a") {
			t.Errorf("whose tag it is: %+v", a)
		}
		if a.Decision == "report" {
			seen["report "+string(a.Run)]++
		}
		if strings.Contains(string(a.Run), "forged") {
			t.Errorf("somebody wrote a line of his own: %+v", a)
		}
	}
	for what, n := range seen {
		if n != 1 {
			t.Errorf("%s is there %d times", what, n)
		}
	}
	if n := len(w.logLines("hooks.slack.com")) + len(w.logLines("/commands/")) + len(w.logLines("/actions/")); n != 0 {
		t.Errorf("%d lines hold a response URL", n)
	}
	// Slack and the answers show the hostile names as words, too.
	if screen := w.screen(); strings.Contains(screen, "\x1b") || strings.Contains(screen, "\u2028") {
		t.Errorf("a name moves the screen: %q", screen)
	}
}

// TestAuditOfManyCalls: a log service cuts long lines, so a run of many calls takes
// several, numbered, which together hold every request id once.
func TestAuditOfManyCalls(t *testing.T) {
	t.Parallel()
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), map[string]string{"ECD_BATCH_SIZE": "1", "ECD_CALLS_PER_SECOND": "200", "CANARY": "0"})
	var fleet []ecd.Desktop
	var ids []string
	for i := range 105 {
		id := fmt.Sprintf("ecd-m%03d", i)
		fleet, ids = append(fleet, ecd.Desktop{Region: "cn-hangzhou", ID: id}), append(ids, id)
	}
	if err := w.ECD.Add(fleet...); err != nil {
		t.Fatal(err)
	}
	run := w.post("m1", text(core.Request{RegionId: "cn-hangzhou", DesktopId: ids})).RunId
	w.drain()
	report := auditOf(w.audit(), run, "report")
	got := map[string]int{}
	for i, a := range report {
		if a.Seq != i+1 || a.Of != len(report) || a.Count != 105 || a.Outcomes["stopped"] != 105 {
			t.Errorf("line %d of %d says seq %d of %d, %v", i+1, len(report), a.Seq, a.Of, a.Outcomes)
		}
		for _, id := range a.Requests {
			got[id]++
		}
	}
	want := map[string]int{}
	for _, c := range w.stops() {
		want[c.RequestID]++
	}
	if len(report) != 2 || len(want) != 105 || !maps.Equal(got, want) {
		t.Errorf("%d lines with %d request ids, want 2 with the %d of the cloud", len(report), len(got), len(want))
	}
}
