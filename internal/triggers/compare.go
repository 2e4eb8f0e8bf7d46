package triggers

import (
	"fmt"
	"time"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/timetable"
)

// ahead is how far the instants of a timer and of the trigger that announces it are
// compared: long enough for every weekday, day of a month and change of clocks.
const ahead = 366 * 24 * time.Hour

// Fit is how the triggers of a deployment file fit the timers.
type Fit struct {
	File  string
	Said  []string // where they do not, in a sentence each
	Lacks bool     // some timer has no trigger in it
}

// Compare says where the triggers of a file do not fit the timers of a configuration
// folder, from now on.
func Compare(file, folder string, found []Trigger, timers []timetable.Timer, now time.Time) Fit {
	fit := Fit{File: file}
	say := func(format string, args ...any) { fit.Said = append(fit.Said, file+fmt.Sprintf(format, args...)) }
	byName := map[string]timetable.Timer{}
	var names []string
	for _, t := range timers {
		byName[t.Name], names = t, append(names, t.Name)
	}
	begins, announces, meant := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, trigger := range found {
		at := fmt.Sprintf(":%d: trigger %s ", trigger.Line, trigger.Name)
		timer, known := byName[trigger.Timer]
		near := ""
		if !known {
			near = mistake.Nearest(trigger.Timer, names)
		}
		switch {
		case near != "":
			meant[near] = true
			say("%sasks for timer %s, which %s/timers.yaml does not have; its ticks are refused. Did you mean %s?", at, trigger.Timer, folder, near)
		case !known:
			say("%sasks for timer %s, which %s/timers.yaml does not have; its ticks are refused. Remove the trigger, or add the timer.", at, trigger.Timer, folder)
		case !trigger.Announce:
			begins[timer.Name] = true
			if trigger.Cron != timer.Cron {
				say("%scomes at %q, and timer %s of %s/timers.yaml at %q; ticks off a timer's schedule are refused. Give both the same.", at, trigger.Cron, timer.Name, folder, timer.Cron)
			}
		case timer.Announce == 0:
			say("%sannounces timer %s, which has no Announce in %s/timers.yaml. Remove the trigger, or give the timer an Announce.", at, timer.Name, folder)
		default:
			announces[timer.Name] = true
			if missed, ok := unannounced(trigger, timer, now); !ok {
				say("%sdoes not come %s before the run of timer %s at %s, so that is not announced. Give it the timer's expression, so much earlier.",
					at, timer.Announce, timer.Name, missed.In(zoneOf(timer)).Format(time.RFC3339))
			}
		}
	}
	for _, t := range timers {
		if meant[t.Name] {
			continue // the slip is told, and its trigger may be the one
		}
		if !begins[t.Name] {
			fit.Lacks = true
			say(": no trigger asks for timer %s of %s/timers.yaml, so it never runs. Add one at %q with the payload {\"Timer\":%q}.", t.Name, folder, t.Cron, t.Name)
		}
		if t.Announce > 0 && !announces[t.Name] {
			fit.Lacks = true
			say(": no trigger announces timer %s of %s/timers.yaml, %s before it runs. Add one so much earlier with the payload {\"Timer\":%q,\"Announce\":true}.", t.Name, folder, t.Announce, t.Name)
		}
	}
	return fit
}

// unannounced is the first run of a timer that its announcing trigger does not come
// before; ok where there is none.
func unannounced(trigger Trigger, timer timetable.Timer, now time.Time) (missed time.Time, ok bool) {
	between, err := timetable.Cron(trigger.Cron)
	if err != nil {
		return now.Add(timer.Announce), false
	}
	told := map[time.Time]bool{}
	for at := range between(now, now.Add(ahead)) {
		told[at.Add(timer.Announce).UTC()] = true
	}
	for at := range timer.Instants(now.Add(timer.Announce), now.Add(ahead)) {
		if !told[at.UTC()] {
			return at, false
		}
	}
	return time.Time{}, true
}

func zoneOf(t timetable.Timer) *time.Location {
	if t.Zone == nil {
		return time.UTC
	}
	return t.Zone
}
