package core

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Case is everything that decides about one desktop. Deciding is pure: the
// same case always ends the same way.
type Case struct {
	terms   *terms
	Desktop *Desktop
	Now     time.Time
	Found   bool // the cloud knows the desktop
	Looked  bool // a look took place; false only where the deployment has none
	// Planned says that the desktop is in a recorded plan and is looked at anew.
	Planned bool
	// Asked says that idle time and uptime were asked for where the request
	// needs them. Before, the rules about them have no word.
	Asked bool
	// May answers whether the caller may do the action to this desktop. It is
	// a function because most cases need only one or two of the answers.
	May func(Action) Verdict
}

// ruling is one rule's word on a case: a code to leave the desktop alone with,
// or nothing, and words beside it.
type ruling struct {
	code   Code
	detail string
}

// clear is the word of a rule that has nothing against stopping the desktop.
var clear = ruling{}

// rule is one reason to leave a desktop alone. Its name is what people read in
// the answer to why, and passed says what it saw where it has no objection.
type rule struct {
	name   string
	judge  func(*Case) ruling
	passed string
	// ofSelections is set where the rule has no word on a desktop that was named
	// by id: who names it means it.
	ofSelections bool
}

// rules are asked in order; the first that has a word decides. Permission comes
// first, so that nobody learns the state of a desktop he may not touch, and what
// is wanted already comes before every objection.
var rules = []rule{
	{"permitted", rulePermitted, "the policy permits it", false},
	{"found", ruleFound, "the region has it", false},
	{"selected", ruleSelected, "every word of Select holds", true},
	{"scheduled", ruleScheduled, "its schedule says now, or none was asked for", true},
	{"excepted", ruleExcepted, "no word of Except holds", true},
	{"pooled", rulePooled, "it belongs to no pool, or pools were asked for", true},
	{"running", ruleRunning, "it is Running", false},
	{"hands-off", ruleHandsOff, "the cloud is not changing it", false},
	{"kept", ruleKept, "no tag keeps it awake, or force overrides it", false},
	{"in-use", ruleInUse, "nobody is connected, or force overrides it", false},
	{"prepaid", rulePrePaid, "a stop saves money or hours", true},
	{"uptime", ruleUptime, "it has been running for long enough", true},
	{"idle", ruleIdle, "nobody has used it for long enough", true},
}

// decide returns the entry of the plan for one case.
func decide(c *Case) Entry {
	for i := range rules {
		if rules[i].ofSelections && !c.terms.selects {
			continue
		}
		if w := rules[i].judge(c); w.code != "" {
			return c.skip(w)
		}
	}
	e := entryOf(c.Desktop)
	e.Stop = true
	return e
}

// skip is the entry of a desktop that is left alone. Who may not touch it is
// told nothing about it.
func (c *Case) skip(w ruling) Entry {
	if w.code == NotPermitted {
		region := c.terms.request.RegionId
		if c.terms.selects {
			region = c.Desktop.RegionId // the selection found it there, and may find the id elsewhere too
		}
		return Entry{RegionId: region, DesktopId: c.Desktop.DesktopId, Code: w.code, Detail: w.detail}
	}
	e := entryOf(c.Desktop)
	e.Code, e.Detail = w.code, w.detail
	return e
}

func entryOf(d *Desktop) Entry {
	return Entry{RegionId: d.RegionId, DesktopId: d.DesktopId, DesktopName: d.DesktopName, Status: d.Status, Connection: d.Connection, EndUserIds: d.EndUserIds}
}

func rulePermitted(c *Case) ruling {
	if c.terms.request.DryRun {
		if v := c.May(ActionPreview); !v.Allowed {
			return c.mayNot(ActionPreview, v)
		}
	}
	if v := c.May(ActionStop); !v.Allowed {
		return c.mayNot(ActionStop, v)
	}
	return clear
}

// mayNot is the word on a desktop that the caller may not do the action to. Only an
// operator at a terminal is told which policies decided: he holds the folder that
// they stand in, and to anybody else their names would tell what the desktop is.
func (c *Case) mayNot(a Action, v Verdict) ruling {
	who := fmt.Sprintf("%s action %s on it; ask %s", c.terms.caller, a, c.terms.help)
	switch {
	case c.terms.caller.Door != Terminal:
		return ruling{NotPermitted, "the policy does not permit " + who}
	case len(v.Policies) == 0:
		return ruling{NotPermitted, "no policy permits " + who}
	}
	return ruling{NotPermitted, "policy " + strings.Join(v.Policies, " and ") + " does not permit " + who}
}

func ruleFound(c *Case) ruling {
	if c.Looked && !c.Found {
		return ruling{NotFound, ""}
	}
	return clear
}

func ruleRunning(c *Case) ruling {
	if !c.Looked {
		return clear
	}
	switch c.Desktop.Status {
	case StatusRunning:
		return clear
	case StatusStopped:
		return ruling{AlreadyStopped, ""}
	case StatusStopping:
		return ruling{AlreadyStopping, ""}
	}
	return ruling{NotRunning, "it is " + cmp.Or(c.Desktop.Status, "in no known state")}
}

// ruleHandsOff takes every flag but the word for none as a reason, because the
// set is open: what is new may be worse than what is known.
func ruleHandsOff(c *Case) ruling {
	for _, flag := range c.Desktop.ManagementFlags {
		if flag != "" && flag != FlagNone {
			return ruling{HandsOff, "the cloud says " + strings.Join(c.Desktop.ManagementFlags, ", ")}
		}
	}
	return clear
}

func ruleKept(c *Case) ruling {
	w := keptWord(c)
	if w.code == "" {
		return clear
	}
	return c.unlessForced(w)
}

// keptWord says whether a tag keeps the desktop awake. A tag that cannot be read
// counts for the desktop, never against it.
func keptWord(c *Case) ruling {
	if c.Desktop.TagsUnknown {
		return ruling{code: TagsUnknown}
	}
	if v, has := c.Desktop.Tags[TagKeep]; has && !slices.Contains([]string{"no", "false", "0"}, strings.ToLower(v)) {
		return ruling{Kept, "by tag " + TagKeep + ", which is removed in the cloud's console"}
	}
	v, has := c.Desktop.Tags[TagKeepUntil]
	if !has {
		return clear
	}
	until, err := time.Parse(time.RFC3339, v)
	switch {
	case err != nil:
		return ruling{Kept, fmt.Sprintf("by tag %s, whose value %s is no time; want one such as 2026-12-01T23:00:00+08:00", TagKeepUntil, quote(v))}
	case !until.After(c.Now):
		return clear
	case until.Sub(c.Now) > c.terms.maxKeep:
		return ruling{Kept, fmt.Sprintf("until %s, which is further off than the %s that are allowed; mend the tag %s", until.Format(time.RFC3339), spanWords(c.terms.maxKeep), TagKeepUntil)}
	}
	return ruling{Kept, until.Format("until " + time.RFC3339)}
}

func ruleInUse(c *Case) ruling {
	if !c.Looked || c.Desktop.Connection == ConnDisconnected {
		return clear
	}
	if c.Desktop.Connection == ConnConnected {
		return c.unlessForced(ruling{code: Connected})
	}
	return c.unlessForced(ruling{ConnectionUnknown, "the cloud says " + cmp.Or(c.Desktop.Connection, "nothing")})
}

// unlessForced lets an objection stand unless the caller may force and did.
func (c *Case) unlessForced(w ruling) ruling {
	switch {
	case !c.terms.request.Force:
		return w
	case !c.May(ActionForce).Allowed:
		w.detail = "Force was asked, and the policy does not permit this caller action force; ask whoever uses it, or whoever keeps the policy"
		return w
	}
	return clear
}
