package ecd

import (
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	sim "stopdesktops/internal/sim/ecd"
)

func TestUptime(t *testing.T) {
	c := newCloud(t, sim.Options{RecordsNeedScope: true})
	now := time.Now()
	if err := c.Add(
		sim.Desktop{Region: region, ID: "ecd-1", LastStarted: now.Add(-3*time.Hour - 500*time.Millisecond)},
		sim.Desktop{Region: region, ID: "ecd-unknown"},
		sim.Desktop{Region: region, ID: "ecd-stopped", Status: "Stopped", LastStarted: now.Add(-time.Hour)},
		sim.Desktop{Region: region, ID: "ecd-norow", LastStarted: now.Add(-time.Hour), Flaws: sim.NoRecord},
		sim.Desktop{Region: "ap-northeast-1", ID: "ecd-far", LastStarted: now.Add(-2*time.Hour - 500*time.Millisecond)},
	); err != nil {
		t.Fatal(err)
	}
	client := c.client(t, Options{}, inProcess{c})
	client.regions = []string{region, "ap-northeast-1"} // and neither central region
	for from, want := range map[string]struct {
		central string
		up      map[string]time.Duration
	}{
		region:           {"cn-shanghai", map[string]time.Duration{"ecd-1": 3 * time.Hour}},
		"ap-northeast-1": {"ap-southeast-1", map[string]time.Duration{"ecd-far": 2 * time.Hour}},
	} {
		got, err := client.Uptime(t.Context(), from, []string{"ecd-1", "ecd-unknown", "ecd-stopped", "ecd-norow", "ecd-missing", "ecd-far"})
		for id := range got {
			got[id] = got[id].Truncate(time.Minute)
		}
		if err != nil || !maps.Equal(got, want.up) {
			t.Errorf("%s: got %v and %v, want %v", from, got, err, want.up)
		}
		calls := c.Calls()
		if call := calls[len(calls)-1]; call.Params.Get("RegionId") != want.central {
			t.Errorf("%s: asked %s", from, call.Params.Get("RegionId"))
		}
	}
}

func TestUptimeRows(t *testing.T) {
	tests := []struct {
		name, row string
		want      time.Duration
		none      bool
	}{
		{"seconds", `"UpTime":86400`, 24 * time.Hour, false},
		{"just started", `"UpTime":0,"DesktopStatus":"Running","RegionId":"cn-hangzhou"`, 0, false},
		{"no time", `"DesktopStatus":"Running"`, 0, true},
		{"null", `"UpTime":null`, 0, true},
		{"negative", `"UpTime":-1`, 0, true},
		{"since the epoch, in milliseconds", `"UpTime":1772366400000`, 0, true},
		{"of a desktop that does not run", `"UpTime":60,"DesktopStatus":"Stopped"`, 0, true},
		{"of another region", `"UpTime":60,"RegionId":"cn-beijing"`, 0, true},
		{"the later start", `"UpTime":7200},{"DesktopId":"ecd-1","UpTime":60`, time.Minute, false},
		{"two rows that disagree", `"UpTime":60},{"DesktopId":"ecd-1","DesktopStatus":"Stopped"`, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := `{"TotalCount":` + strconv.Itoa(strings.Count(tt.row, "},{")+1) + `,"Sessions":[{"DesktopId":"ecd-1",` + tt.row + `}]}`
			client := newCloud(t, sim.Options{}).client(t, Options{}, inProcess{says(200, "application/json", body)})
			got, err := client.Uptime(t.Context(), region, []string{"ecd-1"})
			up, known := got["ecd-1"]
			if err != nil || known == tt.none || up != tt.want {
				t.Errorf("got %v and %v, want %s", got, err, tt.want)
			}
		})
	}
}

func TestCentral(t *testing.T) {
	client, err := New(Options{
		Regions:   []string{"cn-hangzhou", "cn-hongkong", "ap-northeast-1", "eu-central-1"},
		Endpoints: map[string]string{"cn-shanghai": "https://ecd-center.example.com"},
		Central:   map[string]string{"eu-central-1": "cn-shanghai"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string]place{
		"cn-hangzhou":    {"https", "ecd-center.example.com"},
		"cn-hongkong":    {"https", "ecd-center.example.com"},
		"ap-northeast-1": {"https", "ecd.ap-southeast-1.aliyuncs.com"},
		"eu-central-1":   {"https", "ecd-center.example.com"},
	} {
		if _, got, failed := client.centralOf(opRecords, region); failed != nil || got != want {
			t.Errorf("%s: got %v %v, want %v", region, got, failed, want)
		}
	}
	for _, region := range []string{"cn-shanghai", "u@host/#", ""} {
		if _, got, failed := client.centralOf(opRecords, region); failed == nil {
			t.Errorf("%q, which is not served, is answered by %v", region, got)
		}
	}
	if _, failed := client.place(opDescribe, "cn-shanghai"); failed == nil {
		t.Error("a central region's desktops can be reached although the deployment does not serve them")
	}
}
