package ecd

import (
	"context"
	"slices"
	"time"

	"stopdesktops/internal/core"
)

const opSessions = "DescribeDesktopSessions"

// session is what matters of one row of DescribeDesktopSessions 2020-09-30.
type session struct {
	DesktopId        string
	SessionStatus    string
	SessionStartTime string
	SessionEndTime   string
	SessionIdleTime  *int64 // seconds here; DescribeGlobalDesktopRecords has minutes
}

// Idle says for how long nobody has used each desktop: the least over its
// sessions, of which a connected one tells its idle time and an ended one when
// it ended. A desktop of which a complete answer shows no session has been idle
// for all the time that was asked about, Options.SessionWindow. A desktop with a
// session that cannot be read, or that is neither connected nor ended, is absent,
// and so is one that the cloud refuses to tell of. Errors are *core.CloudError.
func (c *Client) Idle(ctx context.Context, region string, ids []string) (map[string]time.Duration, error) {
	at, failed := c.place(opSessions, region)
	if failed != nil {
		return nil, failed
	}
	k := call{op: opSessions, version: versionAdmin, region: region, at: at, reads: true}
	since := c.now().Add(-c.window).UTC().Format(time.RFC3339)
	return facts(ids, opSessions, func(ids []string, known map[string]time.Duration) *core.CloudError {
		k.desktops, k.params = len(ids), named(region, "DesktopId", ids)
		k.give("StartTime", since)
		all, failed := numbered[session](ctx, c, k)
		if failed != nil {
			return failed
		}
		now := c.now()
		for _, id := range ids {
			known[id] = c.window
		}
		for _, s := range all {
			least, asked := known[s.DesktopId]
			if !asked {
				continue // another desktop's, or this one is unknown already
			}
			idle, ok := s.idle(now)
			if !ok {
				delete(known, s.DesktopId)
				continue
			}
			known[s.DesktopId] = min(least, idle)
		}
		return nil
	})
}

// idle says for how long nobody has used this session.
func (s session) idle(now time.Time) (time.Duration, bool) {
	_, begun := stampOf(s.SessionStartTime)
	end, ended := stampOf(s.SessionEndTime)
	switch {
	case !begun || !ended:
		return 0, false
	case s.SessionStatus == core.ConnConnected:
		return spanOf(s.SessionIdleTime)
	case end.IsZero():
		return 0, false
	}
	// The cloud's clock may be a little ahead of this one.
	return max(now.Sub(end), 0), true
}

// facts asks about desktops, so many a call, and returns what is known of each.
// ask is given a map that has nothing of its ids yet.
func facts(ids []string, op string, ask func(ids []string, known map[string]time.Duration) *core.CloudError) (map[string]time.Duration, error) {
	known := make(map[string]time.Duration, len(ids))
	for chunk := range slices.Chunk(distinct(ids), factChunk) {
		if problem := badIDs(chunk, factChunk); problem != "" {
			return nil, noCall(op, problem)
		}
		if failed := apart(chunk, func(ids []string) *core.CloudError { return ask(ids, known) }); failed != nil {
			return nil, failed
		}
	}
	return known, nil
}
