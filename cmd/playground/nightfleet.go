package main

import (
	"fmt"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// nightSize is how many desktops the night is about.
const nightSize = 300

// Tags of the night's desktops: config/timers.yaml selects by the first, and
// config/prices.yaml charges by the second.
const (
	tagEnv  = "env"
	tagTeam = "team"
)

// kind is desktops of the night that are alike: what they are and how they must
// end.
type kind struct {
	n    int
	name string // of the desktops, before a number
	code core.Code
	end  string // status after the night
	why  string
	make func(d *ecd.Desktop, i int, now time.Time)
}

// nightFleet makes the night's desktops, three of five in Hangzhou and the
// others in Shanghai. The same ones come out every time, but for the times,
// which are counted from now.
func nightFleet(now time.Time) []resident {
	all := make([]resident, 0, nightSize)
	for _, k := range kinds() {
		for i := range k.n {
			n := len(all) + 1
			d := developer(n, k.name, now)
			if k.make != nil {
				k.make(&d, i, now)
			}
			all = append(all, resident{Desktop: d, part: nightPart, end: k.end, why: k.why, code: k.code})
		}
	}
	return all
}

// developer is a desktop that has nothing against being stopped: running since
// the morning, used until two hours ago, paid by use.
func developer(n int, name string, now time.Time) ecd.Desktop {
	user := fmt.Sprintf("user-%03d", n)
	types := []string{"eds.enterprise_office.2c4g", "eds.enterprise_office.4c8g", "eds.enterprise_office.8c16g"}
	return ecd.Desktop{
		Region: []string{"cn-hangzhou", "cn-shanghai", "cn-hangzhou", "cn-shanghai", "cn-hangzhou"}[n%5],
		ID:     fmt.Sprintf("ecd-night%03d", n), Name: fmt.Sprintf("%s-%03d", name, n),
		EndUserIDs: []string{user}, Type: types[n%len(types)],
		Tags:        map[string]string{tagEnv: "dev", tagTeam: []string{"web", "app"}[n%2]},
		LastStarted: now.Add(-9*time.Hour - time.Duration(n)*time.Minute),
		SessionLog:  []ecd.SessionRecord{{EndUserID: user, Started: now.Add(-8 * time.Hour), Ended: now.Add(-2 * time.Hour)}},
	}
}

// kinds are all desktops of the night: those that stop, those that no timer
// reaches, and then those that are left alone, by reason.
func kinds() []kind {
	reached := []kind{
		{n: 12, name: "hours", code: core.Stopped, end: ecd.Stopped, why: "its stop saves hours of a package", make: func(d *ecd.Desktop, _ int, _ time.Time) {
			d.ChargeType = core.ChargePrePaid
			d.Durations = []ecd.DurationPackage{{PackageType: "duration", Total: 250 * time.Hour, Used: 90 * time.Hour, UsedUp: "Postpaid"}}
		}},
		{n: 4, name: "test", code: core.Stopped, end: ecd.Stopped, why: "its own schedule stops it", make: func(d *ecd.Desktop, _ int, _ time.Time) {
			d.Tags = map[string]string{tagEnv: "test", core.TagSchedule: "six-hourly"}
		}},
		{n: 1, name: "stuck", code: core.CloudRefused, end: ecd.Running, why: "the cloud refuses to stop it", make: func(d *ecd.Desktop, _ int, _ time.Time) {
			d.Flaws = ecd.StopRefused
		}},
		{n: 14, name: "live", end: ecd.Running, why: "it is not of env=dev, so nobody reaches it", make: func(d *ecd.Desktop, _ int, _ time.Time) {
			d.Tags[tagEnv] = "prod"
		}},
	}
	others := append(reached, spared...)
	rest := nightSize
	for _, k := range others {
		rest -= k.n
	}
	return append([]kind{{n: rest, name: "dev", code: core.Stopped, end: ecd.Stopped, why: "the nightly timer stops it"}}, others...)
}
