package message

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// night is a report with so many desktops of each code.
func night(of map[core.Code]int) core.Report {
	r := core.Report{Run: sampleRun, Caller: core.Caller{Door: core.Timer, Name: "nightly-dev"}, Reason: "nightly stop", Estimate: estimate(), Finished: sampleTime}
	for _, c := range core.Codes() {
		for i := range of[c] {
			r.Outcomes = append(r.Outcomes, core.Outcome{RegionId: "cn-hangzhou", DesktopId: fmt.Sprintf("ecd-%s%d", strings.ReplaceAll(string(c), "_", ""), i), Code: c})
		}
	}
	return r
}

func TestMorningOneLook(t *testing.T) {
	of := map[core.Code]int{core.Stopped: 221, core.CloudRefused: 1, core.Connected: 30, core.Kept: 12, core.ScheduleUnknown: 4, core.AlreadyStopped: 13}
	r := night(of)
	up := []core.StillRunning{
		{RegionId: "cn-hangzhou", DesktopId: "ecd-scheduleunknown1", Code: core.ScheduleUnknown, Up: 77 * time.Hour},
		{RegionId: "cn-hangzhou", DesktopId: "ecd-scheduleunknown3", Code: core.ScheduleUnknown, Up: 76 * time.Hour},
		{RegionId: "cn-hangzhou", DesktopId: "ecd-connected0", Code: core.Connected, Up: 75 * time.Hour},
		{RegionId: "cn-beijing", DesktopId: "ecd-scheduleunknown0", Code: core.Connected, Up: 74 * time.Hour},
	}
	m := Morning(core.Morning{Caller: r.Caller, Due: sampleTime, Report: &r, Longest: up})
	if err := checkMessage(m); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"*221 stopped, 1 failed, 46 left alone, 13 were off already.* Timer `nightly-dev` of " + mrkdwn.When(sampleTime) + ".",
		"*1 `cloud_refused`* " + core.CloudRefused.Meaning(),
		"• `ecd-cloudrefused0` in `cn-hangzhou`",
		"*30 `connected`* " + core.Connected.Meaning(),
		"*12 `kept`* " + core.Kept.Meaning(),
		"*4 `schedule_unknown`* " + core.ScheduleUnknown.Meaning(),
		"• `ecd-scheduleunknown0` in `cn-hangzhou`",
		"• `ecd-scheduleunknown1` in `cn-hangzhou` (running for 3 d 5 h)",
		"• `ecd-scheduleunknown2` in `cn-hangzhou`",
		"• and 1 more",
		estimateLine(r.Estimate, false),
		"*Running longest*",
		"• `ecd-scheduleunknown3` in `cn-hangzhou`: for 3 d 4 h, `schedule_unknown`",
		"• `ecd-connected0` in `cn-hangzhou`: for 3 d 3 h, `connected`",
		"• `ecd-scheduleunknown0` in `cn-beijing`: for 3 d 2 h, `connected`",
		"Reason: `nightly stop`",
		"Run `" + sampleRun + "`, ended " + mrkdwn.When(sampleTime),
	}, "\n")
	if m.Text != want {
		t.Errorf("got\n%s\nwant\n%s", m.Text, want)
	}
	if blocks := blockText(m); !strings.HasPrefix(blocks, "*221 stopped") || !strings.Contains(blocks, "(running for 3 d 5 h)") {
		t.Errorf("blocks:\n%s", blocks)
	}
}

func TestMorningHead(t *testing.T) {
	for want, c := range map[string]struct {
		of  map[core.Code]int
		dry bool
	}{
		"*0 stopped.* ":             {},
		"*Dry run: 0 would stop.* ": {dry: true},
		"*2 stopped, 1 failed.* ":   {of: map[core.Code]int{core.Stopped: 2, core.NotTried: 1}},
		"*1 stopped, 3 accepted and not looked at, 2 were off already, 1 was stopping already.* ": {of: map[core.Code]int{core.Stopped: 1, core.Accepted: 3, core.AlreadyStopped: 2, core.AlreadyStopping: 1}},
		"*Dry run: 5 would stop, 1 left alone, 1 was off already.* ":                              {of: map[core.Code]int{core.WouldStop: 5, core.Kept: 1, core.AlreadyStopped: 1}, dry: true},
	} {
		r := night(c.of)
		r.DryRun = c.dry
		if m := Morning(core.Morning{Caller: r.Caller, Report: &r}); !strings.HasPrefix(m.Text, want) || strings.Contains(m.Text, "Nothing was stopped") != c.dry {
			t.Errorf("want %q first in\n%s", want, m.Text)
		}
	}
}

// TestMorningNames: desktops stand where somebody has to act, at most three of a
// code, and nowhere else.
func TestMorningNames(t *testing.T) {
	of := map[core.Code]int{}
	for _, c := range core.Codes() {
		of[c] = 5
	}
	r := night(of)
	m := Morning(core.Morning{Caller: r.Caller, Report: &r})
	acts := map[core.Code]bool{core.ConnectionUnknown: true, core.IdleUnknown: true, core.UptimeUnknown: true, core.TagsUnknown: true, core.ScheduleUnknown: true, core.Ambiguous: true}
	for _, c := range core.Codes() {
		want := 0
		if acts[c] || c.Kind() == core.KindFailed {
			want = 3
		}
		if got := strings.Count(blockText(m), "`ecd-"+strings.ReplaceAll(string(c), "_", "")+"0`") + strings.Count(blockText(m), "`ecd-"+strings.ReplaceAll(string(c), "_", "")+"2`") + strings.Count(blockText(m), "`ecd-"+strings.ReplaceAll(string(c), "_", "")+"4`"); got != min(want, 2) {
			t.Errorf("%s: %d of the desktops 0, 2 and 4 are named, want %d", c, got, min(want, 2))
		}
		if told := fmt.Sprintf("*5 `%s`*", c); strings.Contains(m.Text, told) != (c.Kind() != core.KindDone) {
			t.Errorf("%q in %t", told, !strings.Contains(m.Text, told))
		}
	}
	r.Outcomes = []core.Outcome{{DesktopId: "ecd-new", Code: "unheard_of"}}
	if m := Morning(core.Morning{Report: &r}); !strings.Contains(m.Text, "*1 `unheard_of`*\n• `ecd-new`") && !strings.Contains(m.Text, "*1 `unheard_of`* \n• `ecd-new`") {
		t.Errorf("of a code that nobody knows: %s", m.Text)
	}
}
