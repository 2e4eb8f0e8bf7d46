package tests

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// whole uses every parameter of StopDesktops 2020-10-02.
const whole = `{"RegionId":"cn-hangzhou","ClientId":"f4a0dc8e-1702-4728-9a60-95b27a350000","SessionId":"` + sessionID + `",` +
	`"LoginToken":"` + loginToken + `","ClientOS":"Windows_NT 10.0.18363 x64","ClientVersion":"2.1.0-R-20210731.151756",` +
	`"DesktopId":["ecd-b","ecd-a"],"ClientToken":"6ce412a8-399f-49f9-9518-66ee028a0000","SessionToken":"` + sessionToken + `",` +
	`"OsUpdate":false,"Uuid":"1c5e7a10-0000-4000-8000-000000000001"}`

// wholeAdmin uses every parameter of StopDesktops 2020-09-30 that the product
// offers.
const wholeAdmin = `{"RegionId":"cn-hangzhou","DesktopId":["ecd-b","ecd-a"],"StoppedMode":"KeepCharging","OsUpdate":true,"Reason":"ticket 4711"}`

func TestEveryParameterReachesTheWire(t *testing.T) {
	ids := map[string]string{"RegionId": "cn-hangzhou", "DesktopId.1": "ecd-a", "DesktopId.2": "ecd-b"}
	client := map[string]string{"ClientId": "f4a0dc8e-1702-4728-9a60-95b27a350000", "ClientOS": "Windows_NT 10.0.18363 x64",
		"ClientVersion": "2.1.0-R-20210731.151756", "OsUpdate": "false", "Uuid": "1c5e7a10-0000-4000-8000-000000000001"}
	tokens := map[string]string{"SessionId": sessionID, "LoginToken": loginToken, "SessionToken": sessionToken,
		"ClientToken": "6ce412a8-399f-49f9-9518-66ee028a0000"}
	cases := []struct {
		name    string
		ask     func(w *world)
		env     map[string]string
		version string
		scheme  ecd.Scheme
		want    []map[string]string
	}{
		{"webhook, client contract, signed", func(w *world) { w.post("m1", whole) }, nil, ecd.VersionClient, "", []map[string]string{ids, client, tokens}},
		{"webhook, client contract, anonymous", func(w *world) { w.post("m1", whole) }, map[string]string{"ECD_CLIENT_AUTH": "anonymous"},
			ecd.VersionClient, ecd.Anonymous, []map[string]string{ids, client, tokens}},
		{"webhook, admin contract", func(w *world) { w.post("m1", wholeAdmin) }, nil, ecd.VersionAdmin, ecd.ACS3,
			[]map[string]string{ids, {"StoppedMode": "KeepCharging", "OsUpdate": "true"}}},
		{"timer, client contract", func(w *world) { w.tick("client") }, nil, ecd.VersionClient, "", []map[string]string{ids, client}},
		{"timer, admin contract", func(w *world) { w.tick("admin") }, nil, ecd.VersionAdmin, ecd.ACS3,
			[]map[string]string{ids, {"StoppedMode": "KeepCharging", "OsUpdate": "true"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, two(), withEnv(c.env))
			c.ask(w)
			w.drain()
			calls := w.stops()
			if len(calls) != 1 {
				t.Fatalf("%d StopDesktops calls, want 1", len(calls))
			}
			call := calls[0]
			if call.Version != c.version || (c.scheme != "" && call.Scheme != c.scheme) || (c.scheme == "" && call.Scheme == ecd.Anonymous) {
				t.Errorf("version %s by %s, want %s", call.Version, call.Scheme, c.version)
			}
			want := map[string]string{}
			for _, m := range c.want {
				for k, v := range m {
					want[k] = v
				}
			}
			for k, v := range want {
				if got := call.Params.Get(k); got != v {
					t.Errorf("%s is %q on the wire, want %q", k, got, v)
				}
			}
			for k := range call.Params {
				if _, ok := want[k]; !ok && !protocol(k) && k != "ClientToken" { // a missing token is derived
					t.Errorf("%s is on the wire and nobody gave it", k)
				}
			}
			wantOutcomes(t, w.onlyReport(), map[string]core.Code{"ecd-a": core.Stopped, "ecd-b": core.Stopped})
		})
	}
}

// protocol says whether a parameter belongs to the RPC protocol and not to the
// operation.
func protocol(name string) bool {
	switch name {
	case "Action", "Version", "Format", "Timestamp", "SignatureNonce", "Signature", "SignatureMethod", "SignatureVersion", "SignatureType", "AccessKeyId", "SecurityToken":
		return true
	}
	return false
}

func TestPlanOfMixedDesktops(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []ecd.Desktop{
		{Region: "cn-hangzhou", ID: "ecd-free"}, {Region: "cn-hangzhou", ID: "ecd-used", Connection: ecd.Connected},
		{Region: "cn-hangzhou", ID: "ecd-who", Connection: ecd.Unknown}, {Region: "cn-hangzhou", ID: "ecd-off", Status: ecd.Stopped},
		{Region: "cn-hangzhou", ID: "ecd-new", Status: ecd.Starting}, {Region: "cn-hangzhou", ID: "ecd-pool", PoolID: "dg-1"},
		{Region: "cn-hangzhou", ID: "ecd-vault1"}, {Region: "cn-shanghai", ID: "ecd-far"}, {Region: "cn-hangzhou", ID: "ecd-else"},
	})
	body := `{"RegionId":"cn-hangzhou","DesktopId":["ecd-free","ecd-used","ecd-who","ecd-off","ecd-new","ecd-pool","ecd-vault1","ecd-far","ecd-none","ecd-free"]}`
	r := w.post("m1", body)
	if r.Status != http.StatusAccepted || r.State != core.Queued || len(r.Desktops) != 9 {
		t.Errorf("answer: %d %s", r.Status, r.Text)
	}
	w.drain()
	wantOutcomes(t, w.onlyReport(), map[string]core.Code{"ecd-free": core.Stopped, "ecd-used": core.Connected, "ecd-who": core.ConnectionUnknown,
		"ecd-off": core.AlreadyStopped, "ecd-new": core.NotRunning, "ecd-pool": core.Stopped, "ecd-vault1": core.NotPermitted,
		"ecd-far": core.NotFound, "ecd-none": core.NotFound})
	if got := w.changed(); len(got) != 2 || got["ecd-free"] != 1 || got["ecd-pool"] != 1 {
		t.Errorf("changed %v", got)
	}
}

func TestNothingToStopEndsAtTheDoor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []ecd.Desktop{{Region: "cn-hangzhou", ID: "ecd-off", Status: ecd.Stopped}})
	r := w.post("m1", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-off"]}`)
	if r.Status != http.StatusOK || r.State != core.Finished || r.Report == nil {
		t.Fatalf("answer: %d %s", r.Status, r.Text)
	}
	wantOutcomes(t, *r.Report, map[string]core.Code{"ecd-off": core.AlreadyStopped})
	if len(w.FC.Tasks()) != 0 {
		t.Errorf("%d jobs for nothing", len(w.FC.Tasks()))
	}
}

func TestDryRunAndForce(t *testing.T) {
	t.Parallel()
	fleet := two()
	fleet[1].Connection = ecd.Connected
	w := newWorld(t, fleet)
	r := w.post("m1", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-b"],"DryRun":true}`)
	if r.Status != http.StatusOK || r.Report == nil {
		t.Fatalf("answer: %d %s", r.Status, r.Text)
	}
	wantOutcomes(t, *r.Report, map[string]core.Code{"ecd-a": core.WouldStop, "ecd-b": core.Connected})
	if len(w.stops()) != 0 {
		t.Error("a dry run called StopDesktops")
	}
	r = w.postWaiting("m2", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-b"],"Force":true}`)
	if r.Report == nil {
		t.Fatalf("answer: %d %s", r.Status, r.Text)
	}
	wantOutcomes(t, *r.Report, map[string]core.Code{"ecd-b": core.Connected}) // the webhook may not force
	w.tick("forced")
	w.drain()
	if got := w.changed(); got["ecd-b"] != 1 || got["ecd-a"] != 1 {
		t.Errorf("the timer that may force changed %v", got)
	}
}

func TestWaitAnswersTheReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two())
	r := w.postWaiting("m1", wholeAdmin)
	if r.Status != http.StatusOK || r.State != core.Finished || r.Report == nil || r.Header.Get("Preference-Applied") != "wait=30" {
		t.Fatalf("answer: %d %v %s", r.Status, r.Header, r.Text)
	}
	wantOutcomes(t, *r.Report, map[string]core.Code{"ecd-a": core.Stopped, "ecd-b": core.Stopped})
	w.drain()
	if len(w.stops()) != 1 {
		t.Errorf("%d StopDesktops calls, want 1", len(w.stops()))
	}
}

func TestClientLookup(t *testing.T) {
	body := `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"],"ClientId":"c"}`
	blind := func(w *world) {
		w.setRole(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["ecd:StopDesktops","oss:*","fc:*"],"Resource":"*"}]}`)
	}
	t.Run("refused where the role may not look", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, two())
		blind(w)
		w.post("m1", body)
		w.drain()
		r := w.onlyReport()
		wantOutcomes(t, r, map[string]core.Code{"ecd-a": core.NotTried})
		if !strings.Contains(r.Note, "DescribeDesktops") {
			t.Errorf("the note does not say what failed: %q", r.Note)
		}
	})
	t.Run("off", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, two(), withEnv(map[string]string{"ECD_CLIENT_LOOKUP": "off"}))
		blind(w)
		w.post("m1", body)
		w.drain()
		wantOutcomes(t, w.onlyReport(), map[string]core.Code{"ecd-a": core.Accepted})
		for _, c := range w.ECD.Calls() {
			if c.Operation != "StopDesktops" {
				t.Errorf("called %s although the deployment does not look", c.Operation)
			}
		}
	})
	t.Run("off, and the policy reads what only a look tells", func(t *testing.T) {
		const permit = `@id("p")
permit (principal is Sender, action in [Action::"submit", Action::"stop", Action::"read"], resource);
`
		for name, c := range map[string]struct {
			policy string
			want   core.Code
		}{
			"a tag":          {permit + `@id("f") forbid (principal, action == Action::"stop", resource) when { resource.hasTag("dept") && resource.getTag("dept") == "finance" };`, core.NotPermitted},
			"a name":         {permit + `@id("f") forbid (principal, action == Action::"stop", resource) when { resource.name like "prod-*" };`, core.NotPermitted},
			"an id":          {permit + `@id("f") forbid (principal, action == Action::"stop", resource) when { resource.id == "ecd-b" };`, core.Accepted},
			"another region": {permit + `@id("f") forbid (principal, action == Action::"stop", resource) when { resource.region != "cn-hangzhou" } when { resource.connected };`, core.Accepted},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, []ecd.Desktop{{Region: hangzhou, ID: "ecd-a", Name: "prod-ledger", Tags: map[string]string{"dept": "finance"}}},
					withConfig(t, map[string]string{"policy.cedar": c.policy}), withEnv(map[string]string{"ECD_CLIENT_LOOKUP": "off"}))
				w.post("m1", body)
				w.drain()
				wantOutcomes(t, w.onlyReport(), map[string]core.Code{"ecd-a": c.want})
				if called := len(w.stops()) > 0; called != (c.want == core.Accepted) {
					t.Errorf("StopDesktops was called: %t", called)
				}
			})
		}
	})
	t.Run("off, under a ceiling in percent", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, two(), withEnv(map[string]string{"ECD_CLIENT_LOOKUP": "off", "CEILING_WEBHOOK_PERCENT": "50"}))
		w.post("m1", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-b"],"ClientId":"c"}`)
		w.drain()
		r := w.onlyReport()
		wantOutcomes(t, r, map[string]core.Code{"ecd-a": core.NotTried, "ecd-b": core.NotTried})
		if want := "nobody knows how many are Running there"; r.Ending != core.EndedCeiling || !strings.Contains(r.Note, want) || len(w.stops()) != 0 {
			t.Errorf("%d calls, ending %q: %s", len(w.stops()), r.Ending, r.Note)
		}
	})
}

func TestPinnedContract(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two(), withConfig(t, nil), withEnv(map[string]string{"ECD_API": "client", "ECD_CLIENT_ID": "deployment"}))
	r := w.postWaiting("m1", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`)
	if r.Report == nil || r.Report.Contract != core.Client {
		t.Fatalf("answer: %d %s", r.Status, r.Text)
	}
	if c := w.stops()[0]; c.Version != ecd.VersionClient || c.Params.Get("ClientId") != "deployment" {
		t.Errorf("version %s, ClientId %q", c.Version, c.Params.Get("ClientId"))
	}
	r = w.post("m2", wholeAdmin)
	if r.Status != http.StatusBadRequest || len(r.Errors) != 1 || r.Errors[0].Field != "StoppedMode" {
		t.Errorf("a field of the other contract: %d %s", r.Status, r.Text)
	}
}

func TestTimersThatMustNotRun(t *testing.T) {
	for _, c := range []struct {
		name, timer, alarm string
		at                 time.Time
	}{
		{"not configured", "nobody", "timer_unknown", time.Now().Truncate(time.Minute)},
		{"off schedule", "yearly", "timer_off_schedule", time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)},
		{"late", "strict", "timer_late", time.Now().Truncate(time.Minute).Add(-5 * time.Minute)},
		{"early", "strict", "timer_off_schedule", time.Now().Add(time.Hour).Truncate(time.Minute)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, two())
			w.tickAt(c.timer, c.at)
			w.drain()
			if len(w.ECD.Calls()) != 0 {
				t.Errorf("%d calls reached the cloud", len(w.ECD.Calls()))
			}
			if log := w.FC.Logs("stopdesktops"); !strings.Contains(log, `"alarm":"`+c.alarm+`"`) {
				t.Errorf("no alarm %s", c.alarm)
			}
			for _, task := range w.FC.Tasks() {
				if len(task.Attempts) != 1 {
					t.Errorf("the tick was tried %d times", len(task.Attempts))
				}
			}
		})
	}
}

// tick fires a timer for the minute that has just begun.
func (w *world) tick(timer string) { w.tickAt(timer, time.Now().Truncate(time.Minute)) }

func (w *world) tickAt(timer string, at time.Time) {
	w.t.Helper()
	if err := w.FC.FireTimer("stopdesktops", timer, at); err != nil {
		w.t.Fatal(err)
	}
}
