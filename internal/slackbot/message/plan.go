package message

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// PlanView is a plan to be shown, and who is asked about it.
type PlanView struct {
	Plan    core.Plan
	Request core.Request
	User    string    // who gave the command
	Value   string    // of the buttons, as PlanValue.Encode made it
	Expires time.Time // when the buttons stop working
	// Changed says that this plan replaces one that no longer holds, because
	// more desktops would stop than the person has seen.
	Changed bool
	// Estimate is what the stops would save, where the deployment has prices.
	Estimate *core.Estimate
}

// Plan shows every desktop with what would happen to it, and asks. Where
// nothing would stop, or the request is a preview, there is nothing to ask.
func Plan(v PlanView) Message {
	n := stops(v.Plan)
	asks := n > 0 && !v.Request.DryRun
	var p page
	if v.Changed {
		p.say("*The desktops changed since the plan was shown, so nothing was stopped.* This is the plan as it is now.")
	}
	all := mrkdwn.Count(len(v.Plan.Entries), "desktop")
	switch {
	case v.Request.DryRun:
		p.say(fmt.Sprintf("*Preview: %d of %s would stop.* Nothing is stopped. Give the command without `preview` to stop.", n, all))
	case !asks:
		p.say(fmt.Sprintf("*Nothing to stop: none of %s would stop.*", all))
	default:
		p.say(fmt.Sprintf("*Stop %d of %s?* A stop ends the session and loses unsaved work.", n, all))
	}
	if o := optionsLine(v.Request); o != "" {
		p.say(o)
	}
	if e := estimateLine(v.Estimate, true); n > 0 && e != "" {
		p.say(e)
	}
	verb := "would stop"
	if asks {
		verb = "will stop"
	}
	p.plan(v.Plan, verb)
	if asks {
		p.remark(fmt.Sprintf("Only %s can answer, with Stop or Cancel, until %s.", mrkdwn.Mention(v.User), mrkdwn.When(v.Expires)))
		p.buttons = planButtons(n, v.Value)
	}
	p.remark(runLine(v.Plan.Run))
	return p.message()
}

// plan lists what would stop, and the rest by its code.
func (p *page) plan(plan core.Plan, verb string) {
	var stop []string
	n := 0
	for i := range plan.Entries {
		if !plan.Entries[i].Stop {
			continue
		}
		if n++; n <= maxLines {
			stop = append(stop, planLine(&plan.Entries[i]))
		}
	}
	if n > 0 {
		p.list(fmt.Sprintf("*%d %s*", n, verb), "", stop, n)
	}
	p.listGroups(grouped(plan.Entries, examples(len(plan.Entries)), func(e *core.Entry) (core.Code, bool) { return e.Code, !e.Stop }, planLine))
}

// stops counts what a plan would stop.
func stops(plan core.Plan) int {
	n := 0
	for i := range plan.Entries {
		if plan.Entries[i].Stop {
			n++
		}
	}
	return n
}

// planButtons are Stop, which cannot be undone and looks so, and Cancel.
func planButtons(n int, value string) slack.Block {
	stop := slack.NewButtonBlockElement(string(button.Stop), value, label("Stop "+mrkdwn.Count(n, "desktop"))).WithStyle(slack.StyleDanger)
	stop.AccessibilityLabel = "Stop " + mrkdwn.Count(n, "desktop") + "; unsaved work is lost"
	cancel := slack.NewButtonBlockElement(string(button.Cancel), value, label("Cancel"))
	cancel.AccessibilityLabel = "Cancel; nothing is stopped"
	return slack.NewActionBlock(button.PlanBlock, stop, cancel)
}

func label(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// shownOptions is how many of a request's words are shown: a selection may have
// hundreds.
const shownOptions = 16

// optionsLine says what was asked beside the desktops.
func optionsLine(q core.Request) string {
	var said []string
	if options := slices.DeleteFunc(command.ParsedOf(q).Options(), func(o string) bool { return o == "preview" }); len(options) > 0 {
		shown := make([]string, 0, shownOptions)
		for _, o := range options[:min(len(options), shownOptions)] {
			shown = append(shown, mrkdwn.Code(o, shownName))
		}
		if more := len(options) - shownOptions; more > 0 {
			shown = append(shown, fmt.Sprintf("and %d more", more))
		}
		said = append(said, "Options: "+strings.Join(shown, ", "))
	}
	if reason := mrkdwn.Code(q.Reason, shownReason); reason != "" {
		said = append(said, "Reason: "+reason)
	}
	return strings.Join(said, ". ")
}

// runLine names the run, so that it can be asked about.
func runLine(run core.RunID) string { return "Run " + mrkdwn.Code(string(run), shownName) }
