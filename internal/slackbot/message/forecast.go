package message

import (
	"fmt"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// Forecast announces to a channel what a timer is going to stop. value is
// of the button that keeps a person's own desktops awake, as
// KeepValue.Encode made it; without one, or where nothing would stop, there
// is no button.
func Forecast(f core.Forecast, value string) Message {
	var p page
	n, all := stops(f.Plan), mrkdwn.Count(len(f.Plan.Entries), "desktop")
	timer := mrkdwn.Code(f.Timer, shownName)
	verb := "will stop"
	if f.DryRun {
		verb = "would stop"
		p.say(fmt.Sprintf("*At %s timer %s would stop %d of %s.* It is a dry run, so nothing will be stopped. To go live, set `DryRun: false` for the timer in `timers.yaml` and deploy.", mrkdwn.When(f.Due), timer, n, all))
	} else {
		p.say(fmt.Sprintf("*At %s timer %s will stop %d of %s.* A stop ends the session and loses unsaved work. Each is looked at again then: who is connected is left alone.", mrkdwn.When(f.Due), timer, n, all))
	}
	if e := estimateLine(f.Estimate, true); n > 0 && e != "" {
		p.say(e)
	}
	p.plan(f.Plan, verb)
	if n > 0 && value != "" {
		p.remark("Keep mine tonight is for everybody here: it keeps awake what belongs to whoever presses it, and nothing else. It works until the timer runs.")
		keep := slack.NewButtonBlockElement(string(button.KeepMine), value, label("Keep mine tonight"))
		keep.AccessibilityLabel = "Keep my own desktops awake tonight"
		p.buttons = slack.NewActionBlock(button.ForecastBlock, keep)
	}
	return p.message()
}
