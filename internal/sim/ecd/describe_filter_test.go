package ecd

import (
	"fmt"
	"strings"
	"testing"
)

func TestDescribeMoreFilters(t *testing.T) {
	c := newCloud(t, Options{})
	c.add(
		Desktop{ID: "ecd-a", OfficeSiteID: "cn-hangzhou+dir-1", OfficeSiteName: "hq", Tags: map[string]string{"env": "dev", "team": "a"}, EndUserIDs: []string{"alice", "bob"}},
		Desktop{ID: "ecd-b", Status: Stopped, ChargeType: "PrePaid", ManagementFlags: []string{"UnderMaintenance", "Updating"}, OSType: "Linux", Type: "eds.general.2c4g"},
		Desktop{ID: "ecd-c", Status: Stopping, ChargeType: "PrePaid", Durations: []DurationPackage{{PackageType: "120h"}}, ManagementFlags: []string{"Hibernated"}},
		Desktop{ID: "ecd-d", Durations: []DurationPackage{{PackageType: "250h"}}, SubPayType: SubPayPostPaid, Tags: map[string]string{"env": "prod"}, ManagementFlags: []string{noFlag}},
		Desktop{ID: "ecd-p", PoolID: "dg-1", EndUserIDs: []string{"bob"}},
		Desktop{ID: "ecd-q", PoolID: "dg-2", Durations: []DurationPackage{{PackageType: "250h"}}},
	)
	pooled := params{"FilterDesktopGroup": "false"}
	tests := []struct {
		name string
		p    params
		want []string
	}{
		{"one of the statuses", params{"DesktopStatusList.1": Stopped, "DesktopStatusList.2": Stopping}, []string{"ecd-b", "ecd-c"}},
		{"status and statuses", params{"DesktopStatusList.1": Stopped, "DesktopStatusList.2": Stopping, "DesktopStatus": Stopping}, []string{"ecd-c"}},
		{"only pooled", pooled.with(params{"OnlyDesktopGroup": "true"}), []string{"ecd-p", "ecd-q"}},
		{"only pooled, with pooled left out", params{"OnlyDesktopGroup": "true"}, nil},
		{"one pool", pooled.with(params{"DesktopGroupId": "dg-2"}), []string{"ecd-q"}},
		{"directory is the office network", params{"DirectoryId": "cn-hangzhou+dir-1"}, []string{"ecd-a"}},
		{"office network's name", params{"OfficeSiteName": "hq"}, []string{"ecd-a"}},
		{"any of the end users", pooled.with(params{"EndUserId.1": "alice", "EndUserId.2": "bob"}), []string{"ecd-a", "ecd-p"}},
		{"not those of an end user", pooled.with(params{"ExcludedEndUserId.1": "alice"}), []string{"ecd-b", "ecd-c", "ecd-d", "ecd-p", "ecd-q"}},
		{"by month without limit", params{"SubPayType": "prePaid"}, []string{"ecd-b"}},
		{"by month with hours", params{"SubPayType": "monthPackage"}, []string{"ecd-c"}},
		{"by use", params{"SubPayType": "postPaid"}, []string{"ecd-a", "ecd-d"}},
		{"hour package", pooled.with(params{"SubPayType": "duration"}), []string{"ecd-q"}},
		{"a management flag", params{"ManagementFlag": "UnderMaintenance"}, []string{"ecd-b"}},
		{"a flag that the single member does not know", params{"ManagementFlag": "Hibernated"}, []string{"ecd-c"}},
		{"no management flag", params{"ManagementFlag": "NoFlag"}, []string{"ecd-a", "ecd-d"}},
		{"system", params{"OsTypes.1": "Linux", "OsTypes.2": "macOS"}, []string{"ecd-b"}},
		{"configuration", params{"DesktopType": "eds.general.2c4g"}, []string{"ecd-b"}},
		{"all tags, one with any value", params{"Tag.1.Key": "env", "Tag.1.Value": "dev", "Tag.2.Key": "team"}, []string{"ecd-a"}},
		{"two values of one key", params{"Tag.1.Key": "env", "Tag.1.Value": "dev", "Tag.2.Key": "env", "Tag.2.Value": "prod"}, nil},
		{"everything at once", params{"DesktopId.1": "ecd-a", "DesktopStatus": Running, "ChargeType": "PostPaid", "EndUserId.1": "bob", "Tag.1.Key": "team"}, []string{"ecd-a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := must(t)(c.describe(ids().with(tt.p)))
			wantIDs(t, "desktops", desktopsOf(t, answer), tt.want...)
			if fmt.Sprint(answer["TotalCount"]) != fmt.Sprint(len(tt.want)) {
				t.Errorf("TotalCount %v", answer["TotalCount"])
			}
		})
	}
}

func TestDescribeMoreRefusals(t *testing.T) {
	c := newCloud(t, Options{})
	many := func(name string, n int) params {
		p := ids()
		for i := range n {
			p[fmt.Sprintf(name, i+1)] = fmt.Sprint("x", i)
		}
		return p
	}
	tests := []struct {
		name string
		p    params
	}{
		{"too many end users", many("EndUserId.%d", maxUserFilters+1)},
		{"too many end users left out", many("ExcludedEndUserId.%d", maxUserFilters+1)},
		{"too many statuses", many("DesktopStatusList.%d", maxStatusFilters+1)},
		{"too many tags", many("Tag.%d.Key", maxTagFilters+1)},
		{"way of paying", ids().with(params{"SubPayType": "PostPaid"})},
		{"management flag", ids().with(params{"ManagementFlag": "Maintenance"})},
		{"boolean", ids().with(params{"OnlyDesktopGroup": "1"})},
		{"list with a gap", ids().with(params{"DesktopStatusList.1": Running, "DesktopStatusList.3": Stopped})},
		{"list as one text", ids().with(params{"DesktopStatusList": "Running"})},
		{"tag key too long", ids().with(params{"Tag.1.Key": strings.Repeat("k", maxTagText+1)})},
		{"page number of none", ids().with(params{"PageNumber": "0"})},
		{"page size too big", ids().with(params{"PageSize": "101"})},
		{"number and token", ids().with(params{"PageNumber": "1", "MaxResults": "10"})},
		{"a known parameter that the double cannot honour", ids().with(params{"PolicyGroupId": "pg-1"})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.describe(tt.p)
			wantRefusal(t, err, "InvalidParameter", 400)
		})
	}
}

func TestResourceGroupsOnRequest(t *testing.T) {
	for _, tt := range []struct {
		onRequest bool
		fill      string
		want      bool
	}{{false, "", true}, {false, "false", false}, {false, "true", true}, {true, "", false}, {true, "true", true}} {
		c := newCloud(t, Options{GroupsOnRequest: tt.onRequest})
		c.add(Desktop{ID: "ecd-1", ResourceGroups: []ResourceGroup{{ID: "rg-1", Name: "g"}}})
		p := ids("ecd-1")
		if tt.fill != "" {
			p["FillResourceGroup"] = tt.fill
		}
		view := desktopViews(t, must(t)(c.describe(p)))[0]
		groups, _ := view["ResourceGroups"].([]any)
		if got := len(groups) == 1; got != tt.want {
			t.Errorf("on request %v, FillResourceGroup %q: got %v", tt.onRequest, tt.fill, view["ResourceGroups"])
		}
	}
}
