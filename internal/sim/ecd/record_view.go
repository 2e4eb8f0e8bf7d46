package ecd

import "time"

// recordRow is a desktop as DescribeGlobalDesktopRecords shows it. UpTime and
// the connection times are in seconds, SessionIdleTime is in minutes.
type recordRow struct {
	DesktopId            string
	DesktopName          string
	DesktopStatus        string
	ConnectionStatus     any
	RegionId             string
	DesktopGroupId       any
	OfficeSiteId         any
	OfficeSiteName       any
	EndUserIds           any
	Sessions             any
	ResourceGroups       any
	OsType               string
	ProtocolType         string
	SubPayType           string
	CreationTime         any
	UpTime               any `json:",omitzero"`
	SessionIdleTime      any `json:",omitzero"`
	StatusChangeTime     any `json:",omitzero"` // since the epoch
	LatestConnectionTime any `json:",omitzero"`
	TotalConnectionTime  any `json:",omitzero"`
}

type recordSession struct {
	EndUserId         string
	EstablishmentTime any
}

type recordGroup struct{ ResourceGroupId, ResourceGroupName string }

// uptime says for how long the desktop has been running, if it is running and
// its last start is known.
func (m *machine) uptime(t time.Time) (time.Duration, bool) {
	if m.fixed.LastStarted.IsZero() || m.at(t).status != Running {
		return 0, false
	}
	return max(t.Sub(m.fixed.LastStarted), 0), true
}

func (c *call) describeRecord(m *machine, asOf time.Time) recordRow {
	d, state, q := &m.fixed, m.at(asOf), quirksOf(m.fixed.ID)
	row := recordRow{
		DesktopId: d.ID, DesktopName: d.Name, DesktopStatus: state.status, ConnectionStatus: orNull(state.connection),
		RegionId: d.Region, DesktopGroupId: orNull(d.PoolID), OfficeSiteId: orNull(d.OfficeSiteID), OfficeSiteName: orNull(d.OfficeSiteName),
		EndUserIds: listOf(q, d.EndUserIDs, func(id string) string { return id }),
		Sessions: listOf(q, state.sessions, func(s Session) recordSession {
			return recordSession{s.EndUserID, s.Established.UTC().Format(secondForm)}
		}),
		ResourceGroups: listOf(q, d.ResourceGroups, func(g ResourceGroup) recordGroup { return recordGroup{g.ID, g.Name} }),
		OsType:         d.OSType, ProtocolType: "ASP", SubPayType: d.subPayType(), CreationTime: q.time(d.Created),
	}
	if !state.since.IsZero() {
		row.StatusChangeTime = state.since.UnixNano() / int64(c.opts.StatusChangeUnit)
	}
	advanced := c.args.text["Scope"] == "ADVANCED"
	latest, used := latestSession(d.SessionLog, asOf)
	if advanced || !c.opts.RecordsNeedScope {
		if up, ok := m.uptime(asOf); ok {
			row.UpTime = wholeSeconds(up)
		}
		if used {
			row.SessionIdleTime = int64(latest.idleAt(asOf) / time.Minute)
		}
	}
	if advanced && used {
		row.LatestConnectionTime = wholeSeconds(latest.connectedAt(asOf))
		row.TotalConnectionTime = wholeSeconds(totalConnected(d.SessionLog, asOf))
	}
	return row
}
