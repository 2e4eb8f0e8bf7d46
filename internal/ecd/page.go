package ecd

import (
	"encoding/json"
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
	DesktopId        string
	DesktopName      string
	DesktopStatus    string
	ConnectionStatus string
	EndUserIds       []string
	ManagementFlag   string
	ManagementFlags  []string
	ChargeType       string
	OfficeSiteId     string
	DesktopGroupId   string
	Tags             []struct{ Key, Value string }
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

// desktops puts the page in core's words.
func (p page) desktops(region string, at time.Time) []core.Desktop {
	out := make([]core.Desktop, 0, len(*p.Desktops))
	for _, d := range *p.Desktops {
		if d.DesktopId == "" {
			continue
		}
		// The single flag is the older field; the list says everything.
		flags := d.ManagementFlags
		if len(flags) == 0 && d.ManagementFlag != "" {
			flags = []string{d.ManagementFlag}
		}
		var tags map[string]string
		if len(d.Tags) > 0 {
			tags = make(map[string]string, len(d.Tags))
			for _, t := range d.Tags {
				tags[t.Key] = t.Value
			}
		}
		out = append(out, core.Desktop{
			RegionId: region, DesktopId: d.DesktopId, DesktopName: d.DesktopName,
			Status: d.DesktopStatus, Connection: d.ConnectionStatus,
			EndUserIds: d.EndUserIds, ManagementFlags: flags, ChargeType: d.ChargeType,
			OfficeSiteId: d.OfficeSiteId, DesktopGroupId: d.DesktopGroupId, Tags: tags, SeenAt: at,
		})
	}
	return out
}
