package ecd

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

func TestLookSeesWhatTheCloudSees(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := newCloud(t, sim.Options{})
	if err := c.Add(
		sim.Desktop{Region: region, ID: "ecd-1", Name: "Alice's desktop", Connection: "Connected", EndUserIDs: []string{"alice", "bob"},
			ManagementFlags: []string{"Updating", "SomethingNew"}, ChargeType: "PostPaid", OfficeSiteID: "cn-hangzhou+dir-1", Tags: map[string]string{"team": "red", "": "x"},
			Type: "eds.general.2c4g", ResourceGroups: []sim.ResourceGroup{{ID: "rg-1", Name: "finance"}}, Durations: []sim.DurationPackage{{PackageType: "hours", Total: time.Hour}}},
		sim.Desktop{Region: region, ID: "ecd-pooled", PoolID: "dg-1", Status: "SomeNewStatus", Connection: "Disconnecting"},
		sim.Desktop{Region: region, ID: "ecd-other"},
		sim.Desktop{Region: "cn-shanghai", ID: "ecd-elsewhere"},
	); err != nil {
		t.Fatal(err)
	}
	client := c.client(t, Options{Now: func() time.Time { return now }}, inProcess{c})
	got, err := client.Look(background(t), region, []string{"ecd-pooled", "ecd-missing", "ecd-1", "ecd-elsewhere", "ecd-1"})
	if err != nil {
		t.Fatal(err)
	}
	want := []core.Desktop{
		{RegionId: region, DesktopId: "ecd-pooled", DesktopName: "ecd-pooled", Status: "SomeNewStatus", Connection: "Disconnecting", ChargeType: "PostPaid", DesktopGroupId: "dg-1", SeenAt: now, DesktopType: "ecd.basic.large"},
		{RegionId: region, DesktopId: "ecd-1", DesktopName: "Alice's desktop", Status: "Running", Connection: "Connected", EndUserIds: []string{"alice", "bob"},
			ManagementFlags: []string{"Updating", "SomethingNew"}, ChargeType: "PostPaid", OfficeSiteId: "cn-hangzhou+dir-1", Tags: map[string]string{"team": "red", "": "x"}, SeenAt: now,
			DesktopType: "eds.general.2c4g", ResourceGroupIds: []string{"rg-1"}, HourPackage: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	call := c.Calls()[0]
	for name, value := range map[string]string{"MaxResults": "100", "FilterDesktopGroup": "false", "RegionId": region, "DesktopId.1": "ecd-pooled", "DesktopId.4": "ecd-elsewhere"} {
		if got := call.Params.Get(name); got != value {
			t.Errorf("%s arrived as %q, want %q", name, got, value)
		}
	}
	if call.Params.Has("DesktopId.5") || call.Params.Has("NextToken") || call.Scheme != sim.ACS3 || call.Version != "2020-09-30" {
		t.Errorf("arrived as %v %s %s", call.Params, call.Scheme, call.Version)
	}
}

func TestThousandDesktopsAreSixtyCalls(t *testing.T) {
	c := newCloud(t, sim.Options{})
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = fmt.Sprintf("ecd-%04d", i)
	}
	c.add(t, ids...)
	client := c.client(t, Options{}, inProcess{c})
	found, err := client.Look(background(t), region, ids)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1000 || found[999].DesktopId != "ecd-0999" || len(c.Calls()) != 10 {
		t.Errorf("%d desktops in %d calls, want 1000 in 10", len(found), len(c.Calls()))
	}
	for chunk := range slices.Chunk(ids, core.BatchDefault) {
		if _, err := client.Stop(background(t), adminStop(chunk...)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(c.Calls()); n > 60 {
		t.Errorf("%d calls", n)
	}
}

// pagesOf answers DescribeDesktops with what next says for the page token.
func pagesOf(next func(token string) map[string]any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(next(r.URL.Query().Get("NextToken")))
	}
}

func running(ids ...string) []map[string]any {
	list := []map[string]any{}
	for _, id := range ids {
		list = append(list, map[string]any{"DesktopId": id, "DesktopStatus": "Running", "Tags": nil})
	}
	return list
}

func TestPages(t *testing.T) {
	ids := []string{"ecd-1", "ecd-2", "ecd-3"}
	tests := []struct {
		name string
		next func(token string) map[string]any
		want string // ids found, or a word of the error
		fail bool
	}{
		{"one by one", func(token string) map[string]any {
			n, _ := strconv.Atoi(token)
			page := map[string]any{"RequestId": "R", "Desktops": running(ids[n])}
			if n < 2 {
				page["NextToken"] = strconv.Itoa(n + 1)
			}
			return page
		}, "ecd-1 ecd-2 ecd-3", false},
		{"an empty page between", func(token string) map[string]any {
			return map[string]map[string]any{
				"":  {"Desktops": running("ecd-3"), "NextToken": "a"},
				"a": {"Desktops": running(), "NextToken": "b"},
				"b": {"Desktops": running("ecd-1"), "NextToken": ""},
			}[token]
		}, "ecd-1 ecd-3", false},
		{"more than was asked for", func(string) map[string]any {
			return map[string]any{"Desktops": running("ecd-9", "ecd-2", "")}
		}, "ecd-2", false},
		{"nothing", func(string) map[string]any { return map[string]any{"TotalCount": 0} }, "", false},
		{"the same token again", func(string) map[string]any {
			return map[string]any{"Desktops": running("ecd-1"), "NextToken": "a"}
		}, "same page token", true},
		{"no end", func(token string) map[string]any {
			return map[string]any{"Desktops": running(), "NextToken": token + "a"}
		}, "more pages", true},
		{"no list", func(string) map[string]any { return map[string]any{"RequestId": "R"} }, "could not be read", true},
		{"no list but a count", func(string) map[string]any { return map[string]any{"TotalCount": 3} }, "could not be read", true},
		{"another type", func(string) map[string]any { return map[string]any{"Desktops": "none"} }, "could not be read", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			calls := 0
			client := c.client(t, Options{}, inProcess{pagesOf(func(token string) map[string]any { calls++; return tt.next(token) })})
			found, err := client.Look(background(t), region, ids)
			if calls > len(ids)+1 {
				t.Errorf("%d calls for %d desktops", calls, len(ids))
			}
			if tt.fail {
				if e := cloudError(t, err); e.Class != core.CloudUnclear || !strings.Contains(e.Text, tt.want) || e.MayHave || found != nil {
					t.Errorf("got %+v and %v, want an unclear error about %q", e, found, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range found {
				got = append(got, d.DesktopId)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("found %v, want %s", got, tt.want)
			}
		})
	}
}

// TestOneBadIDDoesNotSinkALook covers a cloud that refuses unknown ids in place
// of leaving them out.
func TestOneBadIDDoesNotSinkALook(t *testing.T) {
	calls := 0
	strict := func(w http.ResponseWriter, r *http.Request) {
		calls++
		var asked []string
		for name, values := range r.URL.Query() {
			if strings.HasPrefix(name, "DesktopId.") {
				asked = append(asked, values[0])
			}
		}
		if slices.Contains(asked, "ecd-bad") {
			says(400, "application/json", `{"Code":"InvalidDesktopId.NotFound","Message":"no ecd-bad","RequestId":"R"}`)(w, r)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"Desktops": running(asked...)})
	}
	c := newCloud(t, sim.Options{})
	client := c.client(t, Options{}, inProcess{http.HandlerFunc(strict)})
	ids := []string{"ecd-1", "ecd-2", "ecd-3", "ecd-bad", "ecd-5"}
	found, err := client.Look(background(t), region, ids)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 4 || calls > 7 {
		t.Errorf("found %d in %d calls, want 4 in at most 7", len(found), calls)
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add([]byte(`{"RequestId":"R","Desktops":[{"DesktopId":"ecd-1","DesktopStatus":"Running","Tags":[{"Key":"a","Value":"b"}]}],"NextToken":"x"}`))
	f.Add([]byte(`{"desktops":[null,{}],"totalCount":0}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, ok := readPage(body)
		if !ok {
			return
		}
		list, untold := p.desktops(nil, region, time.Time{}, []core.Tag{{Key: "a"}}, newShared())
		for _, i := range untold {
			if i >= len(list) {
				t.Errorf("desktop %d of %d is untold", i, len(list))
			}
		}
		for _, d := range list {
			if d.DesktopId == "" || d.RegionId != region {
				t.Errorf("a desktop without id or region: %+v", d)
			}
		}
	})
}
