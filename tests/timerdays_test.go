package tests

import (
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
)

// TestTimerDays fires timers on a day that is a holiday by one calendar and a
// make-up workday by another. Each has a desktop of its own, and its channel
// hears once what came of it.
func TestTimerDays(t *testing.T) {
	t.Parallel()
	minute := time.Now().Truncate(time.Minute)
	cases := []struct {
		timer string
		at    time.Time
		code  core.Code // that its desktop ends with; "" where nothing ran
		alive string    // what the line for the alarm says
		says  []string
	}{
		{"holiday-off", minute, "", "not its day", []string{"nothing ran", "Founding Day", "workdays only"}},
		{"holiday-on", minute, core.Stopped, "ran", []string{"*1 stopped.*"}},
		{"makeup-on", minute, core.Stopped, "ran", []string{"*1 stopped.*"}},
		{"past", minute, "", "not its day", []string{"nothing ran", "outside the dates", "2020-12-31"}},
		{"within", minute, core.Stopped, "ran", []string{"*1 stopped.*"}},
		{"late", minute.Add(-5 * time.Minute), "", "late", []string{"nothing ran", "after its time", "allows 1m"}},
		{"dry", minute, core.WouldStop, "ran", []string{"Dry run: 1 would stop", "Nothing was stopped", "DryRun: false", "Would save about"}},
	}
	var fleet []ecd.Desktop
	for _, c := range cases {
		fleet = append(fleet, ecd.Desktop{Region: hangzhou, ID: "ecd-" + strings.ReplaceAll(c.timer, "-", ""), Tags: map[string]string{"timer": c.timer}})
	}
	w := fleetWorld(t, fleet)
	w.FC.DeliverTwice("stopdesktops", fc.DuplicatesAtOnce)
	for _, c := range cases {
		w.tickAt(c.timer, c.at)
	}
	w.drain()

	log := w.FC.Logs("stopdesktops")
	for i, c := range cases {
		id := fleet[i].ID
		post := w.onlyPost("`" + c.timer + "`")
		wantWords(t, post, c.says...)
		if want := `"msg":"alive"`; !logged(log, want, `"timer":"`+c.timer+`"`, `"what":"`+c.alive+`"`) {
			t.Errorf("no line says that timer %s is alive (%s)", c.timer, c.alive)
		}
		d, _ := w.ECD.Desktop(hangzhou, id)
		if stopped := d.Status == ecd.Stopped; stopped != (c.code == core.Stopped) {
			t.Errorf("timer %s: %s is %s", c.timer, id, d.Status)
		}
		if c.code != "" {
			wantPlaces(t, w.reportOf(core.Timer, c.timer), map[string]core.Code{"cn-hangzhou/" + id: c.code})
		}
	}
	if !logged(log, `"alarm":"timer_late"`, `"timer":"late"`) {
		t.Error("the late tick raised no alarm")
	}
	if n := len(w.reports()); n != 4 {
		t.Errorf("%d reports, want one for each timer that ran", n)
	}
}

// logged says whether one line of a log holds all the words.
func logged(log string, words ...string) bool {
	for line := range strings.Lines(log) {
		n := 0
		for _, word := range words {
			if strings.Contains(line, word) {
				n++
			}
		}
		if n == len(words) {
			return true
		}
	}
	return false
}
