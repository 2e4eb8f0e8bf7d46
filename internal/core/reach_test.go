package core

import (
	"errors"
	"slices"
	"testing"
)

const (
	tooWide   = "Select leaves too much in: region, status and connection alone would take a whole region; add a tag, user, office site, pool, resource group, name, charge type or time, or say All: true beside Select, not in it, which needs action stop-all"
	noIds     = "DesktopId must name at least one desktop; nothing missing ever means all"
	noRegion  = "RegionId is required"
	noRegions = `RegionId is required; for several regions list them in Select.RegionId, or say ["all"] there for every region of this deployment`
	notByID   = " goes with Select or All; a desktop that is named by id is stopped whenever it was used"
)

// TestReach: nothing missing may ever mean all, and every bad word is named.
func TestReach(t *testing.T) {
	dev := []Tag{{"env", "dev"}}
	tooMany := 21
	in := func(s Selection) Request { s.RegionId = []string{"cn-hangzhou"}; return Request{Select: &s} }
	for _, c := range []struct {
		name  string
		door  Door
		q     Request
		blind bool
		want  []string
	}{
		{"nothing", Webhook, Request{}, false, []string{noRegion, noIds}},
		{"a region", Webhook, Request{RegionId: "cn-hangzhou"}, false, []string{noIds}},
		{"an empty selection", Webhook, Request{Select: &Selection{}}, false, []string{noRegions, tooWide}},
		{"region, status and connection", Webhook, in(Selection{DesktopStatus: []string{"Running"}, ConnectionStatus: []string{"Disconnected"}}), false, []string{tooWide}},
		{"pooled alone", Webhook, in(Selection{Pooled: true}), false, []string{tooWide}},
		{"a name of stars", Webhook, in(Selection{DesktopName: []string{"*", "**"}}), false, []string{tooWide}},
		{"a name beside a star", Webhook, in(Selection{DesktopName: []string{"*", "dev*"}}), false, []string{tooWide}},
		{"a name", Webhook, in(Selection{DesktopName: []string{"dev*"}}), false, nil},
		{"a tag", Webhook, in(Selection{Tag: dev}), false, nil},
		{"a user", Webhook, in(Selection{EndUserId: []string{"alice"}}), false, nil},
		{"a site", Webhook, in(Selection{OfficeSiteId: []string{"cn-hangzhou+dir-1"}}), false, nil},
		{"a pool", Webhook, in(Selection{DesktopGroupId: []string{"dg-1"}}), false, nil},
		{"a resource group", Webhook, in(Selection{ResourceGroupId: []string{"rg-1"}}), false, nil},
		{"a charge type", Webhook, in(Selection{ChargeType: []string{"PostPaid"}}), false, nil},
		{"idle time", Webhook, in(Selection{IdleFor: "30m"}), false, nil},
		{"uptime", Webhook, in(Selection{UpFor: "30m"}), false, nil},
		{"schedules", Timer, in(Selection{Scheduled: true}), false, nil},
		{"schedules of no timer", Webhook, in(Selection{Scheduled: true}), false, []string{"Select.Scheduled is for timers, because it needs a scheduled instant"}},
		{"all", Webhook, Request{All: true, RegionId: "cn-hangzhou"}, false, nil},
		{"all without a region", Webhook, Request{All: true}, false, []string{noRegions}},
		{"all without a region in Slack", Slack, Request{All: true}, false, nil},
		{"all regions", Webhook, Request{All: true, Select: &Selection{RegionId: []string{"all"}}}, false, nil},
		{"all regions and one", Webhook, Request{All: true, Select: &Selection{RegionId: []string{"cn-hangzhou", "all"}}}, false, []string{"Select.RegionId names all beside other regions; give one or the other"}},
		{"regions twice", Webhook, Request{All: true, RegionId: "cn-hangzhou", Select: &Selection{RegionId: []string{"cn-hangzhou"}}}, false, []string{"RegionId is given beside Select.RegionId; give one of them"}},
		{"a region that is not served", Webhook, Request{Select: &Selection{RegionId: []string{"cn-hangzhou", "eu-west-1"}, Tag: dev}}, false, []string{`Select.RegionId[1] is "eu-west-1"; this deployment serves cn-hangzhou`}},
		{"ids in Slack", Slack, Request{DesktopId: []string{"ecd-a"}}, false, nil},
		{"ids and words", Webhook, Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}, Select: &Selection{Tag: dev}}, false, []string{"DesktopId is given beside Select or All; reach desktops by id or by what they are, not both"}},
		{"ids and all", Webhook, Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}, All: true}, false, []string{"DesktopId is given beside Select or All; reach desktops by id or by what they are, not both"}},
		{"ids within Select", Webhook, in(Selection{Tag: dev, DesktopId: []string{"ecd-a"}}), false, []string{"Select.DesktopId is for Except; to reach desktops by id leave Select out and use DesktopId"}},
		{"ids and except", Webhook, Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}, Except: &Selection{Tag: dev}}, false, []string{"Except goes with Select or All; leave the desktops out of DesktopId instead"}},
		{"except with words of Select", Webhook, Request{RegionId: "cn-hangzhou", All: true, Except: &Selection{RegionId: []string{"cn-hangzhou"}, Pooled: true, Scheduled: true}}, false,
			[]string{"Except.RegionId is for Select; leave it out of Except", "Except.Pooled is for Select; leave it out of Except", "Except.Scheduled is for Select; leave it out of Except"}},
		{"except everything", Webhook, Request{RegionId: "cn-hangzhou", All: true, Except: &Selection{DesktopName: []string{"dev*", "*"}}}, false, []string{"Except.DesktopName would except every desktop; give letters beside the *"}},
		{"spans with ids", Webhook, Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}, Grace: "5m", MinUptime: "5m"}, false, []string{"Grace" + notByID, "MinUptime" + notByID}},
		{"a selection that nobody may look at", Webhook, Request{RegionId: "cn-hangzhou", All: true, ClientId: "c"}, true,
			[]string{"Select needs a look at the desktops, and this deployment sends client requests without one; name them in DesktopId"}},
		{"ids that nobody may look at, in Slack", Slack, Request{DesktopId: []string{"ecd-a"}, ClientId: "c"}, true, []string{noRegion}},
		{"bad words", Webhook, Request{RegionId: "cn-hangzhou", All: true, Grace: "soon", MaxFailures: "some", Canary: &tooMany}, false,
			[]string{`Grace is "soon"; want a duration up to 720h, such as 30m or 1h30m`, "Canary must be at most 20", `MaxFailures is "some"; want a number of desktops such as 10, or a percentage such as 5%`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Rules{Regions: []string{"cn-hangzhou"}, NoLookup: c.blind}
			// More than once, because the order must not be chance.
			for range 5 {
				var e *Error
				var got []string
				if err := r.Validate(c.door, c.q); errors.As(err, &e) {
					for _, f := range e.Fields {
						got = append(got, f.Field+" "+f.Problem)
					}
				}
				if !slices.Equal(got, c.want) {
					t.Fatalf("\n got %q\nwant %q", got, c.want)
				}
			}
		})
	}
}
