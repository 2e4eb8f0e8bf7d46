package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/timetable"
)

// timersOf reads the timers of a folder that holds no more.
func timersOf(t *testing.T, timers string) []timetable.Timer {
	t.Helper()
	dir := ownFolder(t, map[string]string{"timers.yaml": timers})
	c, err := config.LoadTimes(dir, config.Source{Environ: []string{"ECD_REGIONS=" + regions}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Timers
}

const twoTimers = `Timers:
  - {Name: weekdays, Cron: "CRON_TZ=Asia/Shanghai 0 0 20 * * *", OnlyOn: workdays, Announce: 30m, Channel: C0NIGHTLY, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-demo0004]}}
  - {Name: 2nd, Cron: "0 0 12 * * *", LateAfter: 1h, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-demo0004]}}
`

func TestTicks(t *testing.T) {
	all := ticksOf(timersOf(t, twoTimers))
	// Saturday is the 5th of December 2026; eight o'clock in Shanghai is noon.
	for _, c := range []struct {
		trigger, now, last, next, idle string
	}{
		{"run_weekdays", "2026-12-04T12:10:00Z", "2026-12-04T12:00:00Z", "2026-12-07T12:00:00Z", ""},
		{"run_weekdays", "2026-12-04T12:00:00Z", "2026-12-04T12:00:00Z", "2026-12-04T12:00:00Z", ""},
		{"run_weekdays", "2026-12-04T13:00:00Z", "2026-12-04T12:00:00Z", "2026-12-07T12:00:00Z", "it was due at 2026-12-04 Fri 20:00:00 +08:00, longer ago than its LateAfter of 15m0s"},
		{"run_weekdays", "2026-12-05T12:05:00Z", "2026-12-05T12:00:00Z", "2026-12-07T12:00:00Z", "weekend"},
		{"announce_weekdays", "2026-12-04T11:29:00Z", "2026-12-03T11:30:00Z", "2026-12-04T11:30:00Z", "LateAfter"},
		{"announce_weekdays", "2026-12-04T11:40:00Z", "2026-12-04T11:30:00Z", "2026-12-07T11:30:00Z", ""},
		{"announce_weekdays", "2026-12-05T11:40:00Z", "2026-12-05T11:30:00Z", "2026-12-07T11:30:00Z", "weekend"},
		{"run_2nd", "2026-12-05T12:59:00Z", "2026-12-05T12:00:00Z", "2026-12-06T12:00:00Z", ""},
	} {
		t.Run(c.trigger+" at "+c.now, func(t *testing.T) {
			p := &playground{ticks: all}
			tick, ok := p.tick(c.trigger)
			if !ok {
				t.Fatal("there is no such trigger")
			}
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := tick.last(now).UTC().Format(time.RFC3339); got != c.last {
				t.Errorf("last %s, want %s", got, c.last)
			}
			if got := tick.next(now).UTC().Format(time.RFC3339); got != c.next {
				t.Errorf("next %s, want %s", got, c.next)
			}
			idle := tick.idle(now)
			if c.idle == "" && idle != "" || !strings.Contains(strings.ToLower(idle), strings.ToLower(c.idle)) {
				t.Errorf("idle %q, want %q", idle, c.idle)
			}
			// What is said to be idle is what the timer itself refuses or skips.
			_, refused := tick.timer.Admit(tick.last(now), now)
			if tick.announces {
				_, refused = tick.timer.AdmitAnnouncement(tick.last(now), now)
			}
			if runs := tick.timer.Decide(tick.last(now).Add(tick.lead())).Run; (refused != nil || !runs) != (idle != "") {
				t.Errorf("idle %q, and the timer says %v, and runs %v", idle, refused, runs)
			}
		})
	}
}

// TestTickWithoutTimes: a day that no year has comes never.
func TestTickWithoutTimes(t *testing.T) {
	never := ticksOf(timersOf(t, strings.ReplaceAll(twoTimers, "0 0 12 * * *", "0 0 12 29 2 *")))[2]
	// Of the 29th of February 2028 the year before 2027 has none.
	if next := never.next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); !next.IsZero() {
		t.Errorf("it comes at %s", next)
	}
}

func TestDue(t *testing.T) {
	p := &playground{folder: &folder{own: true}, ticks: ticksOf(timersOf(t, twoTimers))}
	for from, want := range map[string]string{
		"2026-12-04T11:00:00Z": "announce_weekdays 11:30",
		"2026-12-04T11:30:01Z": "run_weekdays run_2nd 12:00",
		"2026-12-05T11:00:00Z": "run_2nd 12:00", // a Saturday
	} {
		at, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		due, when := p.due(at)
		got := ""
		for _, d := range due {
			got += d.name() + " "
		}
		if got += when.UTC().Format("15:04"); got != want {
			t.Errorf("from %s on: %s, want %s", from, got, want)
		}
	}
	p.folder.own = false
	if due, at := p.due(time.Now()); len(due) > 0 || !at.IsZero() {
		t.Errorf("the show's own timers are fired at %s", at)
	}
}

// TestTriggersOfTheShow: the show fires what its folder has, and each trigger's
// payload names its timer.
func TestTriggersOfTheShow(t *testing.T) {
	root, err := repository(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := readFolder(root, "", nil, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	p := &playground{judged: true, folder: f, ticks: ticksOf(f.config.Timers), left: map[int]bool{}}
	needed := 0
	for _, part := range p.parts() {
		for _, name := range part.timers {
			needed++
			if _, ok := p.tick(name); !ok {
				t.Errorf("part %d needs %s, which %s does not have", part.number, name, shipped)
			}
		}
	}
	if needed != len(p.ticks) {
		t.Errorf("the show fires %d triggers of %d", needed, len(p.ticks))
	}
	got := fmt.Sprint(p.ticks[1].trigger())
	if want := `{announce_nightly-dev 0 * * * * * {"Timer":"nightly-dev","Announce":true} true}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
