package message

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/command"
)

func entries() []core.Entry {
	return []core.Entry{
		{RegionId: "cn-hangzhou", DesktopId: "ecd-abc", DesktopName: "alice-pc", Status: "Running", Connection: "Disconnected", Stop: true},
		{RegionId: "cn-hangzhou", DesktopId: "ecd-def", DesktopName: "build", Status: "Running", Connection: "Connected", Code: core.Connected},
		{RegionId: "cn-hangzhou", DesktopId: "ecd-ghi", Code: core.NotPermitted, Detail: "needs action stop"},
	}
}

func view() PlanView {
	return PlanView{Plan: core.Plan{Run: sampleRun, Entries: entries()}, Request: core.Request{DesktopId: []string{"ecd-abc"}, Force: true, Reason: "broken screen"},
		User: "U123", Value: "value", Expires: sampleTime}
}

func outcomes() []core.Outcome {
	return []core.Outcome{
		{RegionId: "cn-hangzhou", DesktopId: "ecd-abc", DesktopName: "alice-pc", Code: core.Stopped, RequestIds: []string{"R-1"}},
		{RegionId: "cn-hangzhou", DesktopId: "ecd-def", Code: core.CloudRefused, Detail: "IncorrectStatus", RequestIds: []string{"R-2", "R-3"}},
		{RegionId: "cn-hangzhou", DesktopId: "ecd-ghi", Code: core.Connected},
	}
}

func report() core.Report {
	return core.Report{Run: sampleRun, Caller: core.Caller{Door: core.Slack, Name: "U123"}, Reason: "broken screen", Note: "The run died once.", Finished: sampleTime, Outcomes: outcomes()}
}

// says is what the text of each message must hold, since it alone tells the
// story, and what it must not.
func TestMessages(t *testing.T) {
	const whenText = "<!date^1774785600^{date_short_pretty} {time}|2026-03-29 12:00 UTC>"
	preview, changed, idle := view(), view(), view()
	preview.Request.DryRun, changed.Changed = true, true
	idle.Plan.Entries = idle.Plan.Entries[1:]
	previewReport := core.Report{Run: sampleRun, DryRun: true, Caller: core.Caller{Door: core.Timer, Name: "nightly"}, Outcomes: []core.Outcome{{DesktopId: "ecd-abc", Code: core.WouldStop}, {DesktopId: "ecd-def", Code: core.Connected}}}
	stopping := core.Plan{Entries: entries()}
	for name, c := range map[string]struct {
		m       Message
		has     []string
		not     []string
		buttons bool
	}{
		"ack":          {Ack(command.Parsed{IDs: []string{"ecd-abc"}}, sampleRun), []string{"looking at 1 desktop,", "before anything stops", "`" + sampleRun + "`"}, []string{"\n"}, false},
		"ack preview":  {Ack(command.Parsed{IDs: []string{"ecd-abc", "ecd-def"}, Preview: true}, sampleRun), []string{"2 desktops", "nothing is stopped"}, nil, false},
		"ack now":      {Ack(command.Parsed{IDs: []string{"ecd-abc"}, Now: true}, sampleRun), []string{"the result comes here"}, []string{"before anything"}, false},
		"ack mention":  {Ack(command.Parsed{IDs: []string{"ecd-abc"}, InReason: []string{"ecd-def"}}, sampleRun), []string{"`ecd-def`", "reason only"}, nil, false},
		"plan":         {Plan(view()), []string{"Stop 1 of 3 desktops?", "unsaved work", "`force`", "`broken screen`", "*1 will stop*\n• `ecd-abc` `alice-pc` in `cn-hangzhou`: `Running`, `Disconnected`", "*1 `connected`* Somebody is connected", "`build`", "*1 `not_permitted`*", "`ecd-ghi` in `cn-hangzhou`: needs action stop", "<@U123>", whenText}, []string{"changed"}, true},
		"plan preview": {Plan(preview), []string{"Preview: 1 of 3 desktops would stop", "without `preview`", "*1 would stop*"}, []string{"Stop 1", "answer"}, false},
		"plan changed": {Plan(changed), []string{"changed since the plan was shown, so nothing was stopped", "Stop 1 of 3"}, nil, true},
		"plan idle":    {Plan(idle), []string{"Nothing to stop: none of 2 desktops"}, []string{"answer"}, false},
		"progress":     {Progress(sampleRun, 1, 3), []string{"1 of 3 desktops stopped"}, nil, false},
		"cancelled":    {Cancelled(sampleRun, "U123"), []string{"Cancelled* by <@U123>", "Nothing was stopped"}, nil, false},
		"report": {Report(report()), []string{"*1 of 3 desktops as wanted*, *1 failed*, 1 left alone.", "Note: The run died once.", "`broken screen`", "*1 `stopped`* " + core.Stopped.Meaning(),
			"*1 `cloud_refused`*", "`ecd-def` in `cn-hangzhou`: IncorrectStatus, the cloud's request `R-3`", "<@U123>", whenText}, []string{"R-1", "R-2"}, false},
		"report of nothing": {Report(core.Report{Run: sampleRun, Next: "slack-next", Caller: core.Caller{Door: core.Slack, Name: "T1/U123"}, Outcomes: []core.Outcome{{DesktopId: "ecd-abc", Code: core.NotTried}}}),
			[]string{"Nothing was stopped: none of 1 desktop was tried", "goes on as run `slack-next`", "<@U123>"}, []string{"failed"}, false},
		"report of a preview": {Report(previewReport), []string{"Preview: 1 of 2 desktops would stop.* Nothing was stopped.", "`timer:nightly`"}, []string{"ended"}, false},
		"result":              {Answer(core.Answer{Run: sampleRun, State: core.Finished, Report: new(report())}), []string{"1 of 3 desktops as wanted"}, nil, false},
		"result queued":       {Answer(core.Answer{Run: sampleRun, State: core.Queued, First: sampleTime}), []string{"Not begun yet", whenText}, nil, false},
		"result working":      {Answer(core.Answer{Run: sampleRun, State: core.Working, Plan: &stopping}), []string{"Being worked on", "*1 to stop*", "`ecd-abc`"}, nil, false},
		"result interrupted":  {Answer(core.Answer{Run: sampleRun, State: core.Interrupted}), []string{"Interrupted"}, nil, false},
		"result unheard of":   {Answer(core.Answer{Run: sampleRun, State: "on_hold"}), []string{"`on hold`"}, nil, false},
		"expired": {Expired(sampleRun, "/stop-desktop", core.Request{DesktopId: []string{"ecd-abc", "ecd-def"}, RegionId: "cn-hangzhou", Reason: "now or never"}),
			[]string{"older than 10 minutes, so nothing was stopped", "`/stop-desktop ecd-abc ecd-def region=cn-hangzhou reason=now or never`"}, nil, false},
		"expired, long":     {Expired(sampleRun, "/stop-desktop", core.Request{DesktopId: []string{"ecd-abc"}, Reason: strings.Repeat("x", 2000)}), []string{"Give the command again"}, []string{"xxx"}, false},
		"expired, backtick": {Expired(sampleRun, "/stop-desktop", core.Request{DesktopId: []string{"ecd-abc"}, Reason: "a`b"}), []string{"Give the command again"}, nil, false},
		"expired, address":  {Expired(sampleRun, "/stop-desktop", core.Request{DesktopId: []string{"ecd-abc"}, Reason: "see https://example.com"}), []string{"Give the command again"}, []string{"example"}, false},
		"error": {Error(fmt.Errorf("put: %w", &core.Error{Code: core.Invalid, Message: "The request is not valid, so nothing was done.", Fields: []core.FieldError{{Field: "RegionId", Problem: `is "x"; want a region id`}, {Problem: "is empty"}}, Cause: errors.New("hush")}), sampleRun),
			[]string{"The request is not valid, so nothing was done.", "• `RegionId` is \"x\"; want a region id", "• is empty", sampleRun}, []string{"hush"}, false},
		"error of ours": {Error(errors.New("hush"), ""), []string{"Something went wrong"}, []string{"hush", "Run"}, false},
		"problems":      {Problems("/stop-desktop", []command.Problem{{Word: "foce", Fix: "is not a word. Did you mean force?"}, {Fix: "Name a desktop."}}), []string{"• `foce` is not a word. Did you mean force?", "• Name a desktop.", "`/stop-desktop &lt;desktop id&gt;", "`/stop-desktop help`"}, nil, false},
		"help":          {Help("/stop-desktop"), []string{"`region=cn-hangzhou`", "`keep-charging`", "`result slack-...`", "ecd-7w78ozhjcwa3u"}, nil, false},
	} {
		if err := checkMessage(c.m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, s := range c.has {
			if !strings.Contains(c.m.Text, s) {
				t.Errorf("%s does not say %q:\n%s", name, s, c.m.Text)
			}
			if blocks := blockText(c.m); !strings.Contains(blocks, s) && !strings.Contains(s, "\n") {
				t.Errorf("%s: the blocks do not say %q:\n%s", name, s, blocks)
			}
		}
		for _, s := range c.not {
			if strings.Contains(c.m.Text, s) || s != "\n" && strings.Contains(blockText(c.m), s) {
				t.Errorf("%s says %q:\n%s", name, s, c.m.Text)
			}
		}
		if has := strings.Contains(marshal(c.m), `"actions"`); has != c.buttons {
			t.Errorf("%s: buttons %t", name, has)
		}
		if c.m.ResponseType != "ephemeral" || c.m.ReplaceOriginal {
			t.Errorf("%s is not private or replaces", name)
		}
	}
}

func TestPlanButtons(t *testing.T) {
	raw := marshal(Plan(view()))
	for _, want := range []string{`"block_id":"plan"`, `"action_id":"stop"`, `"action_id":"cancel"`, `"style":"danger"`, `"value":"value"`, `"text":"Stop 1 desktop"`, "unsaved work is lost"} {
		if !strings.Contains(raw, want) {
			t.Errorf("no %s in %s", want, raw)
		}
	}
	if strings.Count(raw, `"style"`) != 1 {
		t.Error("more than Stop is styled")
	}
}

func TestReplacingAndInChannel(t *testing.T) {
	m := Progress(sampleRun, 0, 1)
	if r := m.Replacing(); !r.ReplaceOriginal || r.ResponseType != "ephemeral" || m.ReplaceOriginal {
		t.Errorf("Replacing: %+v", r)
	}
	if c := m.Replacing().InChannel(); c.ReplaceOriginal || c.ResponseType != "in_channel" {
		t.Errorf("InChannel: %+v", c)
	}
	for _, want := range []string{`"replace_original":false`, `"unfurl_links":false`, `"unfurl_media":false`} {
		if !strings.Contains(marshal(m), want) {
			t.Errorf("no %s in %s", want, marshal(m))
		}
	}
}

// TestManyDesktops shows the first ones, says how many more, and never drops a
// count.
func TestManyDesktops(t *testing.T) {
	v := view()
	v.Plan.Entries = nil
	for i := range 83 {
		v.Plan.Entries = append(v.Plan.Entries, core.Entry{RegionId: "cn-hangzhou", DesktopId: fmt.Sprintf("ecd-%03d", i), Stop: true})
	}
	m := Plan(v)
	if err := checkMessage(m); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{m.Text, blockText(m)} {
		if !strings.Contains(s, "`ecd-019`") || strings.Contains(s, "`ecd-020`") || !strings.Contains(s, "\n• and 63 more") || !strings.Contains(s, "*83 will stop*") {
			t.Errorf("want 20 of 83:\n%s", s)
		}
	}
}

// TestAnyMessage builds every message from hostile text and keeps to Slack's
// limits.
func TestAnyMessage(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"<!channel>", "<@U1>", "<http://x|y>", "`", "```", "*", "_", "~", "&", "&amp;", ">", "\n", "\u202e", "🖥", "a", " ", "ecd-abc", "\xff", strings.Repeat("&", 100), strings.Repeat("w", 400), ":skull:", "@here", "|", "{time}"})
	hostile := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), "")
	})
	codes := rapid.SampledFrom(append(core.Codes(), "unheard_of", ""))
	rapid.Check(t, func(t *rapid.T) {
		d := func(what string) string { return hostile.Draw(t, what) }
		n := rapid.IntRange(0, 60).Draw(t, "desktops")
		entry, outcome := core.Entry{RegionId: d("region"), DesktopId: d("id"), DesktopName: d("name"), Status: d("status"), Connection: d("connection"), Detail: d("detail")}, core.Outcome{}
		outcome.RegionId, outcome.DesktopId, outcome.DesktopName, outcome.Detail, outcome.RequestIds = entry.RegionId, entry.DesktopId, entry.DesktopName, entry.Detail, []string{d("request")}
		var plan core.Plan
		var r core.Report
		for range n {
			entry.Code, outcome.Code = codes.Draw(t, "code"), codes.Draw(t, "code")
			entry.Stop = entry.Code == ""
			plan.Entries, r.Outcomes = append(plan.Entries, entry), append(r.Outcomes, outcome)
		}
		q := core.Request{DesktopId: []string{entry.DesktopId}, RegionId: entry.RegionId, Reason: d("reason"), StoppedMode: "KeepCharging", DryRun: rapid.Bool().Draw(t, "dry")}
		plan.Run, r.Run = core.RunID(d("run")), core.RunID(d("run"))
		r.Reason, r.Note, r.DryRun = q.Reason, d("note"), q.DryRun
		r.Caller = core.Caller{Door: core.Slack, Name: d("caller")}
		var fields []core.FieldError
		var problems []command.Problem
		for range n {
			fields = append(fields, core.FieldError{Field: entry.DesktopId, Problem: entry.Detail})
			problems = append(problems, command.Problem{Word: entry.DesktopId, Fix: entry.Detail})
		}
		for name, m := range map[string]Message{
			"ack":       Ack(command.Parsed{IDs: []string{"ecd-abc"}, InReason: []string{entry.DesktopId}}, plan.Run),
			"plan":      Plan(PlanView{Plan: plan, Request: q, User: d("user"), Value: "v", Expires: sampleTime, Changed: true}),
			"report":    Report(r),
			"answer":    Answer(core.Answer{Run: plan.Run, State: core.State(d("state")), Plan: &plan}),
			"expired":   Expired(plan.Run, "/stop-desktop", q),
			"cancelled": Cancelled(plan.Run, r.Caller.Name),
			"queued":    Progress(plan.Run, 0, n),
			"progress":  Progress(plan.Run, n, n),
			"error":     Error(&core.Error{Message: d("message"), Fields: fields}, plan.Run),
			"problems":  Problems(d("command"), problems),
			"help":      Help(d("command")),
		} {
			if err := checkMessage(m); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}

// TestEveryCodeFits puts every code into one message with the longest lines.
func TestEveryCodeFits(t *testing.T) {
	var r core.Report
	for _, c := range core.Codes() {
		for range 30 {
			r.Outcomes = append(r.Outcomes, core.Outcome{DesktopId: "ecd-" + strings.Repeat("a", 60), DesktopName: strings.Repeat("&", 60), Detail: strings.Repeat("<", 200), Code: c})
		}
	}
	m := Report(r)
	if err := checkMessage(m); err != nil {
		t.Fatal(err)
	}
	for _, c := range core.Codes() {
		if want := fmt.Sprintf("*30 `%s`*", c); !strings.Contains(m.Text, want) || !strings.Contains(blockText(m), want) {
			t.Errorf("%s is not counted", c)
		}
	}
}
