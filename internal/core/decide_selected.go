package core

func ruleSelected(c *Case) ruling {
	word := c.terms.pick.unmet(c.Desktop)
	if word == "" && !c.Planned {
		word = c.terms.pick.unmetState(c.Desktop)
	}
	if word != "" {
		return ruling{NoMatch, "its " + word + " is not what Select says"}
	}
	if c.Desktop.TagsUnknown && c.terms.readsTags() {
		return ruling{TagsUnknown, "the request goes by tags, so Force does not help"}
	}
	return clear
}

func ruleExcepted(c *Case) ruling {
	word := c.terms.except.any(c.Desktop)
	if word == "" && !c.Planned {
		word = c.terms.except.anyState(c.Desktop)
	}
	if word != "" {
		return ruling{Excepted, "by " + word}
	}
	return clear
}

// rulePooled leaves pooled machines alone that nobody asked for: whose they are
// changes with every session.
func rulePooled(c *Case) ruling {
	if c.Desktop.DesktopGroupId == "" || c.terms.pick.Pooled || len(c.terms.pick.DesktopGroupId) > 0 {
		return clear
	}
	return ruling{Pooled, "of pool " + c.Desktop.DesktopGroupId}
}

// Tags that people put on desktops.
const (
	TagKeep      = "stopdesktops:keep"       // any value but no, false or 0: keep it awake
	TagKeepUntil = "stopdesktops:keep-until" // RFC 3339: keep it awake until then
	TagSchedule  = "stopdesktops:schedule"   // a schedule of timers.yaml
	TagZone      = "stopdesktops:zone"       // IANA zone of that schedule, such as Europe/Berlin
)

func ruleScheduled(c *Case) ruling {
	if !c.terms.pick.Scheduled {
		return clear
	}
	name, has := c.Desktop.Tags[TagSchedule]
	if !has {
		return ruling{NoMatch, "it has no tag " + TagSchedule}
	}
	due, problem := c.terms.due(name, c.Desktop.Tags[TagZone])
	switch {
	case problem != "":
		return ruling{ScheduleUnknown, problem}
	case !due:
		return ruling{NoMatch, "its schedule " + name + " is not due now"}
	}
	return clear
}

func rulePrePaid(c *Case) ruling {
	if c.Desktop.ChargeType == ChargePrePaid && !c.Desktop.HourPackage {
		return ruling{code: PrePaid}
	}
	return clear
}

func ruleUptime(c *Case) ruling {
	t, d := c.terms, c.Desktop
	if !c.Asked || !t.needsUptime() {
		return clear
	}
	switch {
	case !d.UpKnown:
		return ruling{code: UptimeUnknown}
	case d.Up < t.pick.upFor:
		return ruling{NoMatch, ""}
	case t.except.upFor > 0 && d.Up >= t.except.upFor:
		return ruling{Excepted, "by UpFor"}
	case d.Up < t.minUptime:
		return ruling{RecentlyStarted, spansWords(d.Up, " ago, and MinUptime is ", t.minUptime)}
	}
	return clear
}

func ruleIdle(c *Case) ruling {
	t, d := c.terms, c.Desktop
	if !c.Asked || !t.needsIdle() {
		return clear
	}
	switch {
	case !d.IdleKnown:
		return ruling{code: IdleUnknown}
	case d.Idle < t.pick.idleFor:
		return ruling{NoMatch, ""}
	case t.except.idleFor > 0 && d.Idle >= t.except.idleFor:
		return ruling{Excepted, "by IdleFor"}
	case d.Idle < t.grace && d.Connection == ConnDisconnected:
		return ruling{RecentlyUsed, spansWords(d.Idle, " ago, and Grace is ", t.grace)}
	}
	return clear
}
