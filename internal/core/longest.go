package core

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
)

// longestAmong bounds how many of the desktops that a run left running are asked
// about: five calls at most.
const longestAmong = 500

// Longest names the longest-running desktops that a run left running. What
// cannot be learnt is left out: it is a hint for people and decides nothing.
func (r *Runner) Longest(ctx context.Context, report Report) []StillRunning {
	left := map[string][]Outcome{}
	n := 0
	for _, o := range report.Outcomes {
		if leftRunning(o.Code) && n < longestAmong {
			left[o.RegionId] = append(left[o.RegionId], o)
			n++
		}
	}
	var all []StillRunning
	for region, outcomes := range left {
		ids := make([]string, len(outcomes))
		for i, o := range outcomes {
			ids[i] = o.DesktopId
		}
		up, err := r.Fleet.Uptime(ctx, region, ids)
		if err != nil {
			r.Log.LogAttrs(ctx, slog.LevelInfo, "uptimes are not known", slog.String("run", string(report.Run)), slog.String("error", cloudError(err).Error()))
		}
		for _, o := range outcomes {
			if d, known := up[o.DesktopId]; known {
				all = append(all, StillRunning{RegionId: region, DesktopId: o.DesktopId, DesktopName: o.DesktopName, Code: o.Code, Up: d})
			}
		}
	}
	slices.SortFunc(all, func(a, b StillRunning) int {
		return cmp.Or(cmp.Compare(b.Up, a.Up), cmp.Compare(a.DesktopId, b.DesktopId))
	})
	return all[:min(len(all), LongestShown)]
}

// leftRunning says whether a desktop with this outcome is likely to run still.
func leftRunning(c Code) bool {
	switch c {
	case Stopped, Accepted, AlreadyStopped, AlreadyStopping, NotRunning, NotFound, Ambiguous, NotPermitted, NoMatch:
		return false
	}
	return true
}
