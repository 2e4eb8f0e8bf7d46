package core

import "testing"

func TestDecide(t *testing.T) {
	none := func(Action) bool { return false }
	may := func(allowed ...Action) func(Action) bool {
		return func(a Action) bool { return allow(allowed...)(Ask{Action: a}) }
	}
	cases := []struct {
		name       string
		status     string
		connection string
		force, dry bool
		absent     bool
		blind      bool // the deployment does not look
		may        func(Action) bool
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
