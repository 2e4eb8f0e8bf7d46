package message

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/mrkdwn"
)

func forecast() core.Forecast {
	return core.Forecast{Timer: "nightly-dev", Due: sampleTime, Plan: core.Plan{Run: sampleRun, Entries: entries()}, Estimate: estimate()}
}

func estimate() *core.Estimate {
	return &core.Estimate{Currency: "CNY", Amount: 12.4, Hours: 36, Until: sampleTime, Unpriced: 2}
}

func morning() core.Morning {
	r := report()
	r.Estimate, r.Caller = estimate(), core.Caller{Door: core.Timer, Name: "nightly-dev"}
	return core.Morning{Caller: r.Caller, Due: sampleTime, Report: &r, Longest: []core.StillRunning{
		{RegionId: "cn-hangzhou", DesktopId: "ecd-ghi", DesktopName: "build", Code: core.Connected, Up: 77 * time.Hour}}}
}

func trace() core.Trace {
	return core.Trace{At: sampleTime, Found: true, Verdict: entries()[1], Desktop: core.Desktop{RegionId: "cn-hangzhou", DesktopId: "ecd-def", Status: "Running", Connection: "Connected", EndUserIds: []string{"alice"},
		ChargeType: "PostPaid", HourPackage: true, Tags: map[string]string{"env": "dev", "stopdesktops:keep": ""}, IdleKnown: true, Idle: 40 * time.Minute},
		Rules: []core.TraceRule{{Rule: "permitted", Says: "the policy permits it"}, {Rule: "in-use", Says: "somebody is connected", Code: core.Connected, Decided: true}}}
}

func keep() KeepView {
	return KeepView{Run: sampleRun, Command: "/stop-desktop", Until: sampleTime, Desktops: []KeptDesktop{{RegionId: "cn-hangzhou", DesktopId: "ecd-abc", DesktopName: "alice-pc"}, {DesktopId: "ecd-def", Refused: "the policy does not permit this caller action keep on it"}}}
}

func TestFleetMessages(t *testing.T) {
	const whenText = "<!date^1774785600^{date_short_pretty} {time}|2026-03-29 12:00 UTC>"
	alice := core.Caller{Door: core.Slack, Name: "T1/U123"}
	freeze := core.Freeze{At: sampleTime, By: alice, Reason: "release night", Until: sampleTime}
	halt := core.Halt{Run: sampleRun, By: alice, Reason: "wrong fleet"}
	no := &core.Error{Code: core.Forbidden, Message: "The policy does not permit you action freeze.", Cause: errors.New("hush")}
	dry, quiet, dryMorning, hidden, stop, absent, tagless := forecast(), morning(), morning(), trace(), trace(), trace(), trace()
	dry.DryRun = true
	quiet.Report, quiet.Quiet = nil, "2026-10-01 is a holiday."
	dryReport := *dryMorning.Report
	dryReport.DryRun, dryReport.Outcomes = true, []core.Outcome{{DesktopId: "ecd-abc", Code: core.WouldStop}, {DesktopId: "ecd-def", Code: core.Kept}}
	dryMorning.Report = &dryReport
	hidden.Verdict = core.Entry{DesktopId: "ecd-def", Code: core.NotPermitted}
	stop.Verdict = entries()[0]
	absent.Found, absent.Verdict = false, core.Entry{DesktopId: "ecd-def", Code: core.NotFound}
	tagless.Desktop.TagsUnknown = true
	mine := keep()
	mine.Timer, mine.Desktops = "nightly-dev", nil
	refused := keep()
	refused.Desktops = refused.Desktops[1:]
	priced := view()
	priced.Estimate = estimate()
	chosen := view()
	chosen.Request = core.Request{Select: &core.Selection{Tag: []core.Tag{{Key: "env", Value: "dev"}}}, Except: &core.Selection{DesktopId: []string{"ecd-x"}}, Grace: "1h"}
	for name, c := range map[string]struct {
		m      Message
		has    []string
		not    []string
		button string
	}{
		"forecast": {Forecast(forecast(), "v"), []string{"At " + whenText + " timer `nightly-dev` will stop 1 of 3 desktops", "Would save about 12.40 CNY and 36.0 h of hour packages by " + whenText + ", an estimate", "No price is known for 2 desktops",
			"*1 will stop*\n• `ecd-abc`", "*1 `connected`*", "Keep mine tonight"}, []string{"dry run"}, `"action_id":"keep_mine"`},
		"forecast, dry":       {Forecast(dry, "v"), []string{"would stop 1 of 3", "dry run, so nothing will be stopped", "To go live, set `DryRun: false`", "*1 would stop*"}, []string{"will stop"}, `"keep_mine"`},
		"forecast, no button": {Forecast(forecast(), ""), []string{"will stop 1 of 3"}, []string{"Keep mine"}, ""},
		"forecast of nothing": {Forecast(core.Forecast{Timer: "t", Due: sampleTime, Estimate: estimate()}, "v"), []string{"will stop 0 of 0"}, []string{"Keep mine", "Would save"}, ""},
		"morning": {Morning(morning()), []string{"*1 stopped, 1 failed, 1 left alone.* Timer `nightly-dev` of " + whenText + ".", "Saves about 12.40 CNY", "*1 `cloud_refused`*", "*1 `connected`*",
			"*Running longest*\n• `ecd-ghi` `build` in `cn-hangzhou`: for 3 d 5 h, `connected`", sampleRun}, []string{"*1 `stopped`*"}, ""},
		"morning, quiet": {Morning(quiet), []string{"nothing ran.* 2026-10-01 is a holiday.", "Running longest"}, []string{"Saves", "Not stopped"}, ""},
		"morning, dry":   {Morning(dryMorning), []string{"*Dry run: 1 would stop, 1 left alone.* Timer `nightly-dev` of " + whenText + ". Nothing was stopped. To go live", "*1 `kept`*"}, []string{"`would_stop`*"}, ""},
		"why": {Why(trace()), []string{"*It would be left alone:* `ecd-def` `build` in `cn-hangzhou`, because of `connected`. " + core.Connected.Meaning(), "• status: `Running`", "• people: `alice`", "• tags: `env=dev`, `stopdesktops:keep`", "`PostPaid` with an hour package", "last used: 40 min ago",
			"• `permitted`: the policy permits it\n• `in-use`: somebody is connected, which is `connected`. *This decides.*"}, []string{"running for", "pool"}, ""},
		"why, stop":      {Why(stop), []string{"*It would be stopped:* `ecd-abc`", "only a look"}, []string{"left alone"}, ""},
		"why, forbidden": {Why(hidden), []string{"`not_permitted`"}, []string{"Running", "alice"}, ""},
		"why, absent":    {Why(absent), []string{"`not_found`"}, []string{"What was seen"}, ""},
		"why, no tags":   {Why(tagless), []string{"• tags: could not be read"}, []string{"env=dev"}, ""},
		"kept":           {Kept(keep()), []string{"*1 desktop kept awake until " + whenText, "*Done*\n• `ecd-abc` `alice-pc`", "*Not done: 1 desktop*\n• `ecd-def`: the policy does not permit", "To undo it: `/stop-desktop unkeep ecd-abc`", sampleRun}, nil, ""},
		"kept nothing":   {Kept(refused), []string{"Nothing is kept awake", "`ecd-def`: the policy"}, []string{"undo"}, ""},
		"kept, not mine": {Kept(mine), []string{"Nothing of yours", "`nightly-dev`"}, []string{"undo"}, ""},
		"unkept":         {Unkept(keep()), []string{"1 desktop no longer kept awake", "`/stop-desktop keep ecd-abc 2h`"}, nil, ""},
		"unkept nothing": {Unkept(refused), []string{"Nothing changed", "`ecd-def`: the policy"}, []string{"again"}, ""},
		"freeze":         {Freeze(sampleRun, "/stop-desktop", freeze, nil), []string{"*Frozen until " + whenText + "* by <@U123>", "`release night`", "`/stop-desktop unfreeze`"}, nil, ""},
		"freeze refused": {Freeze(sampleRun, "/stop-desktop", freeze, no), []string{"Not frozen", "does not permit you action freeze"}, []string{"hush", "Frozen until"}, ""},
		"unfreeze":       {Unfreeze(sampleRun, "/stop-desktop", &freeze, nil), []string{"The freeze is over", "<@U123>", whenText, "`/stop-desktop freeze 2h`"}, nil, ""},
		"no freeze":      {Unfreeze(sampleRun, "/stop-desktop", nil, nil), []string{"no freeze to end"}, nil, ""},
		"not unfrozen":   {Unfreeze(sampleRun, "/stop-desktop", nil, no), []string{"The freeze was not ended"}, []string{"hush"}, ""},
		"halt":           {Halt("slack-other", "/stop-desktop", halt, nil), []string{"Run `" + sampleRun + "` is halted* by <@U123>", "`not_tried`", "`wrong fleet`", "`/stop-desktop result " + sampleRun + "`", "`slack-other`"}, nil, ""},
		"not halted":     {Halt(sampleRun, "/stop-desktop", halt, no), []string{"Not halted"}, []string{"is halted"}, ""},
		"progress, halt": {Progress(sampleRun, 1, 3).WithHalt("v"), []string{"1 of 3 desktops stopped"}, nil, `"action_id":"halt"`},
		"progress":       {Progress(sampleRun, 1, 3).WithHalt(""), nil, []string{"Halt"}, ""},
		"plan, priced":   {Plan(priced), []string{"Would save about 12.40 CNY"}, nil, `"action_id":"stop"`},
		"plan, chosen":   {Plan(chosen), []string{"Options: `tag:env=dev`, `grace=1h`, `except`, `ecd-x`"}, nil, `"stop"`},
		"expired":        {Expired(sampleRun, "/stop-desktop", chosen.Request), []string{"`/stop-desktop tag:env=dev grace=1h except ecd-x`"}, nil, ""},
		"expired, odd":   {Expired(sampleRun, "/stop-desktop", core.Request{Select: &core.Selection{EndUserId: []string{"a  b"}}}), []string{"Give the command again"}, []string{"a b"}, ""},
		"ack of some":    {Ack(command.Parsed{Verb: command.VerbStop, Mine: true, Select: chosen.Request.Select}, sampleRun), []string{"looking for the desktops of `mine tag:env=dev`", "before anything stops"}, nil, ""},
		"ack of keep":    {Ack(command.Parsed{Verb: command.VerbKeep, IDs: []string{"ecd-abc"}, Until: sampleTime}, sampleRun), []string{"keeping 1 desktop awake until " + whenText}, []string{"stops"}, ""},
		"ack of freeze":  {Ack(command.Parsed{Verb: command.VerbFreeze, Until: sampleTime}, sampleRun), []string{"freezing until " + whenText}, []string{"0 desktops"}, ""},
		"ack of halt":    {Ack(command.Parsed{Verb: command.VerbHalt, Run: "slack-other"}, sampleRun), []string{"halting run `slack-other`"}, []string{"0 desktops"}, ""},
		"ack of why":     {Ack(command.Parsed{Verb: command.VerbWhy, IDs: []string{"ecd-abc"}}, sampleRun), []string{"what decides"}, []string{"stops"}, ""},
	} {
		if err := checkMessage(c.m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, s := range c.has {
			if !strings.Contains(c.m.Text, s) {
				t.Errorf("%s does not say %q:\n%s", name, s, c.m.Text)
			}
			if blocks := blockText(c.m); !strings.Contains(blocks, s) {
				t.Errorf("%s: the blocks do not say %q:\n%s", name, s, blocks)
			}
		}
		for _, s := range c.not {
			if strings.Contains(c.m.Text, s) || strings.Contains(blockText(c.m), s) {
				t.Errorf("%s says %q:\n%s", name, s, c.m.Text)
			}
		}
		if raw := marshal(c.m); strings.Contains(raw, `"actions"`) != (c.button != "") || !strings.Contains(raw, c.button) {
			t.Errorf("%s: want button %q in %s", name, c.button, raw)
		}
	}
}

// TestHelpShowsEveryWord: in the text, which is all that a screen reader has, and
// in the blocks.
func TestHelpShowsEveryWord(t *testing.T) {
	m := Help("/stop-desktop")
	for _, l := range command.Help() {
		for _, w := range l.Words {
			for what, s := range map[string]string{"text": m.Text, "blocks": blockText(m)} {
				if !strings.Contains(s, mrkdwn.Code(w.Example, shownName)) {
					t.Errorf("the %s leaves out %s", what, w.Example)
				}
			}
		}
	}
	if strings.Contains(m.Text, "… ") || strings.Contains(m.Text, "more\n") {
		t.Errorf("help is cut:\n%s", m.Text)
	}
}

// fleet is n desktops with every code, all of the same hostile text.
func fleet(n int, s string) (core.Plan, core.Report) {
	codes := append(core.Codes(), "", "unheard_of")
	plan, r := core.Plan{Run: core.RunID(s)}, core.Report{Run: core.RunID(s), Reason: s, Note: s, Caller: core.Caller{Door: core.Slack, Name: s}, Next: core.RunID(s), Estimate: &core.Estimate{Currency: s, Amount: 1e11, Hours: 1e11, Until: sampleTime, Unpriced: n}}
	for i := range n {
		c := codes[i%len(codes)]
		plan.Entries = append(plan.Entries, core.Entry{RegionId: s, DesktopId: s, DesktopName: s, Status: s, Connection: s, EndUserIds: []string{s, s, s, s}, Stop: c == "" || i%2 == 0, Code: c, Detail: s})
		r.Outcomes = append(r.Outcomes, core.Outcome{RegionId: s, DesktopId: s, DesktopName: s, Code: c, Detail: s, RequestIds: []string{s}})
	}
	return plan, r
}

// fleetMessages is every message about many desktops, of hostile text.
func fleetMessages(n int, s string) map[string]Message {
	plan, r := fleet(n, s)
	long := make([]string, n/10)
	for i := range long {
		long[i] = s
	}
	q := core.Request{Select: &core.Selection{EndUserId: long, DesktopName: []string{s}}, Except: &core.Selection{OfficeSiteId: long, Tag: []core.Tag{{Key: s, Value: s}}}, Reason: s}
	k := KeepView{Run: core.RunID(s), Command: "/stop-desktop", Until: sampleTime}
	tr := core.Trace{At: sampleTime, Found: true, Verdict: core.Entry{DesktopId: s, DesktopName: s, RegionId: s, Code: core.TagsUnknown, Detail: s},
		Desktop: core.Desktop{Status: s, Connection: s, EndUserIds: long, ManagementFlags: long, ChargeType: s, OfficeSiteId: s, DesktopGroupId: s, DesktopType: s, ResourceGroupIds: long, Tags: map[string]string{}, IdleKnown: true, Idle: 1 << 62, UpKnown: true, Up: -1}}
	m := core.Morning{Caller: core.Caller{Door: core.Door(s), Name: s}, Due: sampleTime, Report: &r}
	for i := range n / 10 {
		k.Desktops = append(k.Desktops, KeptDesktop{RegionId: s, DesktopId: s, DesktopName: s, Refused: strings.Repeat(s, i%2)})
		tr.Rules = append(tr.Rules, core.TraceRule{Rule: s, Says: s, Code: core.Code(s), Decided: true})
		tr.Desktop.Tags[fmt.Sprint(s, i)] = s
		m.Longest = append(m.Longest, core.StillRunning{RegionId: s, DesktopId: s, DesktopName: s, Code: core.Code(s), Up: 1 << 62})
	}
	quiet := m
	quiet.Report, quiet.Quiet = nil, s
	f := core.Freeze{At: sampleTime, By: r.Caller, Reason: s, Until: sampleTime}
	bad := &core.Error{Message: s}
	return map[string]Message{
		"plan": Plan(PlanView{Plan: plan, Request: q, User: s, Value: "v", Expires: sampleTime, Changed: true, Estimate: r.Estimate}), "report": Report(r),
		"forecast": Forecast(core.Forecast{Timer: s, Due: sampleTime, Plan: plan, Estimate: r.Estimate, DryRun: true}, "v"), "morning": Morning(m), "quiet": Morning(quiet),
		"why": Why(tr), "kept": Kept(k), "unkept": Unkept(k), "freeze": Freeze(k.Run, s, f, nil), "not frozen": Freeze(k.Run, s, f, bad),
		"unfreeze": Unfreeze(k.Run, s, &f, nil), "halt": Halt(k.Run, s, core.Halt{Run: k.Run, By: r.Caller, Reason: s}, nil), "progress": Progress(k.Run, n, n).WithHalt("v"),
		"expired": Expired(k.Run, "/stop-desktop", q), "ack": Ack(command.Parsed{Verb: command.VerbStop, Select: q.Select, Except: q.Except, People: []string{"U1"}}, k.Run),
		"answer": Answer(core.Answer{Run: k.Run, State: core.Working, Plan: &plan, First: sampleTime}),
	}
}

// TestTwentyThousandDesktops fills every message with the most that one run may
// reach, and finds every count.
func TestTwentyThousandDesktops(t *testing.T) {
	const n = 20_000
	hostile := "2026-03-29T20:00:00+08:00 2027-01-02T03:04:05Z <!channel> <@U1> http://example.com _~*`\n> quote " + strings.Repeat("<&>`🖥", 100)
	for name, m := range fleetMessages(n, hostile) {
		if err := checkMessage(m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	plan, r := fleet(n, "a")
	m := Plan(PlanView{Plan: plan, User: "U1", Expires: sampleTime})
	stop := stops(plan)
	for _, want := range []string{fmt.Sprintf("*Stop %d of 20000 desktops?*", stop), fmt.Sprintf("*%d will stop*", stop)} {
		if !strings.Contains(m.Text, want) || !strings.Contains(blockText(m), want) {
			t.Errorf("the plan does not say %q:\n%s", want, m.Text)
		}
	}
	if want := fmt.Sprintf("\n• and %d more", stop-maxLines); !strings.Contains(blockText(m), want) { // The text has less room.
		t.Errorf("the blocks do not say %q:\n%s", want, blockText(m))
	}
	m = Report(r)
	each := map[core.Code]int{}
	for _, o := range r.Outcomes {
		each[o.Code]++
	}
	for _, c := range core.Codes() {
		if want := fmt.Sprintf("*%d `%s`*", each[c], c); !strings.Contains(m.Text, want) || !strings.Contains(blockText(m), want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if got := strings.Count(blockText(m), fmt.Sprintf("\n• and %d more", each[core.Stopped]-shownExamples)); got == 0 {
		t.Errorf("the report does not show %d examples of each:\n%s", shownExamples, blockText(m))
	}
}

// TestAnyFleetMessage builds them from any hostile text.
func TestAnyFleetMessage(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"<!channel>", "<@U1>", "`", "```", "*", "_", "~", "&", "&amp;", ">", "\n", "\u202e", "🖥", "a", " ", "ecd-abc", "\xff", strings.Repeat("&", 100), strings.Repeat("w", 400), "'", ",", "=", "2026-03-29T20:00:00+08:00"})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), "")
		for name, m := range fleetMessages(rapid.IntRange(0, 60).Draw(t, "desktops"), s) {
			if err := checkMessage(m); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}

// TestManyCodes keeps inside the blocks whatever codes a record holds.
func TestManyCodes(t *testing.T) {
	var r core.Report
	for i := range 300 {
		r.Outcomes = append(r.Outcomes, core.Outcome{DesktopId: "ecd-a", Code: core.Code(fmt.Sprint("code", i))})
	}
	m := Report(r)
	if err := checkMessage(m); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("*%d more* for other reasons", 300-maxGroups); !strings.Contains(m.Text, want) {
		t.Errorf("no %q", want)
	}
}
