package main

import (
	"fmt"
	"strings"
	"time"

	"stopdesktops/internal/config/timetable"
	"stopdesktops/internal/sim/fc"
)

// ahead is how far the next time of a timer is looked for: long enough for one that
// comes once a year.
const ahead = 366 * 24 * time.Hour

// tick is what fires a timer: the run itself, or so much earlier its announcement.
type tick struct {
	timer     timetable.Timer
	announces bool
}

// Names of triggers. No timer's name has an underscore, and a trigger's may not
// begin with a digit.
const (
	runPrefix          = "run_"
	announcementPrefix = "announce_"
)

func runOf(timer string) string          { return runPrefix + timer }
func announcementOf(timer string) string { return announcementPrefix + timer }

// spoken is a trigger's name as a sentence has it.
func spoken(name string) string {
	if timer, ok := strings.CutPrefix(name, announcementPrefix); ok {
		return "announcement of timer " + timer
	}
	return "timer " + strings.TrimPrefix(name, runPrefix)
}

func (t tick) name() string {
	if t.announces {
		return announcementOf(t.timer.Name)
	}
	return runOf(t.timer.Name)
}

// trigger is the trigger as it is deployed. Nothing but the playground fires it, so
// the expression of an announcement, which would be so much earlier, is of no
// account.
func (t tick) trigger() fc.TimerTrigger {
	payload := fmt.Sprintf(`{"Timer":%q}`, t.timer.Name)
	if t.announces {
		payload = fmt.Sprintf(`{"Timer":%q,"Announce":true}`, t.timer.Name)
	}
	return fc.TimerTrigger{Name: t.name(), Cron: t.timer.Cron, Payload: payload, Enable: true}
}

// lead is how long it comes before the run.
func (t tick) lead() time.Duration {
	if t.announces {
		return t.timer.Announce
	}
	return 0
}

// last is when it was due last; zero where it never was.
func (t tick) last(now time.Time) time.Time {
	run := t.timer.Previous(now.Add(t.lead() + time.Nanosecond))
	if run.IsZero() {
		return run
	}
	return run.Add(-t.lead())
}

// next is when it comes for the first time from a moment on, for a run on a day on
// which the timer runs; zero where that is not within a year.
func (t tick) next(from time.Time) time.Time {
	for run := range t.timer.Instants(from.Add(t.lead()), from.Add(ahead)) {
		if t.timer.Decide(run).Run {
			return run.Add(-t.lead())
		}
	}
	return time.Time{}
}

// idle says why it does nothing if it is fired now for the last time at which it
// was due, or nothing where it does.
func (t tick) idle(now time.Time) string {
	last := t.last(now)
	switch {
	case last.IsZero():
		return "it has never been due"
	case now.Sub(last) > t.timer.LateAfter:
		return fmt.Sprintf("it was due at %s, longer ago than its LateAfter of %s", t.at(last), t.timer.LateAfter)
	case t.announces && !now.Before(last.Add(t.lead())):
		return fmt.Sprintf("the run of %s is due already", t.at(last.Add(t.lead())))
	}
	if d := t.timer.Decide(last.Add(t.lead())); !d.Run {
		return strings.TrimSuffix(d.Why, ".")
	}
	return ""
}

// at is a time as the timer's zone shows it.
func (t tick) at(moment time.Time) string {
	zone := t.timer.Zone
	if zone == nil {
		zone = time.UTC
	}
	return moment.In(zone).Format("2006-01-02 Mon 15:04:05 -07:00")
}
