package ecd

import (
	"maps"
	"slices"
	"testing"

	"stopdesktops/internal/sim/ram"
)

// The log and the counters tell which call went out on which contract, in
// which region, about which desktops.
func TestCallsAndTallies(t *testing.T) {
	c := newCloud(t, Options{LoginTokens: []EndUserToken{{Token: "v1-live", EndUserID: "alice"}}})
	if got := c.Tallies(); len(got) != 0 {
		t.Errorf("before any call: %v", got)
	}
	c.add(Desktop{ID: "ecd-a", EndUserIDs: []string{"alice"}}, Desktop{ID: "ecd-b"}, Desktop{ID: "ecd-c", Region: "cn-shanghai"})
	must(t)(c.describe(ids()))
	must(t)(c.describe(ids("ecd-a", "ecd-b")))
	must(t)(c.describe(params{"RegionId": "cn-shanghai", "DesktopId.1": "ecd-c"}))
	must(t)(c.admin("ListTagResources", tagging("ecd-b", "ecd-a")))
	must(t)(c.stopClient(ids("ecd-a").with(params{"ClientId": "client-1", "LoginToken": "v1-live"})))
	_, err := c.stopAdmin(ids("ecd-b", "ecd-404"))
	wantRefusal(t, err, "InvalidDesktopId.NotFound", 400)
	must(t)(c.stopAdmin(ids("ecd-b")))
	if _, err := c.rpc(ram.Credentials{}, "Anonymous", VersionClient, "NoSuchOperation", ids("ecd-b")); err == nil {
		t.Error("an unknown operation was answered")
	}

	want := map[TallyKey]Tally{
		{VersionAdmin, "DescribeDesktops", region}:        {Calls: 2, IDs: 2},
		{VersionAdmin, "DescribeDesktops", "cn-shanghai"}: {Calls: 1, IDs: 1},
		{VersionAdmin, "ListTagResources", region}:        {Calls: 1, IDs: 2},
		{VersionAdmin, "StopDesktops", region}:            {Calls: 2, IDs: 3},
		{VersionClient, "StopDesktops", region}:           {Calls: 1, IDs: 1},
	}
	got := c.Tallies()
	if !maps.Equal(got, want) {
		t.Errorf("tallies %v, want %v", got, want)
	}
	got[TallyKey{}] = Tally{Calls: 1}
	if !maps.Equal(c.Tallies(), want) {
		t.Error("a copy of the tallies is not a copy")
	}

	calls := c.Calls()
	for i, want := range []struct {
		region string
		ids    []string
	}{
		{region, nil}, {region, []string{"ecd-a", "ecd-b"}}, {"cn-shanghai", []string{"ecd-c"}}, {region, []string{"ecd-b", "ecd-a"}},
		{region, []string{"ecd-a"}}, {region, []string{"ecd-b", "ecd-404"}}, {region, []string{"ecd-b"}}, {region, []string{"ecd-b"}},
	} {
		if calls[i].Region != want.region || !slices.Equal(calls[i].IDs, want.ids) {
			t.Errorf("call %d went to %q about %v, want %q about %v", i, calls[i].Region, calls[i].IDs, want.region, want.ids)
		}
	}
	calls[1].IDs[0] = "changed in a copy"
	if c.Calls()[1].IDs[0] != "ecd-a" {
		t.Error("a copy of the log shares its ids")
	}
}
