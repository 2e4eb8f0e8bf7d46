package main

import (
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// spared are desktops that the night leaves alone, for every reason that the
// plan of a selection can have. A test compares the codes with core's.
var spared = []kind{
	{n: 3, name: "payroll", code: core.NotPermitted, end: ecd.Running, why: "policy.cedar keeps timers from it", make: func(d *ecd.Desktop, _ int, _ time.Time) {
		d.OfficeSiteID = "cn-hangzhou+dir-payroll"
	}},
	{n: 2, name: "twin", code: core.Ambiguous, end: ecd.Running, why: "both regions have one with this id", make: func(d *ecd.Desktop, i int, _ time.Time) {
		d.ID, d.Region = "ecd-nighttwin", []string{"cn-hangzhou", "cn-shanghai"}[i]
	}},
	{n: 2, name: "kiosk", code: core.Excepted, end: ecd.Running, why: "timers.yaml excepts kiosks"},
	{n: 4, name: "pool", code: core.Pooled, end: ecd.Running, why: "it belongs to a pool, and nobody asked for pools", make: func(d *ecd.Desktop, _ int, _ time.Time) {
		d.PoolID = "dg-night"
	}},
	{n: 1, name: "typo", code: core.ScheduleUnknown, end: ecd.Running, why: "its tag names a schedule that nobody knows", make: func(d *ecd.Desktop, _ int, _ time.Time) {
		d.Tags = map[string]string{tagEnv: "test", core.TagSchedule: "six-hourli"}
	}},
	{n: 12, name: "off", code: core.AlreadyStopped, end: ecd.Stopped, why: "it was stopped already", make: status(ecd.Stopped, 0)},
	{n: 1, name: "leaving", code: core.AlreadyStopping, end: ecd.Stopping, why: "it was stopping already", make: status(ecd.Stopping, time.Hour)},
	{n: 2, name: "arriving", code: core.NotRunning, end: ecd.Starting, why: "it is not running yet", make: status(ecd.Starting, time.Hour)},
	{n: 2, name: "update", code: core.HandsOff, end: ecd.Running, why: "the cloud is updating it", make: func(d *ecd.Desktop, _ int, _ time.Time) {
		d.ManagementFlags = []string{"Updating"}
	}},
	{n: 1, name: "build", code: core.Kept, end: ecd.Running, why: "a tag keeps it awake", make: func(d *ecd.Desktop, _ int, _ time.Time) {
		d.Tags[core.TagKeep] = "yes"
	}},
	{n: 2, name: "alice", code: core.Kept, end: ecd.Running, why: "alice pressed Keep mine tonight", make: func(d *ecd.Desktop, _ int, _ time.Time) {
		d.EndUserIDs = []string{alice}
	}},
	{n: 1, name: "blank", code: core.TagsUnknown, end: ecd.Running, why: "nobody can read its tags", make: flawed(ecd.TagsAbsent | ecd.TagsRefused)},
	{n: 9, name: "late", code: core.Connected, end: ecd.Running, why: "somebody is connected", make: func(d *ecd.Desktop, _ int, now time.Time) {
		d.Connection = ecd.Connected
		d.Sessions = []ecd.Session{{EndUserID: d.EndUserIDs[0], Established: now.Add(-time.Hour)}}
		d.SessionLog = []ecd.SessionRecord{{EndUserID: d.EndUserIDs[0], Started: now.Add(-time.Hour)}}
	}},
	{n: 2, name: "fog", code: core.ConnectionUnknown, end: ecd.Running, why: "nobody knows whether it is in use", make: func(d *ecd.Desktop, _ int, _ time.Time) {
		d.Connection = ecd.Unknown
	}},
	{n: 6, name: "month", code: core.PrePaid, end: ecd.Running, why: "it is paid for by the month", make: func(d *ecd.Desktop, _ int, _ time.Time) {
		d.ChargeType = core.ChargePrePaid
	}},
	{n: 3, name: "fresh", code: core.RecentlyStarted, end: ecd.Running, why: "it was started 20 minutes ago", make: func(d *ecd.Desktop, _ int, now time.Time) {
		d.LastStarted = now.Add(-20 * time.Minute)
	}},
	{n: 1, name: "ageless", code: core.UptimeUnknown, end: ecd.Running, why: "nobody knows when it was started", make: flawed(ecd.NoRecord)},
	{n: 5, name: "coffee", code: core.RecentlyUsed, end: ecd.Running, why: "its user left ten minutes ago", make: func(d *ecd.Desktop, _ int, now time.Time) {
		d.SessionLog[0].Ended = now.Add(-10 * time.Minute)
	}},
	{n: 1, name: "riddle", code: core.IdleUnknown, end: ecd.Running, why: "nobody knows when it was used last", make: flawed(ecd.SessionsUnreadable)},
}

// status puts a desktop into a state that lasts for so long, or for ever.
func status(s string, lasts time.Duration) func(*ecd.Desktop, int, time.Time) {
	return func(d *ecd.Desktop, _ int, now time.Time) {
		if d.Status = s; lasts > 0 {
			d.StatusUntil = now.Add(lasts)
		}
	}
}

// flawed makes the cloud's data about a desktop wrong.
func flawed(f ecd.Flaw) func(*ecd.Desktop, int, time.Time) {
	return func(d *ecd.Desktop, _ int, _ time.Time) { d.Flaws = f }
}

// reasons are the codes of spared.
func reasons() map[core.Code]bool {
	all := map[core.Code]bool{}
	for _, k := range spared {
		all[k.code] = true
	}
	return all
}
