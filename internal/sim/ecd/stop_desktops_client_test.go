package ecd

import (
	"strings"
	"testing"
	"time"
)

// everyParam is the parameter table of StopDesktops 2020-10-02.
var everyParam = ids("ecd-1", "ecd-2").with(params{
	"ClientId":      "f4a0dc8e-1702-4728-9a60-95b27a350001",
	"SessionId":     "cd45e873-650d-4d70-acb9-f99618700001",
	"LoginToken":    "v18101-alice",
	"ClientOS":      "Windows_NT 10.0.18363 x64",
	"ClientVersion": "2.1.0-R-20210731.151756",
	"ClientToken":   "6ce412a8-399f-49f9-9518-66ee028a0001",
	"SessionToken":  "04b7b80a-session-of-alice",
	"OsUpdate":      "false",
	"Uuid":          "uuid-1",
})

func clientCloud(t *testing.T, o Options) *cloud {
	o.LoginTokens = append(o.LoginTokens, EndUserToken{Token: "v18101-alice", EndUserID: "alice", Expires: time.Now().Add(5 * time.Minute)})
	o.SessionTokens = append(o.SessionTokens, EndUserToken{Token: "04b7b80a-session-of-alice", EndUserID: "alice"})
	c := newCloud(t, o)
	c.add(
		Desktop{ID: "ecd-1", EndUserIDs: []string{"alice"}},
		Desktop{ID: "ecd-2", EndUserIDs: []string{"bob", "alice"}},
		Desktop{ID: "ecd-bob", EndUserIDs: []string{"bob"}},
	)
	return c
}

func TestClientStop(t *testing.T) {
	calls := map[Scheme]func(*cloud, params) (map[string]any, error){
		Anonymous: (*cloud).stopClient,
		V1: func(c *cloud, p params) (map[string]any, error) {
			return c.rpc(c.key, "AK", VersionClient, "StopDesktops", p)
		},
		ACS3: func(c *cloud, p params) (map[string]any, error) {
			return c.acs3(c.key, VersionClient, "StopDesktops", p)
		},
	}
	for scheme, stop := range calls {
		t.Run(string(scheme), func(t *testing.T) {
			c := clientCloud(t, Options{})
			answer := must(t)(stop(c, everyParam))
			call := c.lastCall()
			for name, value := range everyParam {
				if got := call.Params[name]; len(got) != 1 || got[0] != value {
					t.Errorf("parameter %s arrived as %q, want %q", name, got, value)
				}
			}
			if call.Version != VersionClient || call.Scheme != scheme || call.RequestID != answer["RequestId"] {
				t.Errorf("logged %+v", call)
			}
			if signed := scheme != Anonymous; signed != (call.Role == "stopper") {
				t.Errorf("role %q for %s", call.Role, scheme)
			}
			wantIDs(t, "effect", call.Effect, "ecd-1", "ecd-2")
			if d, _ := c.Desktop(region, "ecd-1"); d.Status != Stopped || d.StoppedMode != "" {
				t.Errorf("ecd-1 is %s, mode %q", d.Status, d.StoppedMode)
			}
		})
	}
}

func TestClientStopNeedsAnEndUser(t *testing.T) {
	const tokens = "LoginToken SessionToken"
	tests := []struct {
		name string
		p    params
		pass time.Duration
		code string // empty: success
	}{
		{"both tokens", everyParam, 0, ""},
		{"login token", everyParam.without("SessionToken"), 0, ""},
		{"session token", everyParam.without("LoginToken"), 0, ""},
		{"neither", everyParam.without(strings.Fields(tokens)...), 0, "InvalidLoginToken"},
		{"empty", everyParam.with(params{"LoginToken": ""}).without("SessionToken"), 0, "InvalidLoginToken"},
		{"unknown", everyParam.with(params{"LoginToken": "v1"}).without("SessionToken"), 0, "InvalidLoginToken"},
		{"of the other kind", everyParam.with(params{"LoginToken": "04b7b80a-session-of-alice"}).without("SessionToken"), 0, "InvalidLoginToken"},
		{"expired", everyParam.without("SessionToken"), 6 * time.Minute, "InvalidLoginToken"},
		{"somebody else's desktop", everyParam.with(params{"DesktopId.2": "ecd-bob"}), 0, "InvalidDesktopId.NotFound"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := clientCloud(t, Options{})
			c.pass(tt.pass)
			_, err := c.stopClient(tt.p)
			if tt.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wantRefusal(t, err, tt.code, 400)
			if got := c.status("ecd-1"); got != Running {
				t.Errorf("ecd-1 is %s", got)
			}
		})
	}
	t.Run("another code", func(t *testing.T) {
		c := clientCloud(t, Options{LoginRefusal: "LoginTokenExpired"})
		_, err := c.stopClient(everyParam.without(strings.Fields(tokens)...))
		wantRefusal(t, err, "LoginTokenExpired", 400)
	})
}

func TestSignatureSuffices(t *testing.T) {
	asked := ids("ecd-1", "ecd-bob").with(params{"ClientId": "c"})
	c := clientCloud(t, Options{})
	_, err := c.acs3(c.key, VersionClient, "StopDesktops", asked)
	wantRefusal(t, err, DefaultLoginRefusal, 400)

	c.Change(func(o *Options) { o.SignatureSuffices = true })
	_, err = c.stopClient(asked)
	wantRefusal(t, err, DefaultLoginRefusal, 400)
	_, err = c.acs3(c.issue("nobody"), VersionClient, "StopDesktops", asked)
	wantRefusal(t, err, "NoPermission", 403)
	_, err = c.acs3(c.key, VersionClient, "StopDesktops", asked.with(params{"LoginToken": "wrong"}))
	wantRefusal(t, err, DefaultLoginRefusal, 400)
	must(t)(c.acs3(c.key, VersionClient, "StopDesktops", asked))
	wantIDs(t, "effect", c.lastCall().Effect, "ecd-1", "ecd-bob")
}

func TestClientStopRefusals(t *testing.T) {
	c := clientCloud(t, Options{MaxStopClient: 2})
	tests := []struct {
		name string
		p    params
		code string
	}{
		{"no region", everyParam.without("RegionId"), "MissingRegionId"},
		{"no client", everyParam.without("ClientId"), "MissingClientId"},
		{"no desktop", everyParam.without("DesktopId.1", "DesktopId.2"), "MissingDesktopId"},
		{"boolean", everyParam.with(params{"OsUpdate": "1"}), "InvalidParameter"},
		{"of the other version", everyParam.with(params{"StoppedMode": "StopCharging"}), "InvalidParameter"},
		{"too many", everyParam.with(params{"DesktopId.3": "ecd-bob"}), "InvalidParameter"},
		{"unknown region", everyParam.with(params{"RegionId": "cn-atlantis"}), "InvalidRegionId.NotFound"},
		{"long client token", everyParam.with(params{"ClientToken": strings.Repeat("a", 65)}), "InvalidClientToken.Malformed"},
		{"client token not ASCII", everyParam.with(params{"ClientToken": "töken"}), "InvalidClientToken.Malformed"},
		{"client token with a line break", everyParam.with(params{"ClientToken": "a\nb"}), "InvalidClientToken.Malformed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.stopClient(tt.p)
			wantRefusal(t, err, tt.code, 400)
		})
	}
	if got := c.status("ecd-1"); got != Running {
		t.Errorf("ecd-1 is %s", got)
	}
	must(t)(c.stopClient(everyParam.with(params{"ClientToken": strings.Repeat("a", 64)})))
}

func TestIdempotence(t *testing.T) {
	c := clientCloud(t, Options{SignatureSuffices: true})
	first := must(t)(c.stopClient(everyParam))
	c.Update(region, "ecd-1", func(d *Desktop) { d.Status = Running })

	again := must(t)(c.stopClient(everyParam))
	if again["RequestId"] != first["RequestId"] {
		t.Errorf("request id %v, want the first one's %v", again["RequestId"], first["RequestId"])
	}
	if call := c.lastCall(); call.Effect != nil || call.RequestID != first["RequestId"] {
		t.Errorf("the repetition is logged as %+v", call)
	}
	if got := c.status("ecd-1"); got != Running {
		t.Errorf("the repetition had an effect: ecd-1 is %s", got)
	}

	for name, other := range map[string]params{
		"fewer ids":        everyParam.without("DesktopId.2"),
		"another order":    everyParam.with(params{"DesktopId.1": "ecd-2", "DesktopId.2": "ecd-1"}),
		"another flag":     everyParam.with(params{"OsUpdate": "true"}),
		"flag left out":    everyParam.without("OsUpdate"),
		"another client":   everyParam.with(params{"ClientId": "other"}),
		"session left out": everyParam.without("SessionId"),
	} {
		_, err := c.stopClient(other)
		if r := refusalOf(t, err); r.code != "IdempotentParameterMismatch" || r.status != 400 {
			t.Errorf("%s: got %s (%d)", name, r.code, r.status)
		}
	}
	_, err := c.stopClient(everyParam.without("LoginToken", "SessionToken"))
	wantRefusal(t, err, DefaultLoginRefusal, 400) // a repetition has to be allowed, too

	must(t)(c.stopClient(ids("ecd-1").with(params{"ClientId": "c", "LoginToken": "v18101-alice", "ClientToken": "second"})))
	wantIDs(t, "effect of another token", c.lastCall().Effect, "ecd-1")

	c.pass(DefaultClientTokenLife)
	c.Update(region, "ecd-1", func(d *Desktop) { d.Status = Running })
	c.Update(region, "ecd-2", func(d *Desktop) { d.Status = Running })
	late := must(t)(c.stopClient(everyParam))
	if late["RequestId"] == first["RequestId"] {
		t.Error("a token is remembered beyond its life")
	}
	wantIDs(t, "effect after the token's life", c.lastCall().Effect, "ecd-1", "ecd-2")
}

func TestRefusedTokenMayBeUsedAgain(t *testing.T) {
	c := clientCloud(t, Options{})
	c.Update(region, "ecd-2", func(d *Desktop) { d.Status = Starting })
	_, err := c.stopClient(everyParam)
	wantRefusal(t, err, "IncorrectDesktopStatus", 400)
	c.Update(region, "ecd-2", func(d *Desktop) { d.Status = Running })
	must(t)(c.stopClient(everyParam))
	wantIDs(t, "effect", c.lastCall().Effect, "ecd-1", "ecd-2")
}
