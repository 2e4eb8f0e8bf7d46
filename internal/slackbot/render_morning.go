package slackbot

import (
	"fmt"
	"strings"

	"stopdesktops/internal/core"
)

// MorningMessage is what a channel reads of a run that nobody waited for: how
// many were stopped, what was not and why, and what has been running longest; or
// why nothing ran.
func MorningMessage(m core.Morning) Message {
	var p page
	if m.Report == nil {
		p.say("*" + morningName(m) + ": nothing ran.* " + sentence(m.Quiet, shownError))
		p.stillRunning(m.Longest)
		return p.message()
	}
	r := *m.Report
	p.say("*" + morningName(m) + ": " + morningHead(r))
	if note := sentence(r.Note, shownError); note != "" {
		p.say("Note: " + note)
	}
	p.because(r.Reason)
	if e := estimateLine(r.Estimate, r.DryRun); e != "" {
		p.say(e)
	}
	groups := grouped(r.Outcomes, shownExamples, func(o *core.Outcome) (core.Code, bool) { return o.Code, o.Code.Kind() != core.KindDone }, outcomeLine)
	if len(groups) > 0 {
		p.say("*Not stopped, and why:*")
		p.listGroups(groups)
	}
	p.stillRunning(m.Longest)
	if r.Next != "" {
		p.say("It goes on as run " + code(string(r.Next), shownName) + ".")
	}
	ended := ""
	if !r.Finished.IsZero() {
		ended = ", ended " + when(r.Finished)
	}
	p.remark(runLine(r.Run) + ended)
	return p.message()
}

// morningName says whose run it was.
func morningName(m core.Morning) string {
	s := strings.ToUpper(string(m.Caller.Door[:min(1, len(m.Caller.Door))])) + string(m.Caller.Door[min(1, len(m.Caller.Door)):])
	s = sentence(s, shownName) + " " + code(m.Caller.Name, shownName)
	if m.Due.IsZero() {
		return strings.TrimSpace(s)
	}
	return strings.TrimSpace(s) + " of " + when(m.Due)
}

// morningHead counts what a run was to stop and what it proved to be stopped. It
// closes the bold that its caller opened.
func morningHead(r core.Report) string {
	of := map[core.Code]int{}
	failed, skipped := 0, 0
	for i := range r.Outcomes {
		c := r.Outcomes[i].Code
		of[c]++
		switch c.Kind() {
		case core.KindFailed:
			failed++
		case core.KindSkipped:
			skipped++
		}
	}
	head := ""
	if r.DryRun {
		head = fmt.Sprintf("dry run, %d of %s would stop.* Nothing was stopped.", of[core.WouldStop], count(len(r.Outcomes), "desktop"))
		if r.Caller.Door == core.Timer {
			head += " To go live, set `DryRun: false` for the timer in `timers.yaml` and deploy."
		}
	} else {
		head = fmt.Sprintf("stopped %d of %s that were to stop.*", of[core.Stopped], count(of[core.Stopped]+of[core.Accepted]+failed, "desktop"))
	}
	for _, more := range []struct {
		n    int
		what string
	}{
		{of[core.Accepted], "accepted by the cloud, and nobody looked"}, {failed, "not stopped against the plan"}, {skipped, "left alone"},
		{of[core.AlreadyStopped] + of[core.AlreadyStopping], "stopped or stopping already"},
	} {
		if more.n > 0 {
			head += fmt.Sprintf(" %d %s.", more.n, more.what)
		}
	}
	return head
}

// stillRunning lists the desktops that have been running longest.
func (p *page) stillRunning(longest []core.StillRunning) {
	var lines []string
	for _, d := range longest[:min(len(longest), core.LongestShown)] {
		lines = append(lines, desktopLine(d.DesktopId, d.DesktopName, d.RegionId, "for "+lasting(d.Up), code(string(d.Code), shownName)))
	}
	if len(lines) > 0 {
		p.list("*Running longest*", "", lines, len(lines))
	}
}
