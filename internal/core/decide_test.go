package core

import "testing"

func TestDecide(t *testing.T) {
	none := func(Action) Verdict { return Verdict{} }
	cases := []struct {
		name       string
		status     string
		connection string
		force, dry bool
		absent     bool
		blind      bool // the deployment does not look
		may        func(Action) Verdict
		stop       bool
		code       Code
	}{
		{name: "running and free", status: "Running", connection: "Disconnected", may: may(ActionStop), stop: true},
		{name: "in use", status: "Running", connection: "Connected", may: may(ActionStop, ActionForce), code: Connected},
		{name: "nobody knows", status: "Running", connection: "Unknown", may: may(ActionStop), code: ConnectionUnknown},
		{name: "the cloud says nothing", status: "Running", connection: "", may: may(ActionStop), code: ConnectionUnknown},
		{name: "a new word", status: "Running", connection: "Connecting", may: may(ActionStop), code: ConnectionUnknown},
		{name: "forced", status: "Running", connection: "Connected", force: true, may: may(ActionStop, ActionForce), stop: true},
		{name: "forced, unknown", status: "Running", connection: "Unknown", force: true, may: may(ActionStop, ActionForce), stop: true},
		{name: "forced without the right", status: "Running", connection: "Connected", force: true, may: may(ActionStop), code: Connected},
		{name: "stopped", status: "Stopped", connection: "Disconnected", may: may(ActionStop), code: AlreadyStopped},
		{name: "stopping", status: "Stopping", connection: "Connected", may: may(ActionStop), code: AlreadyStopping},
		{name: "starting", status: "Starting", connection: "Disconnected", may: may(ActionStop), code: NotRunning},
		{name: "force does not start a state", status: "Pending", force: true, may: may(ActionStop, ActionForce), code: NotRunning},
		{name: "a status nobody heard of", status: "Fota", connection: "Disconnected", may: may(ActionStop), code: NotRunning},
		{name: "absent", absent: true, may: may(ActionStop), code: NotFound},
		{name: "not permitted", status: "Running", connection: "Disconnected", may: none, code: NotPermitted},
		{name: "not permitted and absent tells nothing", absent: true, may: none, code: NotPermitted},
		{name: "preview alone is not enough", status: "Running", connection: "Disconnected", dry: true, may: may(ActionPreview), code: NotPermitted},
		{name: "a dry run needs preview", status: "Running", connection: "Disconnected", dry: true, may: may(ActionStop), code: NotPermitted},
		{name: "dry run", status: "Running", connection: "Disconnected", dry: true, may: may(ActionStop, ActionPreview), stop: true},
		{name: "no look", blind: true, absent: true, may: may(ActionStop), stop: true},
		{name: "no look and no right", blind: true, absent: true, may: none, code: NotPermitted},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := Desktop{RegionId: "cn-hangzhou", DesktopId: "ecd-a", DesktopName: "dev", Status: c.status, Connection: c.connection, EndUserIds: []string{"alice"}}
			q := Request{Force: c.force, DryRun: c.dry}
			e := decide(&Case{terms: Rules{}.termsOf(&RequestRecord{Request: q}), Desktop: &d, Found: !c.absent, Looked: !c.blind, May: c.may})
			if e.Stop != c.stop || e.Code != c.code {
				t.Errorf("got stop=%t code=%q, want stop=%t code=%q", e.Stop, e.Code, c.stop, c.code)
			}
			if e.Stop == (e.Code != "") {
				t.Errorf("exactly one of Stop and Code must be set: %+v", e)
			}
			if e.Code == NotPermitted && (e.DesktopName != "" || e.Status != "" || e.Connection != "" || e.EndUserIds != nil) {
				t.Errorf("tells the state of a desktop that the caller may not touch: %+v", e)
			}
		})
	}
}

// TestOnlyTheTerminalIsToldWhichPolicy holds that names of policies, which tell what
// a desktop is, reach only those who hold the folder that they stand in.
func TestOnlyTheTerminalIsToldWhichPolicy(t *testing.T) {
	for _, c := range []struct {
		name    string
		caller  Caller
		dry     bool
		verdict map[Action]Verdict
		want    string
	}{
		{"forbidden by two", Caller{Door: Terminal, Name: "alice"}, false, map[Action]Verdict{ActionStop: {Policies: []string{"payroll", "never-this-one"}}},
			"policy payroll and never-this-one does not permit terminal:alice action stop on it; ask whoever keeps the policy"},
		{"permitted by none", Caller{Door: Terminal, Name: "alice"}, false, nil,
			"no policy permits terminal:alice action stop on it; ask whoever keeps the policy"},
		{"a preview", Caller{Door: Terminal, Name: "alice"}, true, map[Action]Verdict{ActionPreview: {Policies: []string{"no-looks"}}, ActionStop: {Allowed: true}},
			"policy no-looks does not permit terminal:alice action preview on it; ask whoever keeps the policy"},
		{"in Slack", Caller{Door: Slack, Name: "U012ALICE", Place: "C1"}, false, map[Action]Verdict{ActionStop: {Policies: []string{"payroll"}}},
			"the policy does not permit slack:U012ALICE action stop on it; ask whoever keeps the policy"},
		{"a sender", Caller{Door: Webhook, Name: "jira"}, false, map[Action]Verdict{ActionStop: {Policies: []string{"payroll"}}},
			"the policy does not permit webhook:jira action stop on it; ask whoever keeps the policy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := free(nil)
			terms := Rules{}.termsOf(&RequestRecord{Caller: c.caller, Request: Request{DryRun: c.dry}})
			e := decide(&Case{terms: terms, Desktop: &d, Found: true, Looked: true, May: func(a Action) Verdict { return c.verdict[a] }})
			if e.Code != NotPermitted || e.Detail != c.want {
				t.Errorf("%s: %q, want %q", e.Code, e.Detail, c.want)
			}
		})
	}
}
