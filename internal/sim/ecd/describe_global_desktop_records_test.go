package ecd

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// central is what the central endpoint for China regions is asked.
func central(desktops ...string) params {
	return ids(desktops...).with(params{"RegionId": "cn-shanghai"})
}

func (c *cloud) records(p params) map[string]any {
	c.t.Helper()
	return must(c.t)(c.admin("DescribeGlobalDesktopRecords", p))
}

func recordsOf(t *testing.T, answer map[string]any) (found []string) {
	t.Helper()
	for _, r := range rowsOf(t, answer, "Sessions") {
		found = append(found, r["DesktopId"].(string))
	}
	return found
}

func TestDescribeGlobalDesktopRecords(t *testing.T) {
	c := newCloud(t, Options{})
	now := c.freeze()
	created := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	c.add(
		Desktop{ID: "ecd-old", Created: created(9), LastStarted: now.Add(-time.Hour), OfficeSiteID: "dir-1", EndUserIDs: []string{"alice"}, Type: "eds.general.2c4g"},
		Desktop{ID: "ecd-new", Region: "cn-beijing", Created: created(1), LastStarted: now.Add(-3 * time.Hour), ChargeType: "PrePaid"},
		Desktop{ID: "ecd-pool", PoolID: "dg-1", Created: created(5), ResourceGroups: []ResourceGroup{{ID: "rg-1", Name: "g"}}},
		Desktop{ID: "ecd-off", Name: "build-1", Created: created(7), Status: Stopped, LastStarted: now.Add(-9 * time.Hour)},
		Desktop{ID: "ecd-gone", Created: created(8), Status: Deleted},
		Desktop{ID: "ecd-far", Region: "us-west-1", Created: created(2)},
		Desktop{ID: "ecd-farther", Region: "ap-southeast-1", Created: created(3)},
	)
	china := []string{"ecd-new", "ecd-pool", "ecd-off", "ecd-gone", "ecd-old"}
	abroad := params{"RegionId": "ap-southeast-1"}
	tests := []struct {
		name string
		p    params
		want []string
	}{
		{"all China regions, the newest first", central(), china},
		{"all others", abroad, []string{"ecd-far", "ecd-farther"}},
		{"by id in any region", central("ecd-old", "ecd-new", "ecd-404"), []string{"ecd-new", "ecd-old"}},
		{"by id at the wrong end", central("ecd-far"), nil},
		{"by the longest uptime", central().with(params{"OrderBy": "uptime", "SortType": "Desc"}), []string{"ecd-new", "ecd-old", "ecd-gone", "ecd-off", "ecd-pool"}},
		{"by the shortest uptime", central().with(params{"OrderBy": "uptime"}), []string{"ecd-gone", "ecd-off", "ecd-pool", "ecd-old", "ecd-new"}},
		{"by uptime, a page", central().with(params{"OrderBy": "uptime", "SortType": "Desc", "Scope": "ADVANCED", "PageNumber": "1", "PageSize": "2"}), []string{"ecd-new", "ecd-old"}},
		{"statuses", central().with(params{"DesktopStatusList.1": Stopped, "DesktopStatusList.2": Deleted}), []string{"ecd-off", "ecd-gone"}},
		{"not the deleted", central().with(params{"ExcludeDesktopStatusList.1": Deleted}), []string{"ecd-new", "ecd-pool", "ecd-off", "ecd-old"}},
		{"name", central().with(params{"DesktopName": "build"}), []string{"ecd-off"}},
		{"configuration", central().with(params{"DesktopType": "eds.general.2c4g"}), []string{"ecd-old"}},
		{"end user", central().with(params{"EndUserId": "alice"}), []string{"ecd-old"}},
		{"office", central().with(params{"OfficeSiteId": "dir-1"}), []string{"ecd-old"}},
		{"resource group", central().with(params{"ResourceGroupId": "rg-1"}), []string{"ecd-pool"}},
		{"way of paying", central().with(params{"SubPayType": "prePaid"}), []string{"ecd-new"}},
		{"second page", central().with(params{"PageNumber": "2", "PageSize": "2"}), china[2:4]},
		{"beyond the last page", central().with(params{"PageNumber": "9"}), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantIDs(t, "records", recordsOf(t, c.records(tt.p)), tt.want...)
		})
	}
	if got := c.records(central().with(params{"PageSize": "2"}))["TotalCount"]; fmt.Sprint(got) != "5" {
		t.Errorf("TotalCount %v", got)
	}
	for site, want := range map[Site][2]int{SiteByRegion: {5, 2}, SiteChina: {7, 0}, SiteInternational: {0, 7}} {
		c.Change(func(o *Options) { o.Site = site })
		if got := [2]int{len(recordsOf(t, c.records(central()))), len(recordsOf(t, c.records(abroad)))}; got != want {
			t.Errorf("site %d: Shanghai and Singapore know %v desktops, want %v", site, got, want)
		}
	}
}

// A deleted desktop is told of for three months.
func TestRecordsForgetTheDeleted(t *testing.T) {
	c := newCloud(t, Options{})
	c.add(Desktop{ID: "ecd-1"})
	c.ahead.Store(int64(-91 * 24 * time.Hour))
	c.Update(region, "ecd-1", func(d *Desktop) { d.Status = Deleted })
	c.ahead.Store(0)
	wantIDs(t, "records", recordsOf(t, c.records(central())))
	c.Update(region, "ecd-1", func(d *Desktop) { d.Status = Expired })
	c.Update(region, "ecd-1", func(d *Desktop) { d.Status = Deleted })
	wantIDs(t, "records", recordsOf(t, c.records(central())), "ecd-1")
}

func TestRecordFields(t *testing.T) {
	c := newCloud(t, Options{StopDuration: 10 * time.Second})
	now := c.freeze()
	c.add(
		Desktop{ID: "ecd-up", LastStarted: now.Add(-90*time.Minute - time.Millisecond), Connection: Connected, SessionLog: []SessionRecord{
			{EndUserID: "alice", Started: now.Add(-5 * time.Hour), Ended: now.Add(-4 * time.Hour)},
			{EndUserID: "alice", Started: now.Add(-time.Hour), IdleSince: now.Add(-119 * time.Second)},
			{EndUserID: "alice", Started: now.Add(time.Hour)},
		}},
		Desktop{ID: "ecd-unknown"},
		Desktop{ID: "ecd-off", Status: Stopped, LastStarted: now.Add(-time.Hour)},
	)
	c.pass(30 * time.Second)
	row := func(id, scope string) map[string]any {
		t.Helper()
		p := central(id)
		if scope != "" {
			p["Scope"] = scope
		}
		return rowsOf(t, c.records(p), "Sessions")[0]
	}
	r := row("ecd-up", "ADVANCED")
	for name, want := range map[string]any{
		"DesktopStatus": Running, "ConnectionStatus": Connected, "RegionId": region, "SubPayType": "postPaid",
		"UpTime": 5430.0, "SessionIdleTime": 2.0, "LatestConnectionTime": 3630.0, "TotalConnectionTime": 7230.0, "StatusChangeTime": nil,
	} {
		if r[name] != want {
			t.Errorf("%s is %v, want %v", name, r[name], want)
		}
	}
	absent := func(when string, r map[string]any, names ...string) {
		t.Helper()
		for _, name := range names {
			if v, ok := r[name]; ok {
				t.Errorf("%s: %s has %s %v", when, r["DesktopId"], name, v)
			}
		}
	}
	absent("last start not known, never used", row("ecd-unknown", "ADVANCED"), "UpTime", "SessionIdleTime", "LatestConnectionTime", "TotalConnectionTime")
	absent("not running", row("ecd-off", ""), "UpTime")
	plain := row("ecd-up", "")
	absent("without scope", plain, "LatestConnectionTime", "TotalConnectionTime")
	if plain["UpTime"] != 5430.0 || plain["SessionIdleTime"] != 2.0 {
		t.Errorf("without scope: %v", plain)
	}
	c.Change(func(o *Options) { o.RecordsNeedScope = true })
	absent("without the scope that is needed", row("ecd-up", ""), "UpTime", "SessionIdleTime")
	if r := row("ecd-up", "ADVANCED"); r["UpTime"] != 5430.0 || r["SessionIdleTime"] != 2.0 {
		t.Errorf("with the scope that is needed: %v", r)
	}

	must(t)(c.stopAdmin(ids("ecd-up")))
	stopping := now.Add(30 * time.Second)
	if r := row("ecd-up", "ADVANCED"); r["DesktopStatus"] != Stopping || r["StatusChangeTime"] != float64(stopping.UnixMilli()) {
		t.Errorf("just after the stop: %v", r)
	}
	c.pass(time.Minute)
	c.Change(func(o *Options) { o.StatusChangeUnit = time.Second })
	r = row("ecd-up", "ADVANCED")
	if r["DesktopStatus"] != Stopped || r["StatusChangeTime"] != float64(stopping.Add(10*time.Second).Unix()) {
		t.Errorf("after the stop: %v", r)
	}
	absent("stopped", r, "UpTime")
}

// Starting a desktop by hand is a start that is known.
func TestUpdateKnowsStarts(t *testing.T) {
	c := newCloud(t, Options{StartDuration: time.Minute})
	now := c.freeze()
	c.add(Desktop{ID: "ecd-1", Status: Stopped}, Desktop{ID: "ecd-2"})
	c.Update(region, "ecd-1", func(d *Desktop) { d.Status = Starting })
	c.Update(region, "ecd-2", func(d *Desktop) { d.Connection = Connected })
	c.pass(2 * time.Minute)
	if d, _ := c.Desktop(region, "ecd-1"); d.Status != Running || !d.LastStarted.Equal(now) {
		t.Errorf("ecd-1 is %s since %s, want %s", d.Status, d.LastStarted, now)
	}
	if d, _ := c.Desktop(region, "ecd-2"); !d.LastStarted.IsZero() {
		t.Errorf("ecd-2 was started at %s, want not known", d.LastStarted)
	}
	c.Update(region, "ecd-1", func(d *Desktop) { d.Status = Stopped })
	c.Update(region, "ecd-1", func(d *Desktop) { d.Status, d.LastStarted = Running, now.Add(-time.Hour) })
	if d, _ := c.Desktop(region, "ecd-1"); !d.LastStarted.Equal(now.Add(-time.Hour)) {
		t.Errorf("an edited start became %s", d.LastStarted)
	}
}

func TestRecordRefusals(t *testing.T) {
	c := newCloud(t, Options{})
	order := central().with(params{"OrderBy": "uptime"})
	for name, p := range map[string]params{
		"no region":           {},
		"a region":            ids(),
		"101 desktops":        central().with(numbered("DesktopId.%d", 101)),
		"way of paying":       central().with(params{"SubPayType": "PrePaid"}),
		"scope":               central().with(params{"Scope": "advanced"}),
		"order":               central().with(params{"OrderBy": "idle"}),
		"sort":                central().with(params{"OrderBy": "uptime", "SortType": "desc"}),
		"page too big":        central().with(params{"PageSize": "101"}),
		"a window":            central().with(params{"StartTime": "2026-03-01T08:31:00Z"}),
		"order and ids":       order.with(params{"DesktopId.1": "ecd-1"}),
		"order and statuses":  order.with(params{"DesktopStatusList.1": Running}),
		"order and name":      order.with(params{"DesktopName": "x"}),
		"order and end user":  order.with(params{"EndUserId": "alice"}),
		"order and not these": order.with(params{"ExcludeDesktopStatusList.1": Deleted}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.admin("DescribeGlobalDesktopRecords", p)
			code := "InvalidParameter"
			if name == "no region" {
				code = "MissingRegionId"
			}
			wantRefusal(t, err, code, 400)
		})
	}
}

// One id may live in two regions; the answer tells them apart.
func TestRecordsOfOneIDInTwoRegions(t *testing.T) {
	c := newCloud(t, Options{})
	c.add(Desktop{ID: "ecd-1"}, Desktop{ID: "ecd-1", Region: "cn-beijing"})
	var regions []string
	for _, r := range rowsOf(t, c.records(central("ecd-1")), "Sessions") {
		regions = append(regions, r["RegionId"].(string))
	}
	slices.Sort(regions)
	wantIDs(t, "regions", regions, "cn-beijing", region)
}
