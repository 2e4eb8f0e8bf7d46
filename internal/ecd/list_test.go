package ecd

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

// listed collects what List hands on.
func listed(t *testing.T, c *Client, narrow core.Narrow) ([]core.Desktop, error) {
	t.Helper()
	var all []core.Desktop
	err := c.List(t.Context(), region, narrow, func(page []core.Desktop) { all = append(all, page...) })
	return all, err
}

func idsOf(desktops []core.Desktop) string {
	var ids []string
	for _, d := range desktops {
		ids = append(ids, d.DesktopId)
	}
	return strings.Join(ids, " ")
}

func TestListReadsEveryPage(t *testing.T) {
	c := newCloud(t, sim.Options{PageScans: 70, GroupsOnRequest: true}) // short pages before the end
	for i := range 250 {
		d := sim.Desktop{Region: region, ID: fmt.Sprintf("ecd-%03d", i), Status: []string{"Running", "Stopped"}[i%2], ResourceGroups: []sim.ResourceGroup{{ID: "rg-1"}}}
		if i%10 == 0 {
			d.PoolID = "dg-1"
		}
		if err := c.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	all, err := listed(t, c.client(t, Options{}, inProcess{c}), core.Narrow{})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 250 || all[249].DesktopId != "ecd-249" {
		t.Errorf("%d desktops", len(all))
	}
	pooled := 0
	for _, d := range all {
		if d.DesktopGroupId == "dg-1" {
			pooled++
		}
		if !reflect.DeepEqual(d.ResourceGroupIds, []string{"rg-1"}) {
			t.Fatalf("%s is in %v", d.DesktopId, d.ResourceGroupIds)
		}
		if d.Status == "Running" && unsafe.StringData(d.Status) != unsafe.StringData(all[0].Status) {
			t.Fatal("a string that repeats is not shared")
		}
	}
	if pooled != 25 {
		t.Errorf("%d pooled desktops, want 25", pooled)
	}
	if call := c.Calls()[0].Params; call.Get("MaxResults") != "100" || call.Get("FilterDesktopGroup") != "false" || call.Get("FillResourceGroup") != "true" {
		t.Errorf("arrived as %v", call)
	}
}

func TestListNarrows(t *testing.T) {
	full := core.Narrow{
		Tag: []core.Tag{{Key: "env", Value: "dev"}, {Key: "team"}}, EndUserId: "alice", OfficeSiteId: "cn-hangzhou+dir-1",
		DesktopGroupId: "dg-1", ResourceGroupId: "rg-1", ChargeType: "PostPaid",
	}
	tests := []struct {
		name   string
		narrow core.Narrow
		want   map[string]string
	}{
		{"everything", full, map[string]string{"Tag.1.Key": "env", "Tag.1.Value": "dev", "Tag.2.Key": "team", "EndUserId.1": "alice",
			"OfficeSiteId": "cn-hangzhou+dir-1", "DesktopGroupId": "dg-1", "ResourceGroupId": "rg-1", "ChargeType": "PostPaid"}},
		{"nothing", core.Narrow{}, nil},
		{"values of one key", core.Narrow{Tag: []core.Tag{{Key: "env", Value: "dev"}, {Key: "team"}, {Key: "env", Value: "test"}}}, nil},
		{"a tag of the cloud", core.Narrow{Tag: []core.Tag{{Key: "acs:rm:rgId", Value: "rg-1"}}}, nil},
		{"a value that a filter cannot have", core.Narrow{Tag: []core.Tag{{Key: "owner", Value: "Aliyun"}}}, nil},
		{"too many tags", core.Narrow{Tag: manyTags(filterTags + 1)}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			if _, err := listed(t, c.client(t, Options{}, inProcess{c}), tt.narrow); err != nil {
				t.Fatal(err)
			}
			sent := c.Calls()[0].Params
			for _, always := range []string{"RegionId", "MaxResults", "FilterDesktopGroup", "FillResourceGroup"} {
				sent.Del(always)
			}
			got := map[string]string{}
			for name := range sent {
				got[name] = sent.Get(name)
			}
			if len(got) != len(tt.want) || len(got) > 0 && !reflect.DeepEqual(got, tt.want) {
				t.Errorf("sent %v, want %v", got, tt.want)
			}
		})
	}
}

func manyTags(n int) []core.Tag {
	tags := make([]core.Tag, n)
	for i := range tags {
		tags[i].Key = "key-" + strconv.Itoa(i)
	}
	return tags
}

func TestListEnds(t *testing.T) {
	tests := []struct {
		name string
		next func(token string) map[string]any
		want string // ids, or a word of the error
		fail bool
	}{
		{"one that moved is handed on once", func(token string) map[string]any {
			return map[string]map[string]any{
				"":  {"Desktops": running("ecd-1", "ecd-2"), "NextToken": "a"},
				"a": {"Desktops": running(), "NextToken": "b"},
				"b": {"Desktops": running("ecd-2", "ecd-3", "")},
			}[token]
		}, "ecd-1 ecd-2 ecd-3", false},
		{"the same token again", func(string) map[string]any {
			return map[string]any{"Desktops": running("ecd-1"), "NextToken": "a"}
		}, "same page token", true},
		{"no end", func(token string) map[string]any {
			n, _ := strconv.Atoi(token)
			return map[string]any{"Desktops": running(), "NextToken": strconv.Itoa(n + 1)}
		}, "more pages", true},
		{"no list", func(string) map[string]any { return map[string]any{"RequestId": "R"} }, "could not be read", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			calls := 0
			client := c.client(t, Options{}, inProcess{pagesOf(func(token string) map[string]any { calls++; return tt.next(token) })})
			all, err := listed(t, client, core.Narrow{})
			if calls > listPages {
				t.Errorf("%d calls", calls)
			}
			if tt.fail {
				if e := cloudError(t, err); e.Class != core.CloudUnclear || e.Op != opDescribe || !strings.Contains(e.Text, tt.want) {
					t.Errorf("got %+v, want an unclear error about %q", e, tt.want)
				}
				return
			}
			if err != nil || idsOf(all) != tt.want {
				t.Errorf("got %s and %v, want %s", idsOf(all), err, tt.want)
			}
		})
	}
}

// TestDescribedInCoresWords covers what the vendor's samples write for nothing.
func TestDescribedInCoresWords(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct{ name, body string }{
		{"the word null", `{"DesktopId":"ecd-1","DesktopName":"null","DesktopGroupId":"null","OfficeSiteId":"null","DesktopType":"null","ChargeType":"null",
			"ConnectionStatus":"null","DesktopStatus":"null","ManagementFlag":"null","ManagementFlags":["NoFlag","null",""],"EndUserIds":["null",""],
			"ResourceGroups":[{"Id":"null"},{}],"DesktopDurationList":[],"Tags":null}`},
		{"null", `{"DesktopId":"ecd-1","DesktopName":"null","DesktopGroupId":null,"OfficeSiteId":null,"DesktopType":null,"ManagementFlag":null,"ManagementFlags":null,
			"EndUserIds":null,"ResourceGroups":null,"DesktopDurationList":null,"Tags":[]}`},
		{"NoFlag", `{"DesktopId":"ecd-1","DesktopName":"null","ManagementFlag":"NoFlag","Tags":[]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, ok := readPage([]byte(`{"Desktops":[` + tt.body + `]}`))
			if !ok {
				t.Fatal("not read")
			}
			got, untold := p.desktops(nil, region, now, nil, newShared())
			want := []core.Desktop{{RegionId: region, DesktopId: "ecd-1", DesktopName: "null", SeenAt: now}}
			if !reflect.DeepEqual(got, want) || len(untold) != 0 {
				t.Errorf("got %+v and untold %v", got, untold)
			}
		})
	}
	p, _ := readPage([]byte(`{"Desktops":[{"DesktopId":"ecd-1","ManagementFlag":"Migrating","ManagementFlags":["NoFlag"],"DesktopDurationList":[{"PackageType":"x"}]}]}`))
	got, untold := p.desktops(nil, region, now, nil, newShared())
	if !reflect.DeepEqual(got[0].ManagementFlags, []string{"Migrating"}) || !got[0].HourPackage || len(untold) != 1 {
		t.Errorf("got %+v, untold %v", got[0], untold)
	}
}

func TestRunning(t *testing.T) {
	c := newCloud(t, sim.Options{})
	for i := range 7 {
		if err := c.Add(sim.Desktop{Region: region, ID: fmt.Sprint("ecd-", i), Status: []string{"Running", "Stopped"}[i/5], PoolID: []string{"", "dg-1"}[i%2]}); err != nil {
			t.Fatal(err)
		}
	}
	n, err := c.client(t, Options{}, inProcess{c}).Running(t.Context(), region)
	if n != 5 || err != nil || len(c.Calls()) != 1 || c.Calls()[0].Params.Get("MaxResults") != "1" {
		t.Errorf("%d running, %v, after %d calls", n, err, len(c.Calls()))
	}
	for _, body := range []string{`{"RequestId":"R","Desktops":[]}`, `{"TotalCount":null}`, `{"TotalCount":-1}`, `{"TotalCount":0,"Desktops":[{}]}`, `{"TotalCount":"many"}`, `<html>`, ``} {
		n, err := c.client(t, Options{}, inProcess{says(200, "application/json", body)}).Running(t.Context(), region)
		if e := cloudError(t, err); e.Class != core.CloudUnclear || n != 0 || e.MayHave {
			t.Errorf("%s: got %d and %+v", body, n, e)
		}
	}
}

// TestTenThousandDesktops is the size that a List must carry.
func TestTenThousandDesktops(t *testing.T) {
	body := func(n int) http.HandlerFunc {
		return pagesOf(func(token string) map[string]any {
			first, _ := strconv.Atoi(token)
			var list []json.RawMessage
			for i := range 100 {
				list = append(list, json.RawMessage(fmt.Sprintf(`{"DesktopId":"ecd-%05d","DesktopStatus":"Running","ConnectionStatus":"Disconnected","ChargeType":"PostPaid",
					"EndUserIds":["user-%d"],"Tags":[{"Key":"env","Value":"dev"},{"Key":"asset","Value":"%d"}],"OfficeSiteId":"cn-hangzhou+dir-1"}`, first+i, first+i, first+i)))
			}
			page := map[string]any{"Desktops": list, "TotalCount": n}
			if first+100 < n {
				page["NextToken"] = strconv.Itoa(first + 100)
			}
			return page
		})
	}
	c := newCloud(t, sim.Options{})
	count, buffer := 0, (*core.Desktop)(nil)
	err := c.client(t, Options{}, inProcess{body(10_000)}).List(t.Context(), region, core.Narrow{}, func(page []core.Desktop) {
		if buffer != nil && &page[0] != buffer {
			t.Error("a page has a slice of its own")
		}
		buffer = &page[0]
		count += len(page)
	})
	if err != nil || count != 10_000 {
		t.Errorf("%d desktops, %v", count, err)
	}
}
