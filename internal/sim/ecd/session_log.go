package ecd

import "time"

// SessionRecord is one session of a desktop's past or present, as
// DescribeDesktopSessions tells it. Desktop.Sessions, which DescribeDesktops
// shows, is separate: a test may make the two disagree.
type SessionRecord struct {
	EndUserID string
	Started   time.Time
	Ended     time.Time // zero: it goes on
	Status    string    // default: Connected until the end, Disconnected after it
	IdleSince time.Time // the last use of keyboard or mouse; zero: never idle
}

// over says whether the session has ended by t.
func (r SessionRecord) over(t time.Time) bool { return !r.Ended.IsZero() && !r.Ended.After(t) }

// until is the end of the session, or t while it goes on.
func (r SessionRecord) until(t time.Time) time.Time {
	if r.over(t) {
		return r.Ended
	}
	return t
}

func (r SessionRecord) statusAt(t time.Time) string {
	switch {
	case r.Status != "":
		return r.Status
	case r.over(t):
		return Disconnected
	}
	return Connected
}

func (r SessionRecord) idleAt(t time.Time) time.Duration {
	if r.IdleSince.IsZero() {
		return 0
	}
	return max(r.until(t).Sub(r.IdleSince), 0)
}

func (r SessionRecord) connectedAt(t time.Time) time.Duration {
	return max(r.until(t).Sub(r.Started), 0)
}

// endSessions ends the sessions that go on.
func (m *machine) endSessions(now time.Time) {
	for i, r := range m.fixed.SessionLog {
		if !r.over(now) {
			m.fixed.SessionLog[i].Ended, m.fixed.SessionLog[i].Status = now, Disconnected
		}
	}
}

// latestSession returns the session that began last before t.
func latestSession(log []SessionRecord, t time.Time) (latest SessionRecord, ok bool) {
	for _, r := range log {
		if !r.Started.After(t) && (!ok || r.Started.After(latest.Started)) {
			latest, ok = r, true
		}
	}
	return latest, ok
}

// totalConnected adds the sessions that began before t.
func totalConnected(log []SessionRecord, t time.Time) (sum time.Duration) {
	for _, r := range log {
		sum += r.connectedAt(t)
	}
	return sum
}
