package ecd

import (
	"encoding/json"
	"slices"
	"time"

	"stopdesktops/internal/core"
)

// page is one answer of DescribeDesktops 2020-09-30. Status and connection are
// kept as they come: both sets are open, and core takes what it does not know
// for in use.
type page struct {
	RequestId  string
	NextToken  string
	TotalCount *int
	Desktops   *[]described
}

type described struct {
	DesktopId           string
	DesktopName         string
	DesktopStatus       string
	ConnectionStatus    string
	EndUserIds          []string
	ManagementFlag      string
	ManagementFlags     []string
	ChargeType          string
	OfficeSiteId        string
	DesktopGroupId      string
	DesktopType         string
	ResourceGroups      []struct{ Id string }
	DesktopDurationList []struct{}
	Tags                givenTags
}

// givenTags are the tags in an answer, and whether the answer has any word of
// them: a member that is null or empty says that there are none, a member that
// is missing says nothing.
type givenTags struct {
	given bool
	list  []struct{ Key, Value string }
}

// UnmarshalJSON is called for every member that is there, null included.
func (g *givenTags) UnmarshalJSON(body []byte) error {
	g.given = true
	return json.Unmarshal(body, &g.list)
}

// readPage reads a body. An answer without a list is no answer, unless it says
// that there is nothing to list: taken for an empty one it would turn every
// desktop into one that does not exist.
func readPage(body []byte) (page, bool) {
	var p page
	if json.Unmarshal(body, &p) != nil {
		return page{}, false
	}
	if p.Desktops == nil {
		if p.TotalCount == nil || *p.TotalCount != 0 {
			return page{}, false
		}
		p.Desktops = &[]described{}
	}
	return p, true
}

// desktops puts the page in core's words, into a slice that may be reused. The
// second result are the places in it of desktops whose tags the answer does not
// tell: it has none at all, or lacks one of those that it was filtered by.
func (p page) desktops(out []core.Desktop, region string, at time.Time, filter []core.Tag, share *shared) ([]core.Desktop, []int) {
	var untold []int
	for _, d := range *p.Desktops {
		if d.DesktopId == "" {
			continue
		}
		tags := make(map[string]string, len(d.Tags.list))
		for _, t := range d.Tags.list {
			tags[share.one(t.Key)] = share.one(t.Value)
		}
		if !d.Tags.given || !showsAll(tags, filter) {
			untold = append(untold, len(out))
		}
		if len(tags) == 0 {
			tags = nil
		}
		out = append(out, core.Desktop{
			RegionId: region, DesktopId: d.DesktopId, DesktopName: d.DesktopName,
			Status: share.one(orNone(d.DesktopStatus)), Connection: share.one(orNone(d.ConnectionStatus)),
			EndUserIds: share.all(d.EndUserIds), ManagementFlags: share.all(flags(d)), ChargeType: share.one(orNone(d.ChargeType)),
			OfficeSiteId: share.one(orNone(d.OfficeSiteId)), DesktopGroupId: share.one(orNone(d.DesktopGroupId)), Tags: tags, SeenAt: at,
			DesktopType: share.one(orNone(d.DesktopType)), ResourceGroupIds: share.all(groups(d)), HourPackage: len(d.DesktopDurationList) > 0,
		})
	}
	return out, untold
}

// showsAll says whether tags have every tag that an answer was filtered by.
func showsAll(tags map[string]string, filter []core.Tag) bool {
	for _, want := range filter {
		if value, ok := tags[want.Key]; !ok || want.Value != "" && value != want.Value {
			return false
		}
	}
	return true
}

// orNone returns s, or nothing where s is the word null, which the vendor's
// samples show in place of an empty member.
func orNone(s string) string {
	if s == "null" {
		return ""
	}
	return s
}

// flags returns the management flags. The single one is the older member; where
// the two disagree, both count. What is empty is dropped with the words for
// nothing, when the list is shared.
func flags(d described) []string {
	all := d.ManagementFlags
	if !slices.Contains(all, d.ManagementFlag) {
		all = append(all, d.ManagementFlag)
	}
	return slices.DeleteFunc(all, func(f string) bool { return f == core.FlagNone })
}

func groups(d described) []string {
	ids := make([]string, 0, len(d.ResourceGroups))
	for _, g := range d.ResourceGroups {
		ids = append(ids, g.Id)
	}
	return ids
}
