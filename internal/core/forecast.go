package core

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"
)

// Forecast plans what a timer's instant would stop, as seen now, and says
// whether it is to be announced: the same instant is announced once. Nothing is
// stopped.
func (r *Runner) Forecast(ctx context.Context, i Instant) (f Forecast, announce RunID, err error) {
	rec, err := r.announcement(ctx, i)
	if err != nil {
		return Forecast{}, "", err
	}
	if told, err := r.Journal.Marked(ctx, rec.Run, MarkTold); err != nil || told {
		return Forecast{}, "", err
	}
	plan, err := r.plan(ctx, rec)
	if err != nil {
		return Forecast{}, "", &Error{Code: Busy, Message: "The desktops could not be looked at: " + cloudError(err).Error(), Cause: err}
	}
	return Forecast{Timer: i.Timer, Due: i.At, Plan: plan, Estimate: r.estimate(plan, wouldStop(plan), i.At), DryRun: i.DryRun}, rec.Run, nil
}

// announcement records that an instant is announced, under an id of its own.
func (r *Runner) announcement(ctx context.Context, i Instant) (RequestRecord, error) {
	d := i.delivery()
	rec := RequestRecord{At: r.Now(), Caller: d.Caller, Request: d.Request, Kind: AskForecast, For: i.Timer, Due: i.At, Since: i.Since}
	rec.Run = r.Keys.RunIDs(Timer, i.Timer, "announce:"+d.ID)[0]
	if err := r.maySubmit(ctx, rec); err != nil {
		return rec, err
	}
	rec, _, err := r.Journal.Claim(ctx, rec)
	return rec, err
}

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

// Alive is the line that says that a timer was heard of and dealt with, whatever
// came of it. An alarm goes off where it is missing.
func Alive(ctx context.Context, log *slog.Logger, timer string, scheduled time.Time, what string, stopped int) {
	log.LogAttrs(ctx, slog.LevelInfo, "alive", slog.String("timer", timer), slog.Time("scheduled", scheduled), slog.String("what", what), slog.Int("stopped", stopped))
}
