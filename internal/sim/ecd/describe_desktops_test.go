package ecd

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
)

// pages reads every page and returns the ids in the order given.
func (c *cloud) pages(p params) (found []string, calls int) {
	c.t.Helper()
	token := ""
	for {
		page := p
		if token != "" {
			page = p.with(params{"NextToken": token})
		}
		answer := must(c.t)(c.describe(page))
		found = append(found, desktopsOf(c.t, answer)...)
		calls++
		next, _ := answer["NextToken"].(string)
		if next == "" {
			return found, calls
		}
		if next == token {
			c.t.Fatalf("page %d repeats its own token", calls)
		}
		token = next
	}
}

func TestDescribePages(t *testing.T) {
	c := newCloud(t, Options{})
	var all []string
	for i := range 25 {
		id := fmt.Sprintf("ecd-%02d", i)
		all = append(all, id)
		c.add(Desktop{ID: id}, Desktop{ID: id, Region: "cn-shanghai"})
	}
	tests := []struct {
		name  string
		p     params
		calls int
	}{
		{"default is ten", ids(), 3},
		{"one each", ids().with(params{"MaxResults": "1"}), 25},
		{"just all", ids().with(params{"MaxResults": "25"}), 1},
		{"the gateway's maximum", ids().with(params{"MaxResults": "1000"}), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, calls := c.pages(tt.p)
			wantIDs(t, "desktops", found, all...)
			if calls != tt.calls {
				t.Errorf("%d calls, want %d", calls, tt.calls)
			}
		})
	}
	answer := must(t)(c.describe(ids().with(params{"MaxResults": "2"})))
	if fmt.Sprint(answer["TotalCount"]) != "25" {
		t.Errorf("TotalCount is %v", answer["TotalCount"])
	}
	if got := must(t)(c.describe(ids().with(params{"MaxResults": "25"})))["NextToken"]; got != "" {
		t.Errorf("an only page has the token %q, want an empty one", got)
	}
	token := answer["NextToken"].(string)
	last := must(t)(c.describe(ids().with(params{"MaxResults": "100", "NextToken": token})))
	if _, ok := last["NextToken"]; ok {
		t.Error("a last page has a token")
	}
	c.add(Desktop{ID: "ecd-t1", Tags: map[string]string{"env": ""}}, Desktop{ID: "ecd-t2", Tags: map[string]string{"env": ""}})
	anyEnv := must(t)(c.describe(ids().with(params{"MaxResults": "1", "Tag.1.Key": "env"})))["NextToken"].(string)
	for name, p := range map[string]params{
		"foreign filter": ids().with(params{"NextToken": token, "DesktopStatus": Running}),
		"foreign region": {"RegionId": "cn-shanghai", "NextToken": token},
		"foreign tag":    ids().with(params{"NextToken": token, "Tag.1.Key": "env"}),
		"foreign value":  ids().with(params{"NextToken": anyEnv, "Tag.1.Key": "env", "Tag.1.Value": ""}),
		"not a token":    ids().with(params{"NextToken": "2"}),
		"cut":            ids().with(params{"NextToken": token[:len(token)-2]}),
	} {
		_, err := c.describe(p)
		if r := refusalOf(t, err); r.code != "InvalidParameter" {
			t.Errorf("%s: %s", name, r.code)
		}
	}
}

// Desktops that join or leave a search between its pages neither shift the
// others nor show them twice.
func TestPagesOfAChangingFleet(t *testing.T) {
	c := newCloud(t, Options{})
	for i := range 4 {
		c.add(Desktop{ID: fmt.Sprintf("ecd-%d", i)})
	}
	p := ids().with(params{"MaxResults": "2", "DesktopStatus": Running})
	first := must(t)(c.describe(p))
	wantIDs(t, "first page", desktopsOf(t, first), "ecd-0", "ecd-1")
	must(t)(c.stopAdmin(ids("ecd-0", "ecd-1")))
	c.add(Desktop{ID: "ecd-new"})
	second := must(t)(c.describe(p.with(params{"NextToken": first["NextToken"].(string)})))
	wantIDs(t, "second page", desktopsOf(t, second), "ecd-2", "ecd-3")
}

func TestDescribeFilters(t *testing.T) {
	c := newCloud(t, Options{})
	c.add(
		Desktop{ID: "ecd-dev", Name: "dev-alice", Tags: map[string]string{"env": "dev", "team": "a"}, EndUserIDs: []string{"alice"}, OfficeSiteID: "cn-hangzhou+dir-1"},
		Desktop{ID: "ecd-prod", Name: "prod-bob", Tags: map[string]string{"env": "prod"}, EndUserIDs: []string{"bob"}, Status: Stopped, ChargeType: "PrePaid"},
		Desktop{ID: "ecd-pool", PoolID: "dg-1", Tags: map[string]string{"env": "dev"}, EndUserIDs: []string{"bob"}},
		Desktop{ID: "ecd-empty", Tags: map[string]string{"env": ""}, ResourceGroups: []ResourceGroup{{ID: "rg-1", Name: "g"}}},
	)
	all := []string{"ecd-dev", "ecd-prod", "ecd-empty"}
	pooled := params{"FilterDesktopGroup": "false"}
	tests := []struct {
		name string
		p    params
		want []string
	}{
		{"pooled machines are left out", params{}, all},
		{"pooled machines are asked for", pooled, []string{"ecd-dev", "ecd-prod", "ecd-pool", "ecd-empty"}},
		{"a pool", pooled.with(params{"DesktopGroupId": "dg-1"}), []string{"ecd-pool"}},
		{"a pool, with pooled machines left out", params{"DesktopGroupId": "dg-1"}, nil},
		{"by id", params{"DesktopId.1": "ecd-prod", "DesktopId.2": "ecd-dev"}, []string{"ecd-dev", "ecd-prod"}},
		{"an id twice", params{"DesktopId.1": "ecd-prod", "DesktopId.2": "ecd-prod"}, []string{"ecd-prod"}},
		{"unknown id", params{"DesktopId.1": "ecd-404"}, nil},
		{"known and unknown id", params{"DesktopId.1": "ecd-404", "DesktopId.2": "ecd-dev"}, []string{"ecd-dev"}},
		{"pooled id", params{"DesktopId.1": "ecd-pool"}, nil},
		{"pooled id asked for", pooled.with(params{"DesktopId.1": "ecd-pool"}), []string{"ecd-pool"}},
		{"pool is ignored beside ids", pooled.with(params{"DesktopId.1": "ecd-dev", "DesktopGroupId": "dg-1"}), []string{"ecd-dev"}},
		{"status", params{"DesktopStatus": Stopped}, []string{"ecd-prod"}},
		{"name in part", params{"DesktopName": "dev"}, []string{"ecd-dev"}},
		{"tag", params{"Tag.1.Key": "env", "Tag.1.Value": "dev"}, []string{"ecd-dev"}},
		{"tag, any value", params{"Tag.1.Key": "env"}, all},
		{"tag, empty value", params{"Tag.1.Key": "env", "Tag.1.Value": ""}, []string{"ecd-empty"}},
		{"all tags", params{"Tag.1.Key": "env", "Tag.1.Value": "dev", "Tag.2.Key": "team", "Tag.2.Value": "b"}, nil},
		{"office", params{"OfficeSiteId": "cn-hangzhou+dir-1"}, []string{"ecd-dev"}},
		{"end user", params{"EndUserId.1": "carol", "EndUserId.2": "bob"}, []string{"ecd-prod"}},
		{"charge type", params{"ChargeType": "PrePaid"}, []string{"ecd-prod"}},
		{"resource group", params{"ResourceGroupId": "rg-1"}, []string{"ecd-empty"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := must(t)(c.describe(ids().with(tt.p)))
			wantIDs(t, "desktops", desktopsOf(t, answer), tt.want...)
			if fmt.Sprint(answer["TotalCount"]) != fmt.Sprint(len(tt.want)) {
				t.Errorf("TotalCount %v", answer["TotalCount"])
			}
			if _, ok := answer["Desktops"].([]any); !ok {
				t.Errorf("Desktops is %v, want a list", answer["Desktops"])
			}
		})
	}
}

func TestDescribeRefusals(t *testing.T) {
	c := newCloud(t, Options{})
	over := ids()
	for i := range maxDescribeIDs + 1 {
		over[fmt.Sprintf("DesktopId.%d", i+1)] = fmt.Sprintf("ecd-%d", i)
	}
	tests := []struct {
		name string
		p    params
		code string
	}{
		{"no region", params{}, "MissingRegionId"},
		{"too many ids", over, "InvalidParameter"},
		{"page of none", ids().with(params{"MaxResults": "0"}), "InvalidParameter"},
		{"page too big", ids().with(params{"MaxResults": "1001"}), "InvalidParameter"},
		{"page not a number", ids().with(params{"MaxResults": "ten"}), "InvalidParameter"},
		{"boolean", ids().with(params{"FilterDesktopGroup": "no"}), "InvalidParameter"},
		{"charge type", ids().with(params{"ChargeType": "Free"}), "InvalidParameter"},
		{"tag without key", ids().with(params{"Tag.1.Value": "dev"}), "MissingTag.1.Key"},
		{"tag misspelt", ids().with(params{"Tag.1.Key": "env", "Tag.1.Val": "dev"}), "InvalidParameter"},
		{"misspelt", ids().with(params{"DesktopIds.1": "ecd-1"}), "InvalidParameter"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.describe(tt.p)
			wantRefusal(t, err, tt.code, 400)
		})
	}
}

func TestDescribeFields(t *testing.T) {
	c := newCloud(t, Options{})
	at := time.Date(2026, 3, 1, 8, 31, 7, 0, time.UTC)
	full := Desktop{
		ID: "ecd-full", Name: "alice's", Status: Running, Connection: Connected,
		Sessions:   []Session{{EndUserID: "alice", ExternalUserName: "Alice", Established: at}},
		EndUserIDs: []string{"alice"}, ManagementFlags: []string{"UnderMaintenance", "Updating"}, ChargeType: "PrePaid",
		Durations: []DurationPackage{{PackageType: "120h", Total: 120 * time.Hour, Used: time.Hour, UsedUp: "Shutdown"}},
		Tags:      map[string]string{"env": "dev", "a": "b"}, OfficeSiteID: "cn-hangzhou+dir-1", OfficeSiteName: "hq",
		ResourceGroups: []ResourceGroup{{ID: "rg-1", Name: "g"}}, Type: "ecd.graphics.x", OSType: "Linux",
		Created: at, FirstStarted: at, Expires: at, PoolID: "dg-1",
	}
	c.add(full)
	views := desktopViews(t, must(t)(c.describe(ids("ecd-full").with(params{"FilterDesktopGroup": "false"}))))
	when := quirksOf("ecd-full").time(at)
	want := map[string]any{
		"DesktopId": "ecd-full", "DesktopName": "alice's", "DesktopStatus": "Running", "ConnectionStatus": "Connected",
		"Sessions":   []any{map[string]any{"EndUserId": "alice", "ExternalUserName": "Alice", "EstablishmentTime": when}},
		"EndUserIds": []any{"alice"}, "ManagementFlag": "Updating", "ManagementFlags": []any{"UnderMaintenance", "Updating"}, "ChargeType": "PrePaid",
		"DesktopDurationList": []any{map[string]any{"PackageType": "120h", "PackageUsedUpStrategy": "Shutdown", "TotalDuration": 432000.0, "UsedDuration": 3600.0}},
		"Tags":                []any{map[string]any{"Key": "a", "Value": "b"}, map[string]any{"Key": "env", "Value": "dev"}},
		"OfficeSiteId":        "cn-hangzhou+dir-1", "OfficeSiteName": "hq", "DirectoryId": "cn-hangzhou+dir-1",
		"ResourceGroups": []any{map[string]any{"Id": "rg-1", "Name": "g"}}, "DesktopType": "ecd.graphics.x", "OsType": "Linux",
		"CreationTime": when, "StartTime": when, "StandardStartTime": "2026-03-01T08:31:07Z", "ExpiredTime": when, "DesktopGroupId": "dg-1",
		"SessionType": "SINGLE_SESSION", "ProtocolType": "ASP", "DataDiskSize": "null", "GpuDriverVersion": "null",
	}
	if !reflect.DeepEqual(views[0], want) {
		t.Errorf("got  %v\nwant %v", views[0], want)
	}
}

// A fleet shows every way in which the service writes the same fact.
func TestDescribeQuirks(t *testing.T) {
	c := newCloud(t, Options{})
	at := time.Date(2026, 3, 1, 8, 31, 7, 0, time.UTC)
	for i := range 32 {
		c.add(Desktop{ID: fmt.Sprintf("ecd-%d", i), Created: at})
	}
	seen := map[string]bool{}
	for _, d := range desktopViews(t, must(t)(c.describe(ids().with(params{"MaxResults": "100"})))) {
		seen[fmt.Sprint("Created ", d["CreationTime"])] = true
		seen[fmt.Sprintf("Tags %#v", d["Tags"])] = true
		seen[fmt.Sprintf("Flags %#v", d["ManagementFlags"])] = true
		seen[fmt.Sprintf("Started %#v", d["StartTime"])] = true
		seen[fmt.Sprintf("Pool %#v", d["DesktopGroupId"])] = true
	}
	var got []string
	for s := range seen {
		got = append(got, s)
	}
	slices.Sort(got)
	want := []string{
		"Created 2026-03-01T08:31:07Z", "Created 2026-03-01T08:31Z",
		"Flags <nil>", `Flags []interface {}{"NoFlag"}`, "Flags []interface {}{}",
		"Pool <nil>", "Started <nil>", "Tags <nil>", "Tags []interface {}{}",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Every hundredth desktop of a big fleet matches, so each page searches the
// whole region and the official client, which is slow at parsing, parses little.
func TestBigFleet(t *testing.T) {
	const size = 20_000
	c := newCloud(t, Options{})
	desktops := make([]Desktop, size)
	var want []string
	for i := range desktops {
		desktops[i] = Desktop{Region: region, ID: fmt.Sprintf("ecd-%05d", i), Tags: map[string]string{"env": "prod"}}
		if i%100 == 99 {
			desktops[i].Tags["env"] = "dev"
			want = append(want, desktops[i].ID)
		}
	}
	c.add(desktops...)
	found, calls := c.pages(ids().with(params{"MaxResults": "20", "Tag.1.Key": "env", "Tag.1.Value": "dev"}))
	wantIDs(t, "desktops", found, want...)
	if calls != 10 {
		t.Errorf("%d calls", calls)
	}
	must(t)(c.stopAdmin(ids(want[:100]...)))
	must(t)(c.stopAdmin(ids(want[100:]...)))
	stopped := 0
	for _, d := range c.Desktops() {
		if d.Status == Stopped {
			stopped++
		}
	}
	if stopped != len(want) {
		t.Errorf("%d stopped, want %d", stopped, len(want))
	}
}
