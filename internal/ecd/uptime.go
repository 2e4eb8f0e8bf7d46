package ecd

import (
	"context"
	"time"

	"stopdesktops/internal/core"
)

const opRecords = "DescribeGlobalDesktopRecords"

// record is what matters of one row of DescribeGlobalDesktopRecords 2020-09-30.
type record struct {
	DesktopId     string
	RegionId      string
	DesktopStatus string
	UpTime        *int64 // seconds since the last start
}

// Uptime says for how long each desktop has been running. Only a central region
// knows, which lags behind the desktops' own; so a row that does not say Running
// is as good as none. A desktop without a row, or whose row has no UpTime, is
// absent. Errors are *core.CloudError.
func (c *Client) Uptime(ctx context.Context, region string, ids []string) (map[string]time.Duration, error) {
	central, at, failed := c.centralOf(opRecords, region)
	if failed != nil {
		return nil, failed
	}
	k := call{op: opRecords, version: versionAdmin, region: central, at: at, reads: true}
	return facts(ids, opRecords, func(ids []string, known map[string]time.Duration) *core.CloudError {
		k.desktops, k.params = len(ids), named(central, "DesktopId", ids)
		// The vendor says of durations of connections that only this scope has
		// them, and nothing of UpTime.
		k.give("Scope", "ADVANCED")
		all, failed := numbered[record](ctx, c, k)
		if failed != nil {
			return failed
		}
		asked, unknown := setOf(ids), map[string]bool{}
		for _, r := range all {
			if !asked[r.DesktopId] || r.RegionId != "" && r.RegionId != region {
				continue
			}
			up, ok := spanOf(r.UpTime)
			if !ok || r.DesktopStatus != "" && r.DesktopStatus != core.StatusRunning {
				unknown[r.DesktopId] = true
				continue
			}
			if least, twice := known[r.DesktopId]; !twice || up < least {
				known[r.DesktopId] = up
			}
		}
		for id := range unknown {
			delete(known, id)
		}
		return nil
	})
}
