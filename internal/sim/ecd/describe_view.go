package ecd

import (
	"encoding/json"
	"hash/fnv"
	"maps"
	"slices"
	"time"
)

// Both forms of time occur in answers of DescribeDesktops.
const (
	minuteForm = "2006-01-02T15:04Z"
	secondForm = "2006-01-02T15:04:05Z"
)

// quirks vary how the same fact is written. They depend on the desktop's id
// only, so a fleet shows all of them and a test sees the same on every run.
type quirks struct {
	seconds  bool // times with seconds
	nullList bool // empty lists are null
	noFlag   bool // no management flag is the flag NoFlag
	newline  bool // a session's start ends with a newline, as in the vendor's sample
}

// noFlag is the management flag that means none.
const noFlag = "NoFlag"

func quirksOf(id string) quirks {
	h := fnv.New32a()
	h.Write([]byte(id))
	bits := h.Sum32()
	return quirks{seconds: bits&1 != 0, nullList: bits&2 != 0, noFlag: bits&4 != 0, newline: bits&8 != 0}
}

func (q quirks) time(t time.Time) any {
	switch {
	case t.IsZero():
		return nil
	case q.seconds:
		return t.UTC().Format(secondForm)
	default:
		return t.UTC().Format(minuteForm)
	}
}

// orNull returns s, or nil when it is empty.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// listOf shows every item of a list. An empty one is null or [].
func listOf[T, V any](q quirks, items []T, show func(T) V) any {
	if len(items) == 0 && q.nullList {
		return nil
	}
	shown := make([]V, 0, len(items))
	for _, item := range items {
		shown = append(shown, show(item))
	}
	return shown
}

// desktopView is a desktop as DescribeDesktops shows it. Members of type any
// may be null. There is no region (the caller named it), no SubPayType and no
// time of the last start: StartTime is the first.
type desktopView struct {
	DesktopId           string
	DesktopName         string
	DesktopStatus       string
	ConnectionStatus    any
	ManagementFlag      string
	ManagementFlags     any
	ChargeType          string
	EndUserIds          any
	Sessions            any
	Tags                any `json:",omitzero"` // null is written, nil is left out
	DesktopGroupId      any
	OfficeSiteId        any
	OfficeSiteName      any
	DirectoryId         any
	ResourceGroups      any
	DesktopType         string
	OsType              string
	DesktopDurationList any
	CreationTime        any
	StartTime           any
	StandardStartTime   any
	ExpiredTime         any
	SessionType         string
	ProtocolType        string
	DataDiskSize        string
	GpuDriverVersion    string
}

// null is a member that is there and says nothing.
var null = json.RawMessage("null")

// describe shows a desktop in a state.
func (c *call) describe(m *machine, state condition) desktopView {
	d := &m.fixed
	q := quirksOf(d.ID)
	var standardStart any
	if !d.FirstStarted.IsZero() {
		standardStart = d.FirstStarted.UTC().Format(secondForm)
	}
	flag, flags := q.flags(d.ManagementFlags)
	groups := d.ResourceGroups
	if !c.args.flagOr("FillResourceGroup", !c.opts.GroupsOnRequest) {
		groups = nil
	}
	return desktopView{
		DesktopId: d.ID, DesktopName: d.Name,
		DesktopStatus: state.status, ConnectionStatus: orNull(state.connection),
		ManagementFlag: flag, ManagementFlags: flags,
		ChargeType: d.ChargeType, DesktopDurationList: listOf(q, d.Durations, describePackage),
		EndUserIds:     listOf(q, d.EndUserIDs, func(id string) string { return id }),
		Sessions:       listOf(q, state.sessions, q.describeSession),
		Tags:           c.describeTags(m, q),
		DesktopGroupId: orNull(d.PoolID),
		OfficeSiteId:   orNull(d.OfficeSiteID), OfficeSiteName: orNull(d.OfficeSiteName), DirectoryId: orNull(d.OfficeSiteID),
		ResourceGroups: listOf(q, groups, func(g ResourceGroup) groupView { return groupView{g.ID, g.Name} }),
		DesktopType:    d.Type, OsType: d.OSType,
		CreationTime: q.time(d.Created), StartTime: q.time(d.FirstStarted), StandardStartTime: standardStart, ExpiredTime: q.time(d.Expires),
		SessionType: "SINGLE_SESSION", ProtocolType: "ASP",
		// Members nobody needs whose documented sample is the word null.
		DataDiskSize: "null", GpuDriverVersion: "null",
	}
}

type tagView struct{ Key, Value string }

func (c *call) describeTags(m *machine, q quirks) any {
	tags := m.fixed.Tags
	switch {
	case c.flawed(m, TagsAbsent):
		return nil
	case c.flawed(m, TagsEmpty):
		tags = nil
	}
	shown := listOf(q, slices.Sorted(maps.Keys(tags)), func(key string) tagView { return tagView{key, tags[key]} })
	if shown == nil {
		return null
	}
	return shown
}

type groupView struct{ Id, Name string }

type sessionView struct {
	EndUserId         string
	ExternalUserName  any
	EstablishmentTime any
}

func (q quirks) describeSession(s Session) sessionView {
	return sessionView{s.EndUserID, orNull(s.ExternalUserName), q.time(s.Established)}
}

// packageView has durations in seconds.
type packageView struct {
	PackageType           string
	PackageUsedUpStrategy any
	TotalDuration         int64
	UsedDuration          int64
}

func describePackage(p DurationPackage) packageView {
	return packageView{p.PackageType, orNull(p.UsedUp), int64(p.Total / time.Second), int64(p.Used / time.Second)}
}

// flags returns the single flag, which is the older member and knows two flags
// only, and the list of all.
func (q quirks) flags(set []string) (one string, all any) {
	one = noFlag
	for _, f := range set {
		if f == "Migrating" || f == "Updating" {
			one = f
		}
	}
	if len(set) == 0 && q.noFlag {
		set = []string{noFlag}
	}
	return one, listOf(q, set, func(f string) string { return f })
}
