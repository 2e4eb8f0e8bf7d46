package config

import (
	"time"

	"stopdesktops/internal/core"
)

const (
	// TickTolerance is how long after an instant of the schedule a tick may be
	// dated. The platform dates a tick when it fires, some seconds late at
	// most; whoever else may invoke the function can date one as he likes, and
	// so gains nothing but the minute in which the timer would have run anyway.
	TickTolerance = time.Minute

	// ClockTolerance is how far the platform's clock may be ahead of ours.
	ClockTolerance = time.Minute
)

// Timer is one timer of timers.yaml. The trigger's payload only names it.
type Timer struct {
	Name      string
	Cron      string // as written, for comparison with the trigger's
	LateAfter time.Duration
	Request   core.Request

	schedule schedule
}

// Due returns the latest instant of the schedule that lies at most
// TickTolerance before tick, or false where there is none.
func (t Timer) Due(tick time.Time) (scheduled time.Time, ok bool) {
	return t.schedule.latest(tick, TickTolerance)
}

// Admit says for which instant of the schedule a tick stands. A run is known by
// this instant and not by the tick's own time, so that two ticks of one minute
// are one run. A tick that is off the schedule or ahead of its time is
// Forbidden, a late one TooLate.
func (t Timer) Admit(tick, now time.Time) (time.Time, error) {
	scheduled, ok := t.Due(tick)
	switch {
	case !ok:
		return time.Time{}, core.Errorf(core.Forbidden, "The tick of %s is not on the schedule of timer %s (%s), so nothing was done. Make the trigger's cron expression the same as the timer's.", tick.UTC().Format(time.RFC3339), t.Name, t.Cron)
	case tick.After(now.Add(ClockTolerance)):
		return time.Time{}, core.Errorf(core.Forbidden, "The tick of %s for timer %s has not come yet; it is %s. Nothing was done.", tick.UTC().Format(time.RFC3339), t.Name, now.UTC().Format(time.RFC3339))
	case now.Sub(scheduled) > t.LateAfter:
		return time.Time{}, core.Errorf(core.TooLate, "The tick of %s for timer %s came %s after its time; the timer allows %s. Nothing was done; it runs again at its next time.", scheduled.Format(time.RFC3339), t.Name, now.Sub(scheduled).Round(time.Second), t.LateAfter)
	}
	return scheduled, nil
}
