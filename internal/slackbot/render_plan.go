package slackbot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
)

// PlanView is a plan to be shown, and who is asked about it.
type PlanView struct {
	Plan    core.Plan
	Request core.Request
	User    string    // who gave the command
	Value   string    // of the buttons, as Value.Encode made it
	Expires time.Time // when the buttons stop working
	// Changed says that this plan replaces one that no longer holds, because
	// more desktops would stop than the person has seen.
	Changed bool
}

// PlanMessage shows every desktop with what would happen to it, and asks. Where
// nothing would stop, or the request is a preview, there is nothing to ask.
func PlanMessage(v PlanView) Message {
	stop, skip := []core.Entry{}, []core.Entry{}
	for _, e := range v.Plan.Entries {
		if e.Stop {
			stop = append(stop, e)
		} else {
			skip = append(skip, e)
		}
	}
	asks := len(stop) > 0 && !v.Request.DryRun
	var p page
	if v.Changed {
		p.say("*The desktops changed since the plan was shown, so nothing was stopped.* This is the plan as it is now.")
	}
	all := count(len(v.Plan.Entries), "desktop")
	switch {
	case v.Request.DryRun:
		p.say(fmt.Sprintf("*Preview: %d of %s would stop.* Nothing is stopped. Give the command without `preview` to stop.", len(stop), all))
	case !asks:
		p.say(fmt.Sprintf("*Nothing to stop: none of %s would stop.*", all))
	default:
		p.say(fmt.Sprintf("*Stop %d of %s?* A stop ends the session and loses unsaved work.", len(stop), all))
	}
	if o := optionsLine(v.Request); o != "" {
		p.say(o)
	}
	if len(stop) > 0 {
		lines := make([]string, len(stop))
		for i, e := range stop {
			lines[i] = planLine(e)
		}
		head := fmt.Sprintf("*%d will stop*", len(stop))
		if !asks {
			head = fmt.Sprintf("*%d would stop*", len(stop))
		}
		p.list(head, "", lines)
	}
	p.listGroups(grouped(skip, func(e core.Entry) core.Code { return e.Code }, planLine))
	if asks {
		p.remark(fmt.Sprintf("Only %s can answer, with Stop or Cancel, until %s.", mention(v.User), when(v.Expires)))
		p.buttons = planButtons(len(stop), v.Value)
	}
	p.remark(runLine(v.Plan.Run))
	return p.message()
}

// planButtons are Stop, which cannot be undone and looks so, and Cancel.
func planButtons(n int, value string) slack.Block {
	stop := slack.NewButtonBlockElement(string(ActionStop), value, label("Stop "+count(n, "desktop"))).WithStyle(slack.StyleDanger)
	stop.AccessibilityLabel = "Stop " + count(n, "desktop") + "; unsaved work is lost"
	cancel := slack.NewButtonBlockElement(string(ActionCancel), value, label("Cancel"))
	cancel.AccessibilityLabel = "Cancel; nothing is stopped"
	return slack.NewActionBlock(planBlock, stop, cancel)
}

func label(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// optionsLine says what was asked beside the desktops.
func optionsLine(q core.Request) string {
	var said []string
	if options := slices.DeleteFunc(ParsedOf(q).options(), func(o string) bool { return o == "preview" }); len(options) > 0 {
		for i, o := range options {
			options[i] = code(o, shownName)
		}
		said = append(said, "Options: "+strings.Join(options, ", "))
	}
	if reason := code(q.Reason, shownReason); reason != "" {
		said = append(said, "Reason: "+reason)
	}
	return strings.Join(said, ". ")
}

// runLine names the run, so that it can be asked about.
func runLine(run core.RunID) string { return "Run " + code(string(run), shownName) }
