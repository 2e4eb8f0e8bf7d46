package truth

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/timetable"
)

const timersFile = "config/timers.yaml"

// year is looked at whole: long enough for every weekday, month and change of
// clocks.
var year = [2]time.Time{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)}

// triggers holds the timers of the shipped configuration to the triggers of the
// function that has them, both ways. That template.yml has the same triggers is
// compared elsewhere.
func (t *tree) triggers(serverless []function) {
	timers := t.timers()
	want := map[string]timetable.Timer{} // by the payload that names it
	for _, timer := range timers {
		want[payload(timer.Name, false)] = timer
		if timer.Announce > 0 {
			want[payload(timer.Name, true)] = timer
		}
	}
	for _, f := range serverless {
		if f.Name != "stopdesktops" {
			if len(f.Timers) > 0 {
				t.bad(f.file, "%s has timers, which are the business of stopdesktops", f.Name)
			}
			continue
		}
		seen := map[string]bool{}
		for _, name := range slices.Sorted(maps.Keys(f.Timers)) {
			trigger := f.Timers[name]
			timer, known := want[trigger.Payload]
			switch {
			case !known:
				t.bad(f.file, "trigger %s asks for %s, which %s does not have", name, trigger.Payload, timersFile)
			case trigger.Payload == payload(timer.Name, true):
				t.announces(f, name, trigger, timer)
			case trigger.Cron != timer.Cron:
				t.bad(f.file, "trigger %s comes at %q, and its timer at %q", name, trigger.Cron, timer.Cron)
			case name != timer.Name:
				t.bad(f.file, "trigger %s belongs to timer %s; give both one name", name, timer.Name)
			}
			seen[trigger.Payload] = true
		}
		for p := range want {
			if !seen[p] {
				t.bad(f.file, "no trigger asks for %s, which %s has", p, timersFile)
			}
		}
		for _, timer := range timers {
			if age := time.Duration(f.Async.Age) * time.Second; timer.LateAfter > age {
				t.bad(timersFile, "timer %s takes ticks that are %s late, and the platform gives up after %s", timer.Name, timer.LateAfter, age)
			}
		}
	}
}

func payload(timer string, announce bool) string {
	if announce {
		return fmt.Sprintf(`{"Timer":"%s","Announce":true}`, timer)
	}
	return fmt.Sprintf(`{"Timer":"%s"}`, timer)
}

// announces checks that each tick of a trigger announces a run, and that each run
// is announced.
func (t *tree) announces(f function, name string, trigger timerTrigger, timer timetable.Timer) {
	early := t.timerWith(trigger.Cron)
	if early == nil {
		t.bad(f.file, "trigger %s has no cron expression that can be read: %q", name, trigger.Cron)
		return
	}
	announced := map[time.Time]bool{}
	for at := range early.Instants(year[0], year[1]) {
		announced[at.Add(timer.Announce)] = true
	}
	for at := range timer.Instants(year[0].Add(timer.Announce), year[1]) {
		if !announced[at] {
			t.bad(f.file, "trigger %s does not announce the run of %s at %s, %s before", name, timer.Name, at.In(timer.Zone), timer.Announce)
			return
		}
		delete(announced, at)
	}
	for at := range announced {
		if at.Before(year[1]) {
			t.bad(f.file, "trigger %s announces a run of %s at %s, and there is none", name, timer.Name, at.In(timer.Zone))
			return
		}
	}
}

// timers reads the shipped configuration as the function does.
func (t *tree) timers() []timetable.Timer {
	c, err := config.LoadTimes(filepath.Join(t.root, "config"), config.Source{Now: func() time.Time { return year[0] }})
	if err != nil {
		t.bad(timersFile, "%v", err)
	}
	if len(c.Timers) == 0 {
		t.bad(timersFile, "has no timers")
	}
	return c.Timers
}

// timerWith is a timer with a cron expression, read as those of timers.yaml are,
// or nil.
func (t *tree) timerWith(cron string) *timetable.Timer {
	dir, err := os.MkdirTemp("", "truth-")
	if err != nil {
		t.bad(timersFile, "%v", err)
		return nil
	}
	defer os.RemoveAll(dir)
	text := "Timers:\n  - Name: one\n    Cron: " + strconv.Quote(cron) + "\n    Request: {RegionId: cn-hangzhou, DesktopId: [ecd-a]}\n"
	if err := os.WriteFile(filepath.Join(dir, "timers.yaml"), []byte(text), 0o600); err != nil {
		t.bad(timersFile, "%v", err)
		return nil
	}
	c, err := config.LoadTimes(dir, config.Source{Now: func() time.Time { return year[0] }})
	if err != nil || len(c.Timers) != 1 {
		return nil
	}
	return &c.Timers[0]
}
