package identity

import (
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

func TestAllowedCheck(t *testing.T) {
	teams := Allowed{AppIDs: []string{"A1", "A2"}, TeamIDs: []string{"T1", "T2"}}
	grid := Allowed{AppIDs: []string{"A1"}, EnterpriseIDs: []string{"E1"}}
	both := Allowed{AppIDs: []string{"A1"}, TeamIDs: []string{"T1"}, EnterpriseIDs: []string{"E1"}}
	id := Identity{AppID: "A1", TeamID: "T1", UserTeamID: "T1"}
	in := func(change func(*Identity)) Identity {
		c := id
		change(&c)
		return c
	}
	for name, c := range map[string]struct {
		allowed Allowed
		id      Identity
		refused string // part of the message; empty: allowed
	}{
		"good":                             {teams, id, ""},
		"second app and team":              {teams, Identity{AppID: "A2", TeamID: "T2", UserTeamID: "T2"}, ""},
		"another app":                      {teams, in(func(i *Identity) { i.AppID = "A9" }), "another Slack app"},
		"no app":                           {teams, in(func(i *Identity) { i.AppID = "" }), "another Slack app"},
		"another team":                     {teams, Identity{AppID: "A1", TeamID: "T9", UserTeamID: "T9"}, "workspace may not"},
		"no team":                          {teams, in(func(i *Identity) { i.TeamID = "" }), "workspace may not"},
		"Slack Connect stranger":           {teams, in(func(i *Identity) { i.UserTeamID = "T9" }), "another Slack organisation"},
		"stranger of another organisation": {teams, in(func(i *Identity) { i.UserTeamID = "E9" }), "another Slack organisation"},
		"home in another served team":      {teams, in(func(i *Identity) { i.UserTeamID = "T2" }), ""},
		"no home":                          {teams, in(func(i *Identity) { i.UserTeamID = "" }), "another Slack organisation"},
		"no home, no organisation":         {grid, Identity{AppID: "A1", EnterpriseID: "E1", IsEnterpriseInstall: true}, "another Slack organisation"},
		"Grid, home is the organisation":   {teams, in(func(i *Identity) { i.EnterpriseID, i.UserTeamID = "E1", "E1" }), ""},
		"Grid, by organisation":            {grid, in(func(i *Identity) { i.EnterpriseID = "E1" }), ""},
		"Grid, any workspace of it":        {grid, Identity{AppID: "A1", TeamID: "T7", EnterpriseID: "E1", UserTeamID: "T7"}, ""},
		"Grid, org-wide click":             {grid, Identity{AppID: "A1", EnterpriseID: "E1", UserTeamID: "E1", IsEnterpriseInstall: true}, ""},
		"Grid, another organisation":       {grid, in(func(i *Identity) { i.EnterpriseID = "E9" }), "workspace may not"},
		"Grid, no organisation":            {grid, id, "workspace may not"},
		"Grid, stranger":                   {grid, in(func(i *Identity) { i.EnterpriseID, i.UserTeamID = "E1", "T9" }), "another Slack organisation"},
		"Grid, stranger's organisation":    {grid, in(func(i *Identity) { i.EnterpriseID, i.UserTeamID = "E1", "E9" }), "another Slack organisation"},
		"both lists, good":                 {both, in(func(i *Identity) { i.EnterpriseID = "E1" }), ""},
		"both lists, another team":         {both, in(func(i *Identity) { i.TeamID, i.UserTeamID, i.EnterpriseID = "T9", "T9", "E1" }), "workspace may not"},
		"both lists, no organisation":      {both, id, "workspace may not"},
		"nothing configured":               {Allowed{}, id, "another Slack app"},
		"only the app configured":          {Allowed{AppIDs: []string{"A1"}}, id, "workspace may not"},
		"empty configured and sent":        {Allowed{AppIDs: []string{""}, TeamIDs: []string{""}}, Identity{}, "workspace may not"},
	} {
		err := c.allowed.Check(c.id)
		if c.refused == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || core.CodeOf(err) != core.Forbidden || !strings.Contains(core.MessageOf(err), c.refused) {
			t.Errorf("%s: %v, want %q", name, err, c.refused)
		}
	}
}

func TestAllowedValidate(t *testing.T) {
	for name, c := range map[string]struct {
		allowed Allowed
		want    []string
	}{
		"nothing":       {Allowed{}, []string{"no Slack app id", "no Slack team id and no enterprise id"}},
		"no team":       {Allowed{AppIDs: []string{"A1"}}, []string{"no Slack team id"}},
		"wrong shapes":  {Allowed{AppIDs: []string{"B1"}, TeamIDs: []string{"t1", ""}, EnterpriseIDs: []string{"T1"}}, []string{`app id "B1"`, `team id "t1"`, `team id ""`, `enterprise id "T1": want E`}},
		"good":          {Allowed{AppIDs: []string{"A1"}, TeamIDs: []string{"T1"}}, nil},
		"good, Grid":    {Allowed{AppIDs: []string{"A1"}, EnterpriseIDs: []string{"E1"}}, nil},
		"app id is not": {Allowed{TeamIDs: []string{"T1"}}, []string{"no Slack app id"}},
	} {
		err := c.allowed.Validate()
		if (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v, want %q", name, err, w)
			}
		}
	}
}
