package tests

import (
	"math"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// notOfAFleet are the codes that no desktop of these fleets ends with, and why.
var notOfAFleet = map[core.Code]string{
	core.NotFound:         "a selection reaches only what the cloud shows",
	core.WouldStop:        "of dry runs: it is not left alone by a reason of its own",
	core.Unkept:           "how unkeep ends",
	core.Accepted:         "how a stop ends where nobody looks",
	core.StillStopping:    "how a stop ends that takes too long",
	core.CameBack:         "how a stop ends that does not take",
	core.CloudRefused:     "how a stop ends that the cloud refuses",
	core.CloudUnavailable: "how a stop ends that the cloud does not take",
	core.Unknown:          "how a stop ends that nobody can see",
	core.NotTried:         "how a run ends before its time",
}

// TestReasonsHasEveryCode: a code that core gains is in the fleet of some door, or
// is named above with the reason why none has it.
func TestReasonsHasEveryCode(t *testing.T) {
	t.Parallel()
	has := map[core.Code]bool{}
	for _, door := range []core.Door{core.Webhook, core.Timer, core.Slack} {
		_, want := reasons(string(door))
		for _, code := range want {
			has[code] = true
		}
	}
	for _, code := range core.Codes() {
		switch why, never := notOfAFleet[code]; {
		case has[code] && never:
			t.Errorf("a fleet has %s, and is said not to: %s", code, why)
		case !has[code] && !never:
			t.Errorf("no fleet has a desktop that ends as %s; give reasons one", code)
		}
	}
}

// reasons is a fleet for one door. Together the fleets of all doors have every
// reason why a plan may leave a desktop alone, beside some that are stopped. want is the code that each desktop
// ends with, as region/id; what is not in it must not be reported at all.
func reasons(door string) (fleet []ecd.Desktop, want map[string]core.Code) {
	now := time.Now()
	want = map[string]core.Code{}
	add := func(code core.Code, d ecd.Desktop, edits ...func(*ecd.Desktop)) {
		if !strings.HasPrefix(d.ID, "ecd-") {
			d.ID = "ecd-" + door + d.ID
		}
		if d.Region == "" {
			d.Region = hangzhou
		}
		d.Tags = map[string]string{"door": door, core.TagSchedule: "this-hour"}
		d.LastStarted = now.Add(-10 * time.Hour)
		for _, edit := range edits {
			edit(&d)
		}
		fleet = append(fleet, d)
		if code != "" {
			want[d.Region+"/"+d.ID] = code
		}
	}
	tag := func(key, value string) func(*ecd.Desktop) { return func(d *ecd.Desktop) { d.Tags[key] = value } }
	used := func(ended time.Time) []ecd.SessionRecord {
		return []ecd.SessionRecord{{EndUserID: "alice", Started: now.Add(-9 * time.Hour), Ended: ended}}
	}
	hours := []ecd.DurationPackage{{PackageType: "120", Total: 120 * time.Hour}}

	add(core.Stopped, ecd.Desktop{ID: "free", SessionLog: used(now.Add(-time.Hour))})
	add(core.Stopped, ecd.Desktop{ID: "far", Region: shanghai})
	add(core.Stopped, ecd.Desktop{ID: "lapsed"}, tag(core.TagKeepUntil, now.Add(-time.Hour).Format(time.RFC3339)))
	add(core.Stopped, ecd.Desktop{ID: "unkept", Region: shanghai}, tag(core.TagKeep, "no"))
	add(core.Stopped, ecd.Desktop{ID: "hours", ChargeType: "PrePaid", Durations: hours})
	add(core.Stopped, ecd.Desktop{ID: "priceless", Type: "ecd.graphics.9c"})

	add(core.AlreadyStopped, ecd.Desktop{ID: "off", Status: ecd.Stopped})
	add(core.AlreadyStopping, ecd.Desktop{ID: "going", Status: ecd.Stopping, Region: shanghai})
	add(core.Connected, ecd.Desktop{ID: "used", Connection: ecd.Connected})
	add(core.ConnectionUnknown, ecd.Desktop{ID: "perhaps", Connection: ecd.Unknown})
	add(core.ConnectionUnknown, ecd.Desktop{ID: "unheard", Connection: "Roaming", Region: shanghai})
	add(core.NotRunning, ecd.Desktop{ID: "rebuilt", Status: ecd.Rebuilding})
	add(core.HandsOff, ecd.Desktop{ID: "moved", ManagementFlags: []string{"Migrating"}})
	add(core.Kept, ecd.Desktop{ID: "kept"}, tag(core.TagKeep, "yes"))
	add(core.Kept, ecd.Desktop{ID: "tonight"}, tag(core.TagKeepUntil, now.Add(time.Hour).Format(time.RFC3339)))
	add(core.Kept, ecd.Desktop{ID: "forever"}, tag(core.TagKeepUntil, now.Add(1000*time.Hour).Format(time.RFC3339)))
	add(core.Kept, ecd.Desktop{ID: "mistyped", Region: shanghai}, tag(core.TagKeepUntil, "tomorrow"))
	add(core.TagsUnknown, ecd.Desktop{ID: "untold", Flaws: ecd.TagsAbsent | ecd.TagsRefused})
	add(core.Excepted, ecd.Desktop{ID: "stays"}, tag("stay", ""))
	add(core.NotPermitted, ecd.Desktop{ID: "ecd-vault" + door})
	add(core.PrePaid, ecd.Desktop{ID: "monthly", ChargeType: "PrePaid"})
	add(core.Pooled, ecd.Desktop{ID: "shared", PoolID: "dg-1"})
	add(core.RecentlyUsed, ecd.Desktop{ID: "coffee", SessionLog: used(now.Add(-time.Minute))})
	add(core.IdleUnknown, ecd.Desktop{ID: "silent", SessionLog: used(now.Add(-time.Hour)), Flaws: ecd.SessionsUnreadable})
	add(core.RecentlyStarted, ecd.Desktop{ID: "fresh"}, func(d *ecd.Desktop) { d.LastStarted = now.Add(-time.Minute) })
	add(core.UptimeUnknown, ecd.Desktop{ID: "unrecorded", Flaws: ecd.NoRecord})
	add(core.Ambiguous, ecd.Desktop{ID: "twin"})
	add(core.Ambiguous, ecd.Desktop{ID: "twin", Region: shanghai})
	add("", ecd.Desktop{ID: "others"}, tag("door", "none"))
	switch door {
	case "slack":
		add(core.NoMatch, ecd.Desktop{ID: "leaves"}) // once the plan is shown
	case "timer":
		add(core.Stopped, ecd.Desktop{ID: "abroad"}, tag(core.TagSchedule, "this-hour-in-shanghai"), tag(core.TagZone, "Asia/Shanghai"))
		add(core.ScheduleUnknown, ecd.Desktop{ID: "nowhere"}, tag(core.TagZone, "Mars/Base"))
		add(core.ScheduleUnknown, ecd.Desktop{ID: "unplanned"}, tag(core.TagSchedule, "someday"))
		add("", ecd.Desktop{ID: "later"}, tag(core.TagSchedule, "another-hour"))
		add("", ecd.Desktop{ID: "laterabroad"}, tag(core.TagZone, "Asia/Shanghai"))
		add("", ecd.Desktop{ID: "unscheduled"}, func(d *ecd.Desktop) { delete(d.Tags, core.TagSchedule) })
	}
	return fleet, want
}

// TestEverySkipReasonAtEveryDoor selects from one fleet in two regions through
// the webhook, a timer and Slack, on the admin contract. Pages are short, so that
// many have to be read.
func TestEverySkipReasonAtEveryDoor(t *testing.T) {
	t.Parallel()
	var fleet []ecd.Desktop
	want := map[core.Door]map[string]core.Code{}
	for _, door := range []core.Door{core.Webhook, core.Timer, core.Slack} {
		some, codes := reasons(string(door))
		fleet, want[door] = append(fleet, some...), codes
	}
	w := fleetWorld(t, fleet)
	w.ECD.Change(func(o *ecd.Options) { o.PageScans = 10 })

	w.post("reasons", `{"Select":{"RegionId":["all"],"Tag":[{"Key":"door","Value":"webhook"}]},"Except":{"Tag":[{"Key":"stay"}]},"MinUptime":"1h"}`)
	w.tickAt("schedules", time.Now().Truncate(time.Hour))
	if r := w.command(alice, "tag:door=slack region=all minuptime=1h except tag:stay"); r.Error != "" || !strings.Contains(r.Shown(), "Heard") {
		t.Fatalf("%s %s: %s", r.Error, r.Cause, r.Shown())
	}
	w.drain()
	if n := w.stopIDs(ecd.VersionAdmin, hangzhou); n == 0 {
		t.Error("nothing was stopped in hangzhou")
	}
	for _, call := range w.stops() {
		for _, id := range call.IDs {
			if strings.HasPrefix(id, "ecd-slack") {
				t.Errorf("%s was stopped before anybody answered", id)
			}
		}
	}
	shown := w.screen()
	for _, code := range want[core.Slack] {
		if code != core.Stopped && code != core.NoMatch && !strings.Contains(shown, "`"+string(code)+"`") {
			t.Errorf("the plan in Slack does not show %s:\n%s", code, shown)
		}
	}
	w.ECD.Update(hangzhou, "ecd-slackleaves", func(d *ecd.Desktop) { d.Tags["door"] = "none" })
	w.press(alice, "stop")
	w.drain()

	stopped := map[string]int{}
	for _, door := range []core.Door{core.Webhook, core.Timer, core.Slack} {
		r := w.reportOf(door, "")
		wantPlaces(t, r, want[door])
		wantEstimate(t, r)
		for place, code := range want[door] {
			if region, _, _ := strings.Cut(place, "/"); code == core.Stopped {
				stopped[region]++
			}
		}
	}
	for _, region := range []string{hangzhou, shanghai} {
		if n := w.stopIDs(ecd.VersionAdmin, region); n != stopped[region] {
			t.Errorf("StopDesktops %s named %d desktops of %s, want %d", ecd.VersionAdmin, n, region, stopped[region])
		}
		if n := w.stopIDs(ecd.VersionClient, region); n != 0 {
			t.Errorf("StopDesktops %s named %d desktops of %s, want none", ecd.VersionClient, n, region)
		}
		if n := w.pagesOf(region); n < 3 {
			t.Errorf("%d further pages of %s were read, want several", n, region)
		}
	}
	w.onlyPost("schedules")
	wantWords(t, w.screen(), "CNY", "estimate", "hour packages", "No price is known for 1 desktop")
}

// pagesOf counts the pages of a region that were read behind a first one.
func (w *world) pagesOf(region string) int {
	n := 0
	for _, c := range w.ECD.Calls() {
		if c.Operation == "DescribeDesktops" && c.Region == region && c.Params.Get("NextToken") != "" {
			n++
		}
	}
	return n
}

// wantEstimate compares a report's estimate with the price list: half a yuan an
// hour for each desktop that is paid by use and has a price.
func wantEstimate(t *testing.T, r core.Report) {
	t.Helper()
	if r.Estimate == nil {
		t.Errorf("the report of %s has no estimate", r.Caller)
		return
	}
	hours := r.Estimate.Until.Sub(r.Finished).Hours()
	if hours <= 0 || hours > 72 || r.Estimate.Until.In(zone(t, "Asia/Shanghai")).Hour() != 8 {
		t.Errorf("%s: savings until %s, want the next workday at 8", r.Caller, r.Estimate.Until)
	}
	priced := float64(r.Counts[core.Stopped] - 2) // one has no price and one an hour package
	// Amounts are rounded to cents and hours to tenths, and the report is finished
	// a moment after it is estimated.
	amount, near := priced*hours*0.5, 0.02*priced
	if math.Abs(r.Estimate.Amount-amount) > near || math.Abs(r.Estimate.Hours-hours) > 0.1 || r.Estimate.Unpriced != 1 || r.Estimate.Currency != "CNY" {
		t.Errorf("%s: estimate %+v, want %.0f x %.2f h x 0.5 CNY and %.2f h of a package", r.Caller, *r.Estimate, priced, hours, hours)
	}
}

// TestEveryDoorOnTheClientContract stops desktops by id for an end user, in both
// regions.
func TestEveryDoorOnTheClientContract(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, []ecd.Desktop{
		{Region: hangzhou, ID: "ecd-w1"}, {Region: hangzhou, ID: "ecd-w2"},
		{Region: shanghai, ID: "ecd-t1"}, {Region: shanghai, ID: "ecd-t2", Connection: ecd.Connected},
		{Region: hangzhou, ID: "ecd-s1"}, {Region: shanghai, ID: "ecd-s2"},
	}, withEnv(map[string]string{"ECD_CLIENT_ID": "deployment"}))
	w.post("client", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-w1","ecd-w2"],"ClientId":"ticket"}`)
	w.tick("client")
	w.command(alice, "ecd-s1 ecd-s2")
	w.drain()
	w.press(alice, "stop")
	w.drain()
	wantPlaces(t, w.reportOf(core.Webhook, ""), map[string]core.Code{"cn-hangzhou/ecd-w1": core.Stopped, "cn-hangzhou/ecd-w2": core.Stopped})
	wantPlaces(t, w.reportOf(core.Timer, "client"), map[string]core.Code{"cn-shanghai/ecd-t1": core.Stopped, "cn-shanghai/ecd-t2": core.Connected})
	wantPlaces(t, w.reportOf(core.Slack, ""), map[string]core.Code{"cn-hangzhou/ecd-s1": core.Stopped, "cn-shanghai/ecd-s2": core.Stopped})
	who := map[string]string{"ecd-w1": "ticket", "ecd-w2": "ticket", "ecd-t1": "f4a0dc8e-1702-4728-9a60-95b27a350000", "ecd-s1": "deployment", "ecd-s2": "deployment"}
	for _, c := range w.stops() {
		if c.Version != ecd.VersionClient {
			t.Errorf("called version %s, want %s", c.Version, ecd.VersionClient)
		}
		for _, id := range c.IDs {
			if got := c.Params.Get("ClientId"); got != who[id] {
				t.Errorf("%s was stopped for client %q, want %q", id, got, who[id])
			}
		}
	}
	if n, m := w.stopIDs(ecd.VersionClient, hangzhou), w.stopIDs(ecd.VersionClient, shanghai); n != 3 || m != 2 {
		t.Errorf("StopDesktops named %d desktops of hangzhou and %d of shanghai, want 3 and 2", n, m)
	}
}
