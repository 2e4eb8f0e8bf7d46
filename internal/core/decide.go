package core

// Case is everything that decides about one desktop. Deciding is pure: the
// same case always ends the same way.
type Case struct {
	Request Request
	Desktop Desktop
	Found   bool // the cloud knows the desktop
	Looked  bool // a look took place; false only where the deployment has none
	// May answers whether the caller may do the action to this desktop. It is
	// a function because most cases need only one or two of the answers.
	May func(Action) bool
}

// ruling is one rule's word on a case: a code to skip with, or nothing.
type ruling struct {
	code   Code
	detail string
}

// rule is one reason to leave a desktop alone.
type rule func(*Case) (ruling, bool)

// rules are asked in order; the first that has a word decides. Permission comes
// first, so that nobody learns the state of a desktop he may not touch.
var rules = []rule{
	rulePermitted,
	ruleFound,
	ruleRunning,
	ruleInUse,
}

// decide returns the entry of the plan for one case.
func decide(c *Case) Entry {
	d := c.Desktop
	e := Entry{RegionId: d.RegionId, DesktopId: d.DesktopId, DesktopName: d.DesktopName, Status: d.Status, Connection: d.Connection, EndUserIds: d.EndUserIds}
	for _, judge := range rules {
		if w, decided := judge(c); decided {
			e.Code, e.Detail = w.code, w.detail
			if w.code == NotPermitted {
				e.RegionId, e.DesktopName, e.Status, e.Connection, e.EndUserIds = c.Request.RegionId, "", "", "", nil
			}
			return e
		}
	}
	e.Stop = true
	return e
}

func rulePermitted(c *Case) (ruling, bool) {
	if c.Request.DryRun && !c.May(ActionPreview) {
		return ruling{NotPermitted, "the policy does not permit this caller action preview on it"}, true
	}
	if !c.May(ActionStop) {
		return ruling{NotPermitted, "the policy does not permit this caller action stop on it"}, true
	}
	return ruling{}, false
}

func ruleFound(c *Case) (ruling, bool) {
	return ruling{NotFound, ""}, c.Looked && !c.Found
}

func ruleRunning(c *Case) (ruling, bool) {
	if !c.Looked {
		return ruling{}, false
	}
	switch c.Desktop.Status {
	case StatusRunning:
		return ruling{}, false
	case StatusStopped:
		return ruling{AlreadyStopped, ""}, true
	case StatusStopping:
		return ruling{AlreadyStopping, ""}, true
	}
	return ruling{NotRunning, "it is " + orWord(c.Desktop.Status, "in no known state")}, true
}

func ruleInUse(c *Case) (ruling, bool) {
	if !c.Looked || c.Desktop.Connection == ConnDisconnected {
		return ruling{}, false
	}
	w := ruling{code: ConnectionUnknown, detail: "the cloud says " + orWord(c.Desktop.Connection, "nothing")}
	if c.Desktop.Connection == ConnConnected {
		w = ruling{code: Connected}
	}
	if !c.Request.Force {
		return w, true
	}
	if !c.May(ActionForce) {
		w.detail = "Force was asked, and the policy does not permit this caller action force; ask them to disconnect"
		return w, true
	}
	return ruling{}, false
}

// orWord returns s, or the word where s is empty.
func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}
