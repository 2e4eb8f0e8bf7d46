package ecd

import (
	"slices"
	"time"
)

// sessionMemory is how far back the documentation of DescribeDesktopSessions
// lets callers see.
const sessionMemory = 30 * 24 * time.Hour

// SessionWindow is what StartTime and EndTime of DescribeDesktopSessions
// match. The vendor does not say.
type SessionWindow int

const (
	SessionsOverlapping SessionWindow = iota // sessions that went on at some time within
	SessionsStarted                          // sessions that began within
)

func init() {
	register(operation{
		version: VersionAdmin, name: "DescribeDesktopSessions", ramAction: "ecd:DescribeDesktopSessions",
		params: []param{
			{name: "RegionId", required: true},
			{name: "DesktopId", kind: textList, max: maxDescribeIDs},
			{name: "DesktopName"},
			{name: "OfficeSiteId"},
			{name: "SubPayType", values: subPayTypes},
			{name: "EndUserId"},
			{name: "EndUserIdFilter"},
			{name: "SessionStatus", values: []string{Connected, Disconnected}},
			{name: "StartTime", kind: instant},
			{name: "EndTime", kind: instant},
			{name: "CheckOsSession", kind: boolean},
			pageNumberParam, pageSizeParam,
		},
		run: describeDesktopSessions,
	})
}

// sessionRow is a session as DescribeDesktopSessions shows it. All durations
// are in seconds.
type sessionRow struct {
	DesktopId            string
	DesktopName          string
	EndUserId            string
	OfficeSiteId         any
	OfficeSiteName       any
	OsType               string
	ProtocolType         string
	SubPayType           string
	SessionStatus        any
	OsSessionStatus      any `json:",omitzero"`
	SessionStartTime     any
	SessionEndTime       any
	SessionIdleTime      any `json:",omitzero"`
	LatestConnectionTime any `json:",omitzero"`
	TotalConnectionTime  any `json:",omitzero"`
}

func describeDesktopSessions(c *call) (map[string]any, *apiError) {
	begin, end, e := c.sessionWindow()
	if e != nil {
		return nil, e
	}
	var (
		rows    = []sessionRow{}
		filters = c.sessionDesktops()
		asOf    = c.asOf()
	)
	for _, m := range c.candidates() {
		state := m.at(asOf)
		if !filters.let(m, &state) {
			continue
		}
		for _, s := range m.fixed.SessionLog {
			if c.opts.SessionWindow.holds(s, begin, end) && c.wantsSession(s, asOf) {
				rows = append(rows, c.describeSession(m, s, asOf))
			}
		}
	}
	return map[string]any{"Sessions": pageOf(c, rows), "TotalCount": len(rows)}, nil
}

// sessionWindow returns the time that the call asks about, cut to what the
// service remembers.
func (c *call) sessionWindow() (begin, end time.Time, e *apiError) {
	now := c.asOf()
	begin, end = now.Add(-sessionMemory), now
	from, hasFrom := c.args.times["StartTime"]
	to, hasTo := c.args.times["EndTime"]
	if hasFrom && hasTo && to.Before(from) {
		return begin, end, invalid("The specified parameter EndTime is not valid: it is before StartTime.")
	}
	if hasFrom && from.After(begin) {
		begin = from
	}
	if hasTo && to.Before(end) {
		end = to
	}
	return begin, end, nil
}

func (w SessionWindow) holds(s SessionRecord, begin, end time.Time) bool {
	if s.Started.After(end) {
		return false
	}
	if w == SessionsStarted {
		return !s.Started.Before(begin)
	}
	// An end before the window leaves nothing in it; no end is after it.
	return (s.Ended.IsZero() || !s.Ended.Before(begin)) && !end.Before(begin)
}

// sessionDesktops are the filters that the desktop answers. Pooled machines
// are included: this operation has no FilterDesktopGroup.
func (c *call) sessionDesktops() (l filterList) {
	l.equal(c, "OfficeSiteId", officeSite)
	l.equal(c, "SubPayType", subPay)
	return append(l, c.nameFilter()...)
}

// wantsSession are the filters that the session answers.
func (c *call) wantsSession(s SessionRecord, asOf time.Time) bool {
	for _, name := range []string{"EndUserId", "EndUserIdFilter"} {
		if want := c.args.text[name]; want != "" && s.EndUserID != want {
			return false
		}
	}
	want := c.args.text["SessionStatus"]
	return want == "" || s.statusAt(asOf) == want
}

func (c *call) describeSession(m *machine, s SessionRecord, asOf time.Time) sessionRow {
	d, q := &m.fixed, quirksOf(m.fixed.ID)
	row := sessionRow{
		DesktopId: d.ID, DesktopName: d.Name, EndUserId: s.EndUserID,
		OfficeSiteId: orNull(d.OfficeSiteID), OfficeSiteName: orNull(d.OfficeSiteName),
		OsType: d.OSType, ProtocolType: "ASP", SubPayType: d.subPayType(),
		SessionStatus: orNull(s.statusAt(asOf)),
	}
	if c.args.flagOr("CheckOsSession", false) {
		row.OsSessionStatus = row.SessionStatus
	}
	if c.flawed(m, SessionsUnreadable) {
		row.SessionStatus, row.SessionStartTime, row.SessionEndTime = nil, "null", "null"
		return row
	}
	started := s.Started.UTC().Format(secondForm)
	if q.newline {
		started += "\n"
	}
	row.SessionStartTime = started
	if s.over(asOf) {
		row.SessionEndTime = s.Ended.UTC().Format(secondForm)
	}
	row.SessionIdleTime = wholeSeconds(s.idleAt(asOf))
	row.LatestConnectionTime = wholeSeconds(s.connectedAt(asOf))
	begun := slices.DeleteFunc(slices.Clone(d.SessionLog), func(r SessionRecord) bool { return r.EndUserID != s.EndUserID })
	row.TotalConnectionTime = wholeSeconds(totalConnected(begun, asOf))
	return row
}

func wholeSeconds(d time.Duration) int64 { return int64(d / time.Second) }
