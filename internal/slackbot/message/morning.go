package message

import (
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// namedPerCode is how many desktops a morning report names of one code: enough to
// begin with. The run's records hold all of them.
const namedPerCode = 3

// Morning is what a channel reads of a run that nobody waited for: in its
// first line how many were stopped, then what failed, what was left alone and
// why, and what has been running longest; or why nothing ran. It names desktops
// only where somebody has to act.
func Morning(m core.Morning) Message {
	var p page
	if m.Report == nil {
		p.say("*" + morningName(m) + ": nothing ran.* " + mrkdwn.Detail(m.Quiet, shownError))
		p.stillRunning(m.Longest)
		return p.message()
	}
	r := *m.Report
	p.say(morningHead(r) + strings.TrimSuffix(" "+morningName(m)+".", " .") + dryNote(r))
	if note := mrkdwn.Detail(r.Note, shownError); note != "" {
		p.say("Note: " + note)
	}
	groups, longest := morningGroups(r.Outcomes, m.Longest)
	p.listGroups(groups)
	if e := estimateLine(r.Estimate, r.DryRun); e != "" {
		p.say(e)
	}
	p.stillRunning(longest)
	p.because(r.Reason)
	if r.Next != "" {
		p.say("It goes on as run " + mrkdwn.Code(string(r.Next), shownName) + ".")
	}
	ended := ""
	if !r.Finished.IsZero() {
		ended = ", ended " + mrkdwn.When(r.Finished)
	}
	p.remark(runLine(r.Run) + ended)
	return p.message()
}

// wantsSomebody says whether somebody has to act on a desktop that ended so:
// something failed, or cannot be told from what the cloud and the tags say. A
// code that nobody knows is one of them.
func wantsSomebody(c core.Code) bool {
	switch c {
	case core.ConnectionUnknown, core.IdleUnknown, core.UptimeUnknown, core.TagsUnknown, core.ScheduleUnknown, core.Ambiguous:
		return true
	}
	return c.Kind() == core.KindFailed || !c.Valid()
}

// morningGroups gathers what was not stopped. A desktop that has been running
// long and is named here says so here, and is left out of those that are
// returned beside.
func morningGroups(outcomes []core.Outcome, longest []core.StillRunning) ([]group, []core.StillRunning) {
	longest = slices.Clone(longest[:min(len(longest), core.LongestShown)])
	line := func(o *core.Outcome) string {
		if !wantsSomebody(o.Code) {
			return ""
		}
		up := ""
		longest = slices.DeleteFunc(longest, func(d core.StillRunning) bool {
			same := d.RegionId == o.RegionId && d.DesktopId == o.DesktopId
			if same {
				up = " (running for " + lasting(d.Up) + ")"
			}
			return same
		})
		return outcomeLine(o) + up
	}
	groups := grouped(outcomes, namedPerCode, func(o *core.Outcome) (core.Code, bool) { return o.Code, o.Code.Kind() != core.KindDone }, line)
	for i := range groups {
		if !wantsSomebody(groups[i].code) {
			groups[i].lines = nil
		}
	}
	return groups, longest
}

// morningName says whose run it was.
func morningName(m core.Morning) string {
	s := strings.ToUpper(string(m.Caller.Door[:min(1, len(m.Caller.Door))])) + string(m.Caller.Door[min(1, len(m.Caller.Door)):])
	s = mrkdwn.Sentence(s, shownName) + " " + mrkdwn.Code(m.Caller.Name, shownName)
	if m.Due.IsZero() {
		return strings.TrimSpace(s)
	}
	return strings.TrimSpace(s) + " of " + mrkdwn.When(m.Due)
}

// morningHead counts in bold what a run came to.
func morningHead(r core.Report) string {
	of, kinds := map[core.Code]int{}, map[core.Kind]int{}
	for i := range r.Outcomes {
		c := r.Outcomes[i].Code
		of[c]++
		kinds[c.Kind()]++
	}
	head := fmt.Sprintf("*%d stopped", of[core.Stopped])
	if r.DryRun {
		head = fmt.Sprintf("*Dry run: %d would stop", of[core.WouldStop])
	}
	for _, more := range []struct {
		n    int
		what string
	}{
		{of[core.Accepted], "accepted and not looked at"}, {kinds[core.KindFailed], "failed"}, {kinds[core.KindSkipped], "left alone"},
		{of[core.AlreadyStopped], were(of[core.AlreadyStopped]) + " off already"}, {of[core.AlreadyStopping], were(of[core.AlreadyStopping]) + " stopping already"},
	} {
		if more.n > 0 {
			head += fmt.Sprintf(", %d %s", more.n, more.what)
		}
	}
	return head + ".*"
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// dryNote says of a dry run that it was one, and how a timer's goes live.
func dryNote(r core.Report) string {
	switch {
	case !r.DryRun:
		return ""
	case r.Caller.Door == core.Timer:
		return " Nothing was stopped. To go live, set `DryRun: false` for the timer in `timers.yaml` and deploy."
	}
	return " Nothing was stopped."
}

// stillRunning lists the desktops that have been running longest.
func (p *page) stillRunning(longest []core.StillRunning) {
	var lines []string
	for _, d := range longest[:min(len(longest), core.LongestShown)] {
		lines = append(lines, desktopLine(d.DesktopId, d.DesktopName, d.RegionId, "for "+lasting(d.Up), mrkdwn.Code(string(d.Code), shownName)))
	}
	if len(lines) > 0 {
		p.list("*Running longest*", "", lines, len(lines))
	}
}
