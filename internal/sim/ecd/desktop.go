package ecd

import (
	"maps"
	"slices"
	"time"
)

// Desktop states and connection states that the double gives a meaning to.
// Others may be set and are shown as they are.
const (
	Pending    = "Pending"
	Starting   = "Starting"
	Running    = "Running"
	Stopping   = "Stopping"
	Stopped    = "Stopped"
	Rebuilding = "Rebuilding"
	Expired    = "Expired"
	Deleted    = "Deleted"

	Connected    = "Connected"
	Disconnected = "Disconnected"
	Unknown      = "Unknown"
)

// Desktop is one cloud computer. Region and ID are required.
type Desktop struct {
	Region string
	ID     string
	Name   string // default: the ID

	Status string // default Running
	// StatusUntil ends Starting (then Running) and Stopping (then Stopped). Zero
	// means that the status stays. Add and Update set it from the
	// server's durations.
	StatusUntil time.Time
	StopTakes   time.Duration // overrides the server's StopDuration when not zero
	StoppedMode string        // of the last stop through the admin API

	Connection      string          // default Disconnected; a stop sets Disconnected
	Sessions        []Session       // going on, as DescribeDesktops shows them
	SessionLog      []SessionRecord // as DescribeDesktopSessions shows them; a stop ends them
	EndUserIDs      []string
	ManagementFlags []string // empty is shown as null, [] or ["NoFlag"]

	ChargeType string            // PostPaid (default) or PrePaid
	SubPayType string            // default: what ChargeType and Durations suggest
	Durations  []DurationPackage // hour packages
	Tags       map[string]string

	PoolID         string // DesktopGroupId; empty for a desktop outside a pool
	OfficeSiteID   string
	OfficeSiteName string
	ResourceGroups []ResourceGroup
	Type           string // for example ecd.basic.large
	OSType         string // Windows or Linux

	Created      time.Time
	FirstStarted time.Time // zero: never
	Expires      time.Time // zero: never
	// LastStarted is what only DescribeGlobalDesktopRecords tells, as UpTime.
	// Zero means that it is not known. An Update that starts a desktop sets it.
	LastStarted time.Time

	Flaws Flaw // how the service's data about this desktop is wrong
}

// Ways of paying, the values of SubPayType. DescribeDesktops filters by them
// and does not show them.
const (
	SubPayDuration     = "duration"     // an hour package
	SubPayPostPaid     = "postPaid"     // by use
	SubPayMonthPackage = "monthPackage" // by month, with a number of hours
	SubPayPrePaid      = "prePaid"      // by month, without limit
)

func (d *Desktop) subPayType() string {
	switch {
	case d.SubPayType != "":
		return d.SubPayType
	case d.ChargeType == "PrePaid" && len(d.Durations) > 0:
		return SubPayMonthPackage
	case d.ChargeType == "PrePaid":
		return SubPayPrePaid
	case len(d.Durations) > 0:
		return SubPayDuration
	}
	return SubPayPostPaid
}

// Session is an end user's session on a desktop.
type Session struct {
	EndUserID        string
	ExternalUserName string
	Established      time.Time
}

// DurationPackage is a prepaid number of hours of running.
type DurationPackage struct {
	PackageType string
	Total       time.Duration
	Used        time.Duration
	UsedUp      string // PackageUsedUpStrategy: Shutdown or Postpaid
}

// ResourceGroup is an enterprise resource group.
type ResourceGroup struct{ ID, Name string }

func (d Desktop) clone() Desktop {
	d.Sessions = slices.Clone(d.Sessions)
	d.SessionLog = slices.Clone(d.SessionLog)
	d.EndUserIDs = slices.Clone(d.EndUserIDs)
	d.ManagementFlags = slices.Clone(d.ManagementFlags)
	d.Durations = slices.Clone(d.Durations)
	d.Tags = maps.Clone(d.Tags)
	d.ResourceGroups = slices.Clone(d.ResourceGroups)
	return d
}

// condition is the part of a desktop that changes by itself or by a call. The
// double keeps the last few, because a lagging read shows an old one.
type condition struct {
	since       time.Time // zero: since ever
	status      string
	statusUntil time.Time
	connection  string
	sessions    []Session
}

// maxConditions bounds a desktop's history. No lag that a test can want spans
// more changes than this.
const maxConditions = 8

// machine is a desktop in the fleet.
type machine struct {
	seq     int     // order of adding, the order of pages
	fixed   Desktop // its condition's fields are stale; see history
	history []condition
}

// at returns the condition that held at t. Passing states end by the clock
// alone: nothing has to run for a desktop to become Stopped.
func (m *machine) at(t time.Time) condition {
	i := len(m.history) - 1
	for i > 0 && m.history[i].since.After(t) {
		i--
	}
	c := m.history[i]
	if !c.statusUntil.IsZero() && !t.Before(c.statusUntil) {
		switch c.status {
		case Stopping:
			c.status = Stopped
		case Starting:
			c.status = Running
		}
		c.since, c.statusUntil = c.statusUntil, time.Time{}
	}
	return c
}

func (m *machine) become(c condition) {
	m.history = append(m.history, c)
	if len(m.history) > maxConditions {
		m.history = slices.Delete(m.history, 0, 1)
	}
}

// desktop returns the machine as it was at t. The result shares slices and
// maps with the machine.
func (m *machine) desktop(t time.Time) Desktop {
	d, c := m.fixed, m.at(t)
	d.Status, d.StatusUntil, d.Connection, d.Sessions = c.status, c.statusUntil, c.connection, c.sessions
	return d
}

// set replaces the machine by d as of now, and keeps what it was before.
func (m *machine) set(d Desktop, now time.Time) {
	if len(m.history) > 0 {
		was := m.desktop(now)
		if d.Status == was.Status && d.StatusUntil.Equal(was.StatusUntil) && d.Connection == was.Connection && slices.Equal(d.Sessions, was.Sessions) {
			m.fixed = d
			return
		}
	}
	m.fixed = d
	m.become(condition{since: now, status: d.Status, statusUntil: d.StatusUntil, connection: d.Connection, sessions: d.Sessions})
}

// stop starts a stop that ends after takes. A stop ends every session.
func (m *machine) stop(now time.Time, takes time.Duration, stoppedMode string) {
	if m.fixed.StopTakes != 0 {
		takes = m.fixed.StopTakes
	}
	m.fixed.StoppedMode = stoppedMode
	m.endSessions(now)
	m.become(condition{since: now, status: Stopping, statusUntil: now.Add(takes), connection: Disconnected})
}
