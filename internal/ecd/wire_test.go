package ecd

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

// protocol are the parameters that belong to the RPC protocol and not to the
// operation.
var protocol = []string{"Action", "Format", "Version", "Timestamp", "SignatureNonce"}

func TestEveryParameterOnTheWire(t *testing.T) {
	everything := url.Values{
		"RegionId": {region}, "DesktopId.1": {"ecd-1"}, "DesktopId.2": {"ecd-2"}, "OsUpdate": {"true"},
		"ClientId": {"f4a0dc8e-1702-4728-9a60-95b27a350001"}, "ClientToken": {"6ce412a8-399f-49f9-9518-66ee028a0001"},
		"ClientOS": {"Windows_NT 10.0.18363 x64"}, "ClientVersion": {"2.1.0-R-20210731.151756"}, "Uuid": {"9d5c~1*é"},
		"LoginToken": {loginToken}, "SessionId": {sessionID}, "SessionToken": {sessionToken},
	}
	tests := []struct {
		name    string
		auth    ClientAuth
		call    core.StopCall
		version string
		scheme  sim.Scheme
		want    url.Values
	}{
		{"admin with everything", Signed, adminStop("ecd-1", "ecd-2"), "2020-09-30", sim.ACS3,
			url.Values{"RegionId": {region}, "DesktopId.1": {"ecd-1"}, "DesktopId.2": {"ecd-2"}, "OsUpdate": {"false"}, "StoppedMode": {"KeepCharging"}}},
		{"admin with the least", Signed, core.StopCall{Contract: core.Admin, RegionId: region, DesktopId: []string{"ecd-1"}}, "2020-09-30", sim.ACS3,
			url.Values{"RegionId": {region}, "DesktopId.1": {"ecd-1"}}},
		{"admin stays signed", Anonymous, adminStop("ecd-1"), "2020-09-30", sim.ACS3,
			url.Values{"RegionId": {region}, "DesktopId.1": {"ecd-1"}, "OsUpdate": {"false"}, "StoppedMode": {"KeepCharging"}}},
		{"client signed", "", clientStop("ecd-1", "ecd-2"), "2020-10-02", sim.ACS3, everything},
		{"client anonymous", Anonymous, clientStop("ecd-1", "ecd-2"), "2020-10-02", sim.Anonymous, everything},
		{"client with the least", Anonymous,
			core.StopCall{Contract: core.Client, RegionId: region, DesktopId: []string{"ecd-1"}, ClientId: "c", LoginToken: loginToken}, "2020-10-02", sim.Anonymous,
			url.Values{"RegionId": {region}, "DesktopId.1": {"ecd-1"}, "ClientId": {"c"}, "LoginToken": {loginToken}}},
		{"fields of the other contract stay out", Signed, mixed(core.Admin), "2020-09-30", sim.ACS3,
			url.Values{"RegionId": {region}, "DesktopId.1": {"ecd-1"}, "OsUpdate": {"true"}, "StoppedMode": {"StopCharging"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			c.add(t, "ecd-1", "ecd-2")
			server := httptest.NewServer(c)
			defer server.Close()
			client := c.client(t, Options{ClientAuth: tt.auth, Endpoint: server.URL, UserAgent: "stopdesktops/test"}, nil)

			requestID, err := client.Stop(background(t), tt.call)
			if err != nil {
				t.Fatal(err)
			}
			calls := c.Calls()
			if len(calls) != 1 {
				t.Fatalf("%d calls", len(calls))
			}
			got := calls[0]
			if got.Version != tt.version || got.Scheme != tt.scheme || got.Operation != "StopDesktops" || got.RequestID != requestID || got.Method != "POST" {
				t.Errorf("arrived as %s %s %s %s %s, answered %s", got.Method, got.Version, got.Operation, got.Scheme, got.RequestID, requestID)
			}
			if len(got.Body) != 0 {
				t.Error("the request has a body; its parameters belong in the query")
			}
			sent := got.Params
			if tt.scheme == sim.Anonymous {
				for _, name := range protocol {
					if !sent.Has(name) {
						t.Errorf("parameter %s of the protocol is missing", name)
					}
					sent.Del(name)
				}
			}
			for name, values := range sent {
				if tt.want.Get(name) != values[0] || len(values) != 1 || !tt.want.Has(name) {
					t.Errorf("%s arrived as %q, want %q", name, values, tt.want[name])
				}
			}
			for name := range tt.want {
				if !sent.Has(name) {
					t.Errorf("%s did not arrive", name)
				}
			}
			if len(got.Effect) == 0 {
				t.Error("nothing stopped")
			}
		})
	}
}

// mixed is a call with the fields of both contracts.
func mixed(c core.Contract) core.StopCall {
	s := clientStop("ecd-1")
	s.Contract, s.StoppedMode = c, "StopCharging"
	return s
}

func TestHeaders(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_USER_AGENT", "from-the-environment")
	var got http.Header
	c := newCloud(t, sim.Options{})
	client := c.client(t, Options{UserAgent: "stopdesktops/test", ClientAuth: Anonymous}, answering(func(req *http.Request) (*http.Response, error) {
		got = req.Header
		return inProcess{says(200, "application/json", `{"RequestId":"R-1"}`)}.RoundTrip(req)
	}))
	if _, err := client.Stop(background(t), clientStop("ecd-1")); err != nil {
		t.Fatal(err)
	}
	if agent := got["User-Agent"][0]; !endsWith(agent, " stopdesktops/test") {
		t.Errorf("user agent %q", agent)
	}
	for name := range got {
		switch name {
		case "Host", "User-Agent", "x-acs-version", "x-acs-action":
		default:
			t.Errorf("an anonymous request has header %s", name)
		}
	}

	if _, err := client.Stop(background(t), adminStop("ecd-1")); err != nil {
		t.Fatal(err)
	}
	arrived := http.Header{}
	for name, values := range got {
		arrived.Set(name, values[0])
	}
	if arrived.Get("X-Acs-Security-Token") != c.key.SecurityToken || arrived.Get("X-Acs-Accesskey-Id") != c.key.AccessKeyID || arrived.Get("Authorization") == "" {
		t.Error("a signed request does not carry the role's key and token")
	}
}

func endsWith(s, end string) bool { return len(s) >= len(end) && s[len(s)-len(end):] == end }

// TestNothingGoesOut lists the calls that must fail before the network.
func TestNothingGoesOut(t *testing.T) {
	many := make([]string, core.BatchMaxAdmin+1)
	for i := range many {
		many[i] = "ecd-1"
	}
	stops := map[string]func(*core.StopCall){
		"no desktop":            func(s *core.StopCall) { s.DesktopId = nil },
		"empty id":              func(s *core.StopCall) { s.DesktopId = []string{"ecd-1", ""} },
		"too many":              func(s *core.StopCall) { s.DesktopId = many },
		"too many for a client": func(s *core.StopCall) { *s = clientStop(many[:core.BatchMaxClient+1]...) },
		"no contract":           func(s *core.StopCall) { s.Contract = "" },
		"region that is a host": func(s *core.StopCall) { s.RegionId = "u@127.0.0.1:9/#" },
		"region with a path":    func(s *core.StopCall) { s.RegionId = "/x?" },
		"region not served":     func(s *core.StopCall) { s.RegionId = "cn-shanghai" },
		"no region":             func(s *core.StopCall) { s.RegionId = "" },
	}
	c := newCloud(t, sim.Options{})
	client := c.client(t, Options{}, answering(func(*http.Request) (*http.Response, error) {
		t.Error("a request went out")
		return nil, http.ErrHandlerTimeout
	}))
	for name, spoil := range stops {
		t.Run(name, func(t *testing.T) {
			s := adminStop("ecd-1")
			spoil(&s)
			_, err := client.Stop(background(t), s)
			if e := cloudError(t, err); e.Class != core.CloudBadRequest || e.MayHave || e.Text == "" {
				t.Errorf("got %+v", e)
			}
		})
	}
	for _, r := range []string{"", "cn-shanghai", "u@127.0.0.1:9/#", "cn-hangzhou\n"} {
		_, err := client.Look(background(t), r, []string{"ecd-1"})
		if e := cloudError(t, err); e.Class != core.CloudBadRequest {
			t.Errorf("region %q: got %+v", r, e)
		}
	}
	if _, err := client.Look(background(t), region, []string{"ecd-1", ""}); cloudError(t, err).Class != core.CloudBadRequest {
		t.Errorf("an empty id: %v", err)
	}
	if found, err := client.Look(background(t), region, nil); found != nil || err != nil {
		t.Errorf("a look at nothing: %v, %v", found, err)
	}
}
