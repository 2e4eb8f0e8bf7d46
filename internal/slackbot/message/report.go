package message

import (
	"fmt"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// Report is the final word on a run: every outcome by its code, with how
// many, first what needs a person's eye.
func Report(r core.Report) Message {
	var p page
	p.report(r)
	return p.message()
}

func (p *page) report(r core.Report) {
	p.say(reportHead(r))
	if note := mrkdwn.Detail(r.Note, shownError); note != "" {
		p.say("Note: " + note)
	}
	if reason := mrkdwn.Code(r.Reason, shownReason); reason != "" {
		p.say("Reason: " + reason)
	}
	if e := estimateLine(r.Estimate, r.DryRun); e != "" {
		p.say(e)
	}
	p.listGroups(grouped(r.Outcomes, examples(len(r.Outcomes)), func(o *core.Outcome) (core.Code, bool) { return o.Code, true }, outcomeLine))
	if r.Next != "" {
		p.say("It goes on as run " + mrkdwn.Code(string(r.Next), shownName) + ".")
	}
	ended := ""
	if !r.Finished.IsZero() {
		ended = ", ended " + mrkdwn.When(r.Finished)
	}
	p.remark(runLine(r.Run) + ", asked by " + callerName(r.Caller) + ended)
}

// reportHead counts by kind. It never says stopped of its own: what a code
// proves stands beside it.
func reportHead(r core.Report) string {
	n, of := map[core.Kind]int{}, map[core.Code]int{}
	for _, o := range r.Outcomes {
		n[o.Code.Kind()]++
		of[o.Code]++
	}
	all := mrkdwn.Count(len(r.Outcomes), "desktop")
	if r.DryRun {
		return fmt.Sprintf("*Preview: %d of %s would stop.* Nothing was stopped.", of[core.WouldStop], all)
	}
	if of[core.NotTried] == len(r.Outcomes) {
		return fmt.Sprintf("*Nothing was stopped: none of %s was tried.*", all)
	}
	head := fmt.Sprintf("*%d of %s as wanted*", n[core.KindDone], all)
	if k := n[core.KindFailed]; k > 0 {
		head += fmt.Sprintf(", *%d failed*", k)
	}
	if k := n[core.KindSkipped]; k > 0 {
		head += fmt.Sprintf(", %d left alone", k)
	}
	return head + "."
}

// callerName shows who asked: a Slack user as a mention, anybody else by door.
func callerName(c core.Caller) string {
	if c.Door == core.Slack {
		return mrkdwn.Mention(c.Name[strings.LastIndexByte(c.Name, '/')+1:])
	}
	return mrkdwn.Code(c.String(), shownName)
}

// Answer answers the command result: how far a run is, or its report.
func Answer(a core.Answer) Message {
	var p page
	switch {
	case a.Report != nil:
		p.report(*a.Report)
		return p.message()
	case a.State == core.Queued:
		p.say("*Not begun yet.* The run is recorded and queued.")
	case a.State == core.Working:
		p.say("*Being worked on.* Ask again in a minute.")
	case a.State == core.Interrupted:
		p.say("*Interrupted.* Whoever worked on the run died; it is taken up again by itself. Ask again in a few minutes.")
	default:
		p.say("*The run is* " + mrkdwn.Code(strings.ReplaceAll(string(a.State), "_", " "), shownName) + ".")
	}
	if a.Plan != nil {
		p.plan(*a.Plan, "to stop")
	}
	p.remark(runLine(a.Run) + ", first heard of " + mrkdwn.When(a.First))
	return p.message()
}
