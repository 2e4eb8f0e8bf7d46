package command

import (
	"slices"
	"strings"

	"stopdesktops/internal/core"
)

// choosing are the words that say which desktops by what they are.
var choosing = []word{
	{name: "tag", kind: pick, selects: true, also: []string{"tags"}, example: "tag:env=dev", what: "with this tag; tag:env is any value of it", choose: chooseTag},
	{name: "user", kind: pick, selects: true, also: []string{"users", "enduser"}, example: "user:alice", what: "assigned to this end user",
		choose: func(s *core.Selection, v string) string { return add(&s.EndUserId, v) }},
	{name: "pool", kind: pick, selects: true, also: []string{"pools", "desktopgroup"}, example: "pool:dg-7w78ozhjcwa3u", what: "in this pool",
		choose: func(s *core.Selection, v string) string { return add(&s.DesktopGroupId, v) }},
	{name: "site", kind: pick, selects: true, also: []string{"sites", "officesite"}, example: "site:cn-hangzhou+dir-363353", what: "in this office network",
		choose: func(s *core.Selection, v string) string { return add(&s.OfficeSiteId, v) }},
	{name: "group", kind: pick, selects: true, also: []string{"groups", "resourcegroup"}, example: "group:rg-aekzsj44b4lt5fa", what: "in this resource group",
		choose: func(s *core.Selection, v string) string { return add(&s.ResourceGroupId, v) }},
	{name: "name", kind: pick, selects: true, also: []string{"names", "desktopname"}, example: "name:'build *'", what: "of this name; a star stands for any letters",
		choose: func(s *core.Selection, v string) string { return add(&s.DesktopName, v) }},
	{name: "charge", kind: pick, selects: true, also: []string{"chargetype"}, example: "charge:PostPaid", what: "paid so: PostPaid or PrePaid",
		choose: func(s *core.Selection, v string) string { return addOneOf(&s.ChargeType, v, chargeTypes) }},
	{name: "status", kind: pick, selects: true, also: []string{"desktopstatus"}, example: "status:Running", what: "in this status",
		choose: func(s *core.Selection, v string) string { return addOneOf(&s.DesktopStatus, v, statuses) }},
	{name: "conn", kind: pick, selects: true, also: []string{"connection", "connectionstatus"}, example: "conn:Disconnected", what: "so connected: Connected, Disconnected or Unknown",
		choose: func(s *core.Selection, v string) string { return addOneOf(&s.ConnectionStatus, v, connections) }},
	{name: "idle", kind: pick, selects: true, also: []string{"idlefor"}, example: "idle:30m", what: "used by nobody for so long",
		choose: func(s *core.Selection, v string) string { return spanInto(&s.IdleFor, v, 1) }},
	{name: "up", kind: pick, selects: true, also: []string{"upfor"}, example: "up:4h", what: "running for so long",
		choose: func(s *core.Selection, v string) string { return spanInto(&s.UpFor, v, 1) }},
	{name: "mine", kind: flag, selects: true, example: "mine", what: "belonging to you; @alice is belonging to her",
		set: func(r *reader, v string) string {
			if r.excepting {
				return "does not go behind except: give user:<end user id> there"
			}
			r.p.Mine = v == "yes"
			return ""
		}},
	{name: "pooled", kind: flag, selects: true, example: "pooled", what: "machines of pools as well",
		set: func(r *reader, v string) string {
			if r.excepting {
				return "does not go behind except: machines of pools are left alone unless you ask for them"
			}
			r.selection().Pooled = v == "yes"
			return ""
		}},
	{name: "all", kind: flag, selects: true, also: []string{"everything"}, example: "all", what: "every desktop of the regions, if the policy lets you",
		set: func(r *reader, v string) string {
			if r.excepting {
				return "does not go behind except: it would leave nothing"
			}
			r.p.All = v == "yes"
			return ""
		}},
	{name: "except", kind: turn, selects: true, also: []string{"butnot"}, example: "except", what: "not those behind it: ids, or words like these",
		set: func(r *reader, _ string) string { r.excepting = true; return "" }},
}

// What the API knows, in its own spelling (DescribeDesktops, API version
// 2020-09-30).
var (
	chargeTypes = []string{"PostPaid", "PrePaid"}
	statuses    = []string{"Pending", "Starting", "Running", "Stopping", "Stopped", "Rebuilding", "Expired", "Deleted"}
	connections = []string{"Connected", "Disconnected", "Unknown"}
)

// add puts a value into a list once.
func add(list *[]string, v string) string {
	if !slices.Contains(*list, v) {
		*list = append(*list, v)
	}
	return ""
}

// addOneOf puts in the one of the known values that v is, whatever its case.
func addOneOf(list *[]string, v string, known []string) string {
	for _, k := range known {
		if compact(k) == compact(latin(v)) {
			return add(list, k)
		}
	}
	return "wants one of " + strings.Join(known, ", ")
}

// tagMark stands between a tag's key and its value in what chooseTag is given:
// repair takes it out of everything that is typed.
const tagMark = "\x00"

func chooseTag(s *core.Selection, v string) string {
	key, value, _ := strings.Cut(v, tagMark)
	if t := (core.Tag{Key: key, Value: value}); !slices.Contains(s.Tag, t) {
		s.Tag = append(s.Tag, t)
	}
	return ""
}

// chosen are the words of what p selects.
func (p Parsed) Chosen() []string {
	var o []string
	if p.Select != nil {
		for _, region := range p.Select.RegionId {
			o = append(o, "region="+region)
		}
	}
	if p.All {
		o = append(o, "all")
	}
	if p.Mine {
		o = append(o, "mine")
	}
	for _, id := range p.People {
		o = append(o, "@"+id)
	}
	if p.Select == nil {
		return o
	}
	o = append(o, selectionWords(*p.Select)...)
	if p.Select.Pooled {
		o = append(o, "pooled")
	}
	return o
}

// excepted are the words of what p leaves out.
func (p Parsed) Excepted() []string {
	if p.Except == nil {
		return nil
	}
	return append(append([]string{"except"}, p.Except.DesktopId...), selectionWords(*p.Except)...)
}

func selectionWords(s core.Selection) []string {
	var o []string
	for _, t := range s.Tag {
		w := "tag:" + quoted(t.Key)
		if t.Value != "" {
			w += "=" + quoted(t.Value)
		}
		o = append(o, w)
	}
	for _, l := range []struct {
		name   string
		values []string
	}{{"user", s.EndUserId}, {"pool", s.DesktopGroupId}, {"site", s.OfficeSiteId}, {"group", s.ResourceGroupId}, {"name", s.DesktopName},
		{"charge", s.ChargeType}, {"status", s.DesktopStatus}, {"conn", s.ConnectionStatus}} {
		for _, v := range l.values {
			o = append(o, l.name+":"+quoted(v))
		}
	}
	if s.IdleFor != "" {
		o = append(o, "idle:"+s.IdleFor)
	}
	if s.UpFor != "" {
		o = append(o, "up:"+s.UpFor)
	}
	return o
}

// limits are the words of how p is to be carried out.
func (p Parsed) limits() []string {
	var o []string
	if p.Grace != "" {
		o = append(o, "grace="+p.Grace)
	}
	if p.MinUptime != "" {
		o = append(o, "minuptime="+p.MinUptime)
	}
	if p.Canary != nil {
		o = append(o, "canary="+decimal(*p.Canary))
	}
	if p.MaxFailures != "" {
		o = append(o, "maxfailures="+p.MaxFailures)
	}
	return o
}
