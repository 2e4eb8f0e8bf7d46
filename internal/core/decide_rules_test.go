package core

import (
	"testing"
	"time"
)

// ruleNow is the instant at which the cases of the rules are decided.
var ruleNow = time.Date(2027, 3, 4, 20, 0, 0, 0, time.UTC)

// may permits the listed actions on the desktop of a case.
func may(actions ...Action) func(Action) Verdict {
	return func(a Action) Verdict { return Verdict{Allowed: allow(actions...)(Ask{Action: a})} }
}

// free is a desktop that nothing speaks for.
func free(change func(*Desktop)) Desktop {
	d := Desktop{RegionId: "cn-hangzhou", DesktopId: "ecd-a", DesktopName: "dev1", Status: StatusRunning, Connection: ConnDisconnected,
		EndUserIds: []string{"alice"}, OfficeSiteId: "site-1", ResourceGroupIds: []string{"rg-1"}, ChargeType: "PostPaid", Tags: map[string]string{"env": "dev"},
		ManagementFlags: []string{FlagNone}, Idle: time.Hour, IdleKnown: true, Up: time.Hour, UpKnown: true}
	if change != nil {
		change(&d)
	}
	return d
}

// caseOf is a case about a desktop that was found, at ruleNow.
func caseOf(r Rules, q Request, d *Desktop, permitted func(Action) Verdict) *Case {
	rec := &RequestRecord{Request: q, Due: ruleNow, Since: ruleNow.Add(-time.Hour)}
	return &Case{terms: r.termsOf(rec), Desktop: d, Now: ruleNow, Found: true, Looked: true, Asked: true, May: permitted}
}

// ruleCase is one line of the tables of rules: what speaks for a desktop, and
// the exact words of the answer. Empty words mean that it is stopped.
type ruleCase struct {
	name    string
	request Request
	rules   Rules
	desktop func(*Desktop)
	may     func(Action) Verdict // nil is stop and force
	change  func(*Case)
	code    Code
	detail  string
}

func runRules(t *testing.T, cases []ruleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := free(c.desktop)
			if c.may == nil {
				c.may = may(ActionStop, ActionForce, ActionPreview)
			}
			asked := caseOf(c.rules, c.request, &d, c.may)
			if c.change != nil {
				c.change(asked)
			}
			e := decide(asked)
			if e.Code != c.code || e.Detail != c.detail || e.Stop != (c.code == "") {
				t.Errorf("stop=%t %s %q\nwant    %s %q", e.Stop, e.Code, e.Detail, c.code, c.detail)
			}
		})
	}
}

// everything is a selection of all desktops, so that only the rule in question
// has a word.
var everything = Request{All: true}

func tagged(key, value string) func(*Desktop) {
	return func(d *Desktop) { d.Tags = map[string]string{key: value} }
}

func TestRuleKept(t *testing.T) {
	at := func(d time.Duration) string { return ruleNow.Add(d).Format(time.RFC3339) }
	forced := Request{Force: true}
	noForce := "Force was asked, and the policy does not permit this caller action force; ask whoever uses it, or whoever keeps the policy"
	runRules(t, []ruleCase{
		{name: "keep", desktop: tagged(TagKeep, "yes"), code: Kept, detail: "by tag stopdesktops:keep, which is removed in the cloud's console"},
		{name: "keep without a value", desktop: tagged(TagKeep, ""), code: Kept, detail: "by tag stopdesktops:keep, which is removed in the cloud's console"},
		{name: "keep, a word nobody heard of", desktop: tagged(TagKeep, "nope"), code: Kept, detail: "by tag stopdesktops:keep, which is removed in the cloud's console"},
		{name: "keep=no", desktop: tagged(TagKeep, "no")},
		{name: "keep=False", desktop: tagged(TagKeep, "False")},
		{name: "keep=0", desktop: tagged(TagKeep, "0")},
		{name: "another case of the key is another tag", desktop: tagged("StopDesktops:Keep", "yes")},
		{name: "until later", desktop: tagged(TagKeepUntil, at(time.Hour)), code: Kept, detail: "until 2027-03-04T21:00:00Z"},
		{name: "until later in another zone", desktop: tagged(TagKeepUntil, "2027-03-05T05:00:00+08:00"), code: Kept, detail: "until 2027-03-05T05:00:00+08:00"},
		{name: "lapsed", desktop: tagged(TagKeepUntil, at(-time.Second))},
		{name: "lapses now", desktop: tagged(TagKeepUntil, at(0))},
		{name: "malformed", desktop: tagged(TagKeepUntil, "tomorrow"), code: Kept,
			detail: `by tag stopdesktops:keep-until, whose value "tomorrow" is no time; want one such as 2026-12-01T23:00:00+08:00`},
		{name: "empty", desktop: tagged(TagKeepUntil, ""), code: Kept,
			detail: `by tag stopdesktops:keep-until, whose value "" is no time; want one such as 2026-12-01T23:00:00+08:00`},
		{name: "as far ahead as allowed", desktop: tagged(TagKeepUntil, at(72*time.Hour)), code: Kept, detail: "until 2027-03-07T20:00:00Z"},
		{name: "too far ahead", desktop: tagged(TagKeepUntil, at(73*time.Hour)), code: Kept,
			detail: "until 2027-03-07T21:00:00Z, which is further off than the 3d that are allowed; mend the tag stopdesktops:keep-until"},
		{name: "too far ahead of the deployment's own bound", rules: Rules{MaxKeep: 90 * time.Minute}, desktop: tagged(TagKeepUntil, at(2*time.Hour)), code: Kept,
			detail: "until 2027-03-04T22:00:00Z, which is further off than the 1h30m that are allowed; mend the tag stopdesktops:keep-until"},
		{name: "no, and until later", desktop: func(d *Desktop) { d.Tags = map[string]string{TagKeep: "no", TagKeepUntil: at(time.Hour)} }, code: Kept, detail: "until 2027-03-04T21:00:00Z"},
		{name: "tags unknown", desktop: func(d *Desktop) { d.TagsUnknown = true }, code: TagsUnknown},
		{name: "forced", request: forced, desktop: tagged(TagKeep, "yes")},
		{name: "forced, tags unknown", request: forced, desktop: func(d *Desktop) { d.TagsUnknown = true }},
		{name: "forced without the right", request: forced, may: may(ActionStop), desktop: tagged(TagKeep, "yes"), code: Kept, detail: noForce},
		{name: "forced without the right, tags unknown", request: forced, may: may(ActionStop), desktop: func(d *Desktop) { d.TagsUnknown = true }, code: TagsUnknown, detail: noForce},
		{name: "forced without the right, and nothing to force", request: forced, may: may(ActionStop)},
		{name: "stopped already, and kept", desktop: func(d *Desktop) { d.Status = StatusStopped; d.Tags = map[string]string{TagKeep: ""} }, code: AlreadyStopped},
	})
}

func TestRuleInUse(t *testing.T) {
	connected := func(c string) func(*Desktop) { return func(d *Desktop) { d.Connection = c } }
	forced := Request{Force: true}
	runRules(t, []ruleCase{
		{name: "connected", desktop: connected(ConnConnected), code: Connected},
		{name: "unknown", desktop: connected(ConnUnknown), code: ConnectionUnknown, detail: "the cloud says Unknown"},
		{name: "nothing said", desktop: connected(""), code: ConnectionUnknown, detail: "the cloud says nothing"},
		{name: "a new word", desktop: connected("Reconnecting"), code: ConnectionUnknown, detail: "the cloud says Reconnecting"},
		{name: "forced", request: forced, desktop: connected(ConnConnected)},
		{name: "forced without the right", request: forced, may: may(ActionStop), desktop: connected(ConnConnected), code: Connected,
			detail: "Force was asked, and the policy does not permit this caller action force; ask whoever uses it, or whoever keeps the policy"},
		{name: "no look", change: func(c *Case) { c.Looked, c.Found = false, false }},
	})
}

func TestRuleHandsOff(t *testing.T) {
	flags := func(f ...string) func(*Desktop) { return func(d *Desktop) { d.ManagementFlags = f } }
	runRules(t, []ruleCase{
		{name: "no flag", desktop: flags("NoFlag")},
		{name: "none at all", desktop: flags()},
		{name: "an empty one", desktop: flags("")},
		{name: "migrating", desktop: flags("Migrating"), code: HandsOff, detail: "the cloud says Migrating"},
		{name: "among others", desktop: flags("NoFlag", "Hibernated"), code: HandsOff, detail: "the cloud says NoFlag, Hibernated"},
		{name: "one that nobody heard of", desktop: flags("Teleporting"), code: HandsOff, detail: "the cloud says Teleporting"},
		{name: "forced", request: Request{Force: true}, desktop: flags("UnderMaintenance"), code: HandsOff, detail: "the cloud says UnderMaintenance"},
		{name: "a state first", desktop: func(d *Desktop) { d.Status, d.ManagementFlags = "Starting", []string{"Migrating"} }, code: NotRunning, detail: "it is Starting"},
		{name: "no state at all", desktop: func(d *Desktop) { d.Status = "" }, code: NotRunning, detail: "it is in no known state"},
	})
}

func TestRulesOfMoneyAndPools(t *testing.T) {
	prepaid := func(d *Desktop) { d.ChargeType = ChargePrePaid }
	pooled := func(d *Desktop) { d.DesktopGroupId = "dg-1" }
	runRules(t, []ruleCase{
		{name: "prepaid", request: everything, desktop: prepaid, code: PrePaid},
		{name: "prepaid, forced all the same", request: Request{All: true, Force: true}, desktop: prepaid, code: PrePaid},
		{name: "prepaid with an hour package", request: everything, desktop: func(d *Desktop) { prepaid(d); d.HourPackage = true }},
		{name: "prepaid by id", desktop: prepaid},
		{name: "pooled", request: everything, desktop: pooled, code: Pooled, detail: "of pool dg-1"},
		{name: "pooled, and asked for", request: Request{Select: &Selection{Tag: []Tag{{"env", "dev"}}, Pooled: true}}, desktop: pooled},
		{name: "its pool named", request: Request{Select: &Selection{DesktopGroupId: []string{"dg-1"}}}, desktop: pooled},
		{name: "another pool named", request: Request{Select: &Selection{DesktopGroupId: []string{"dg-2"}}}, desktop: pooled, code: NoMatch, detail: "its DesktopGroupId is not what Select says"},
		{name: "pooled by id", desktop: pooled},
	})
}
