package ecd

import (
	"fmt"
	"testing"
	"time"

	"stopdesktops/internal/sim/ram"
)

func TestAdminStop(t *testing.T) {
	c := newCloud(t, Options{StopDuration: 30 * time.Second})
	c.add(
		Desktop{ID: "ecd-1", Connection: Connected, Sessions: []Session{{EndUserID: "alice"}}},
		Desktop{ID: "ecd-2"},
		Desktop{ID: "ecd-3"},
		Desktop{ID: "ecd-1", Region: "cn-shanghai"},
	)
	given := ids("ecd-1", "ecd-2").with(params{"StoppedMode": "KeepCharging", "OsUpdate": "true", "CreateSnapshot": "false", "PatchId": "KB5082063"})
	answer := must(t)(c.stopAdmin(given))

	call := c.lastCall()
	for name, value := range given {
		if got := call.Params[name]; len(got) != 1 || got[0] != value {
			t.Errorf("parameter %s arrived as %q, want %q", name, got, value)
		}
	}
	if call.Version != VersionAdmin || call.Operation != "StopDesktops" || call.Scheme != ACS3 || call.Method != "POST" ||
		call.AccessKeyID != c.key.AccessKeyID || call.Role != "stopper" || call.RequestID != answer["RequestId"] ||
		!call.Done || call.Status != 200 || call.Code != "" {
		t.Errorf("logged %+v", call)
	}
	wantIDs(t, "effect", call.Effect, "ecd-1", "ecd-2")
	if len(answer) != 1 {
		t.Errorf("the answer holds more than the request id: %v", answer)
	}

	d, _ := c.Desktop(region, "ecd-1")
	if d.Status != Stopping || d.StoppedMode != "KeepCharging" || d.Connection != Disconnected || d.Sessions != nil {
		t.Errorf("after the call: %+v", d)
	}
	c.pass(29 * time.Second)
	if got := c.status("ecd-2"); got != Stopping {
		t.Errorf("before its time ecd-2 is %s", got)
	}
	c.pass(2 * time.Second)
	for id, want := range map[string]string{"ecd-1": Stopped, "ecd-2": Stopped, "ecd-3": Running} {
		if got := c.status(id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if d, _ := c.Desktop("cn-shanghai", "ecd-1"); d.Status != Running {
		t.Errorf("the namesake in another region is %s", d.Status)
	}
}

func TestAdminStopIsAtOnceByDefault(t *testing.T) {
	c := newCloud(t, Options{})
	c.add(Desktop{ID: "ecd-1"}, Desktop{ID: "ecd-2", StopTakes: time.Minute})
	must(t)(c.stopAdmin(ids("ecd-1", "ecd-2")))
	if d, _ := c.Desktop(region, "ecd-1"); d.Status != Stopped || d.StoppedMode != StopCharging {
		t.Errorf("ecd-1 is %s with mode %s", d.Status, d.StoppedMode)
	}
	if got := c.status("ecd-2"); got != Stopping {
		t.Errorf("ecd-2 is %s", got)
	}
}

func TestAdminStopRefusals(t *testing.T) {
	c := newCloud(t, Options{MaxStopAdmin: 3})
	c.add(Desktop{ID: "ecd-1"}, Desktop{ID: "ecd-2"}, Desktop{ID: "ecd-3"}, Desktop{ID: "ecd-4"})
	good := ids("ecd-1", "ecd-2")
	tests := []struct {
		name string
		p    params
		code string
	}{
		{"no region", good.without("RegionId"), "MissingRegionId"},
		{"empty region", good.with(params{"RegionId": ""}), "MissingRegionId"},
		{"unknown region", good.with(params{"RegionId": "cn-atlantis"}), "InvalidRegionId.NotFound"},
		{"no desktop", ids(), "MissingDesktopId"},
		{"empty desktop", good.with(params{"DesktopId.2": ""}), "MissingDesktopId"},
		{"list without number", ids().with(params{"DesktopId": "ecd-1"}), "MissingDesktopId"},
		{"list from zero", good.with(params{"DesktopId.0": "ecd-3"}), "InvalidParameter"},
		{"list with a gap", good.with(params{"DesktopId.4": "ecd-3"}), "InvalidParameter"},
		{"id twice", ids("ecd-1", "ecd-1"), "InvalidParameter"},
		{"too many", ids("ecd-1", "ecd-2", "ecd-3", "ecd-4"), "InvalidParameter"},
		{"boolean", good.with(params{"OsUpdate": "yes"}), "InvalidParameter"},
		{"boolean in capitals", good.with(params{"OsUpdate": "True"}), "InvalidParameter"},
		{"empty boolean", good.with(params{"OsUpdate": ""}), "InvalidParameter"},
		{"stopped mode", good.with(params{"StoppedMode": "Keep"}), "InvalidParameter"},
		{"misspelt", good.with(params{"StopedMode": "KeepCharging"}), "InvalidParameter"},
		{"of the other version", good.with(params{"ClientToken": "t"}), "InvalidParameter"},
		{"protocol parameter beside headers", good.with(params{"Action": "StopDesktops"}), "InvalidParameter"},
		{"format", good.with(params{"Format": "XML"}), "InvalidParameter"},
		{"unknown desktop", good.with(params{"DesktopId.3": "ecd-404"}), "InvalidDesktopId.NotFound"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.stopAdmin(tt.p)
			wantRefusal(t, err, tt.code, 400)
			call := c.lastCall()
			if call.Code != tt.code || call.Status != 400 || call.Effect != nil {
				t.Errorf("logged %+v", call)
			}
		})
	}
	for _, d := range c.Desktops() {
		if d.Status != Running {
			t.Errorf("%s is %s after refusals only", d.ID, d.Status)
		}
	}
}

func TestErrorBody(t *testing.T) {
	c := newCloud(t, Options{})
	_, err := c.stopAdmin(ids("ecd-404"))
	data := refusalOf(t, err).data
	id := c.lastCall().RequestID
	want := map[string]any{
		"RequestId": id, "HostId": c.endpoint, "Code": "InvalidDesktopId.NotFound", "Message": "The specified DesktopId is not found.",
		"Recommend": "https://api.alibabacloud.com/troubleshoot?product=ecd&q=InvalidDesktopId.NotFound&requestId=" + id,
	}
	for name, value := range want {
		if fmt.Sprint(data[name]) != fmt.Sprint(value) {
			t.Errorf("%s is %v, want %v", name, data[name], value)
		}
	}
}

func TestAdminStopAtTheDocumentedLimit(t *testing.T) {
	c := newCloud(t, Options{})
	var all []string
	for i := range DefaultMaxStopAdmin + 1 {
		id := fmt.Sprintf("ecd-%d", i)
		all = append(all, id)
		c.add(Desktop{ID: id})
	}
	_, err := c.stopAdmin(ids(all...))
	wantRefusal(t, err, "InvalidParameter", 400)
	must(t)(c.stopAdmin(ids(all[:DefaultMaxStopAdmin]...)))
	if got := len(c.lastCall().Effect); got != DefaultMaxStopAdmin {
		t.Errorf("stopped %d, want %d", got, DefaultMaxStopAdmin)
	}
}

func TestStopPolicies(t *testing.T) {
	const bad, off = "ecd-404", "ecd-off"
	tests := []struct {
		name       string
		badID      BadIDPolicy
		notRunning NotRunningPolicy
		ids        []string
		code       string
		effect     []string
	}{
		{"bad id fails the call", BadIDFailsCall, NotRunningFailsCall, []string{"ecd-1", bad, "ecd-2"}, "InvalidDesktopId.NotFound", nil},
		{"bad id is ignored", BadIDIgnored, NotRunningFailsCall, []string{"ecd-1", bad, "ecd-2"}, "", []string{"ecd-1", "ecd-2"}},
		{"bad id alone is ignored", BadIDIgnored, NotRunningFailsCall, []string{bad}, "", nil},
		{"bad id fails the call after others", BadIDFailsCallAfterOthers, NotRunningFailsCall, []string{"ecd-1", bad, "ecd-2"}, "InvalidDesktopId.NotFound", []string{"ecd-1", "ecd-2"}},
		{"stopped fails the call", BadIDFailsCall, NotRunningFailsCall, []string{"ecd-1", off}, "IncorrectDesktopStatus", nil},
		{"stopped is ignored", BadIDFailsCall, NotRunningIgnored, []string{"ecd-1", off}, "", []string{"ecd-1"}},
		{"both", BadIDFailsCall, NotRunningFailsCall, []string{bad, off}, "InvalidDesktopId.NotFound", nil},
		{"both ignored", BadIDIgnored, NotRunningIgnored, []string{bad, off, "ecd-1"}, "", []string{"ecd-1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t, Options{BadID: tt.badID, NotRunning: tt.notRunning})
			c.add(Desktop{ID: "ecd-1"}, Desktop{ID: "ecd-2"}, Desktop{ID: off, Status: Stopped})
			_, err := c.stopAdmin(ids(tt.ids...))
			if tt.code != "" {
				wantRefusal(t, err, tt.code, 400)
			} else if err != nil {
				t.Fatal(err)
			}
			wantIDs(t, "effect", c.lastCall().Effect, tt.effect...)
			stopped := map[string]bool{}
			for _, id := range tt.effect {
				stopped[id] = true
			}
			for _, id := range []string{"ecd-1", "ecd-2"} {
				if got := c.status(id) == Stopped; got != stopped[id] {
					t.Errorf("%s is %s", id, c.status(id))
				}
			}
		})
	}
}

func TestOnlyRunningStops(t *testing.T) {
	for _, status := range []string{Pending, Starting, Stopping, Stopped, Rebuilding, Expired, Deleted, "FotaUpdating"} {
		c := newCloud(t, Options{})
		c.add(Desktop{ID: "ecd-1", Status: status})
		_, err := c.stopAdmin(ids("ecd-1"))
		wantRefusal(t, err, "IncorrectDesktopStatus", 400)
		if got := c.status("ecd-1"); got != status {
			t.Errorf("a refused stop changed %s to %s", status, got)
		}
	}
}

func TestPermissions(t *testing.T) {
	c := newCloud(t, Options{})
	c.add(Desktop{ID: "ecd-1"})
	c.authority.AddUser("alice", "LTAI-alice", "secret", ram.Policy{Version: "1", Statement: []ram.Statement{
		// RAM knows no single desktops: a resource narrower than "*" gives nothing.
		{Effect: "Allow", Action: []string{"ecd:*"}, Resource: []string{"acs:ecd:*:*:desktop/ecd-1"}},
	}})
	for name, tt := range map[string]struct {
		key       ram.Credentials
		principal string
	}{
		"role without rights":  {c.issue("nobody"), "AssumedRoleUser"},
		"user with a resource": {ram.Credentials{AccessKeyID: "LTAI-alice", AccessKeySecret: "secret"}, "SubUser"},
	} {
		for _, action := range []string{"StopDesktops", "DescribeDesktops"} {
			_, err := c.acs3(tt.key, VersionAdmin, action, ids("ecd-1"))
			wantRefusal(t, err, "NoPermission", 403)
			denied := refusalOf(t, err).denied
			if denied["AuthAction"] != "ecd:"+action || denied["AuthPrincipalType"] != tt.principal || denied["NoPermissionType"] == "" ||
				denied["PolicyType"] == "" || denied["EncodedDiagnosticMessage"] == "" {
				t.Errorf("%s, %s: detail %v", name, action, denied)
			}
		}
	}
	if got := c.status("ecd-1"); got != Running {
		t.Errorf("ecd-1 is %s", got)
	}
}

func TestCredentials(t *testing.T) {
	c := newCloud(t, Options{})
	c.add(Desktop{ID: "ecd-1"})
	other := c.issue("stopper")
	expired := c.issue("stopper")
	c.authority.Expire(expired.AccessKeyID)
	tests := []struct {
		name   string
		change func(*ram.Credentials)
		code   string
		status int
	}{
		{"unknown key", func(k *ram.Credentials) { k.AccessKeyID += "x" }, "InvalidAccessKeyId.NotFound", 404},
		{"wrong secret", func(k *ram.Credentials) { k.AccessKeySecret += "x" }, "SignatureDoesNotMatch", 400},
		{"no token", func(k *ram.Credentials) { k.SecurityToken = "" }, "MissingSecurityToken", 400},
		{"token of another key", func(k *ram.Credentials) { k.SecurityToken = other.SecurityToken }, "InvalidSecurityToken.MismatchWithAccessKey", 400},
		{"expired", func(k *ram.Credentials) { *k = expired }, "InvalidSecurityToken.Expired", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			key := c.key
			tt.change(&key)
			_, err := c.acs3(key, VersionAdmin, "StopDesktops", ids("ecd-1"))
			wantRefusal(t, err, tt.code, tt.status)
			_, err = c.rpc(key, "AK", VersionAdmin, "StopDesktops", ids("ecd-1"))
			wantRefusal(t, err, tt.code, tt.status)
			if call := c.lastCall(); call.AccessKeyID != "" || call.Role != "" {
				t.Errorf("an unproven key is logged as the caller: %+v", call)
			}
		})
	}
	_, err := c.rpc(ram.Credentials{}, "Anonymous", VersionAdmin, "StopDesktops", ids("ecd-1"))
	wantRefusal(t, err, "MissingAccessKeyId", 400)
	if got := c.status("ecd-1"); got != Running {
		t.Errorf("ecd-1 is %s", got)
	}
	must(t)(c.rpc(c.key, "AK", VersionAdmin, "StopDesktops", ids("ecd-1")))
	if call := c.lastCall(); call.Scheme != V1 || call.Role != "stopper" {
		t.Errorf("logged %+v", call)
	}
}
