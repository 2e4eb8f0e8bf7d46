package settings

import (
	"strconv"

	"stopdesktops/internal/core"
)

// Ceilings are the most desktops that one run may reach through each door.
type Ceilings struct {
	Webhook, Timer, Slack int
	// The same in percent of the Running desktops of each region in which a plan stops
	// something, and of these together.
	WebhookPercent, TimerPercent, SlackPercent int
	// Those of an operator's terminal, which no function reads.
	Terminal, TerminalPercent int
}

// allPercent is the ceiling in percent that forbids nothing.
const allPercent = 100

func percent(name, who string, dst *int) variable {
	return variable{Variable{Name: name, Default: strconv.Itoa(allPercent), Want: "a whole number from 1 to " + strconv.Itoa(allPercent),
		Doc: "The most of the Running desktops of any one region, in percent, that one run " + who + " may stop; one desktop of a region is never too many of it, nor a run of one desktop too big."}, setNumber(dst, allPercent)}
}

func ceiling(name, who string, dst *int, compiled int) variable {
	most := strconv.Itoa(compiled)
	return variable{Variable{Name: name, Default: most, Want: "a whole number from 1 to the compiled ceiling, " + most,
		Doc: "The most desktops that one run " + who + " may reach. It can only be lowered."}, setNumber(dst, compiled)}
}

func (c *Ceilings) slack() variable {
	return ceiling("CEILING_SLACK", "from Slack", &c.Slack, core.CeilingSlack)
}

// terminal are the variables that only an operator's terminal reads.
func (c *Ceilings) terminal() []variable {
	return []variable{
		ceiling("CEILING_TERMINAL", "from a terminal", &c.Terminal, core.CeilingTerminal),
		percent("CEILING_TERMINAL_PERCENT", "from a terminal", &c.TerminalPercent),
	}
}

func (c *Ceilings) variables() []variable {
	return []variable{
		ceiling("CEILING_WEBHOOK", "by webhook", &c.Webhook, core.CeilingWebhook),
		ceiling("CEILING_TIMER", "by timer", &c.Timer, core.CeilingTimer),
		c.slack(),
		percent("CEILING_WEBHOOK_PERCENT", "by webhook", &c.WebhookPercent),
		percent("CEILING_TIMER_PERCENT", "by timer", &c.TimerPercent),
		percent("CEILING_SLACK_PERCENT", "from Slack", &c.SlackPercent),
	}
}
