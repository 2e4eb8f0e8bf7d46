package timetable

import (
	"fmt"
	"iter"
	"time"

	"stopdesktops/internal/calendar"
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
	Announce  time.Duration // before the stop, or 0
	Channel   string        // Slack channel of its reports, or empty
	Request   core.Request
	Days

	cron cronExpression
}

// Due returns the latest instant of the schedule that lies at most
// TickTolerance before tick, or false where there is none.
func (t Timer) Due(tick time.Time) (scheduled time.Time, ok bool) {
	return t.cron.latest(tick, TickTolerance)
}

// Previous returns the instant of the schedule before the one that is given. It
// is zero where there is none.
func (t Timer) Previous(scheduled time.Time) time.Time { return t.cron.previous(scheduled) }

// Instants are those of the schedule from one time on and before another, in
// order.
func (t Timer) Instants(from, until time.Time) iter.Seq[time.Time] {
	return t.cron.between(from, until)
}

// Decide says whether the timer runs at an instant of its schedule. It counts
// for the date that the timer's zone shows then. Where clocks are put back, a
// timer of some hours of the day runs at the first of two equal readings, and
// one of every hour at both.
func (t Timer) Decide(scheduled time.Time) Decision {
	local := scheduled
	if t.Zone != nil {
		local = scheduled.In(t.Zone)
	}
	if zone := t.cron.zone; zone != nil && !t.cron.everyHour && !t.Serves() && calendar.Repeats(scheduled.In(zone)) {
		return Decision{Skip: SkipRepeat, Why: fmt.Sprintf("On %s the clocks show %s twice, and it ran the first time.", calendar.Of(scheduled.In(zone)), scheduled.In(zone).Format("15:04"))}
	}
	if t.always() {
		// A cron expression may leave days out by itself, so this says no more.
		return Decision{Run: true, Why: "Every tick runs: no OnlyOn, no Between."}
	}
	return t.On(calendar.Of(local))
}

// Serves says whether the timer stops the desktops that chose a schedule by
// their tag.
func (t Timer) Serves() bool { return t.Request.Select != nil && t.Request.Select.Scheduled }

// Admit says for which instant of the schedule a tick stands. A run is known by
// this instant and not by the tick's own time, so that two ticks of one minute
// are one run. A tick that is off the schedule or ahead of its time is
// Forbidden, a late one TooLate.
func (t Timer) Admit(tick, now time.Time) (time.Time, error) {
	scheduled, ok := t.Due(tick)
	switch {
	case !ok:
		return time.Time{}, core.Errorf(core.Forbidden, "The tick of %s is not on the schedule of timer %s (%s), so nothing was done. Make the trigger's cron expression the same as the timer's.", stamp(tick), t.Name, t.Cron)
	case tick.After(now.Add(ClockTolerance)):
		return time.Time{}, core.Errorf(core.Forbidden, "The tick of %s for timer %s has not come yet; it is %s. Nothing was done.", stamp(tick), t.Name, stamp(now))
	case now.Sub(scheduled) > t.LateAfter:
		return time.Time{}, core.Errorf(core.TooLate, "The tick of %s for timer %s came %s after its time; the timer allows %s. Nothing was done; it runs again at its next time.", scheduled.Format(time.RFC3339), t.Name, now.Sub(scheduled).Round(time.Second), t.LateAfter)
	}
	return scheduled, nil
}

// AdmitAnnouncement says which instant of the schedule a tick announces: the one
// that comes Announce after it. A tick that announces nothing or is ahead of its
// time is Forbidden; one that is late, or comes when the stop is due already, is
// TooLate, because nobody could act on it.
func (t Timer) AdmitAnnouncement(tick, now time.Time) (time.Time, error) {
	if t.Announce == 0 {
		return time.Time{}, core.Errorf(core.Forbidden, "Timer %s announces nothing, so the tick of %s did nothing. Remove the trigger, or give the timer an Announce.", t.Name, stamp(tick))
	}
	scheduled, ok := t.Due(tick.Add(t.Announce))
	switch {
	case !ok:
		return time.Time{}, core.Errorf(core.Forbidden, "The tick of %s is not %s before an instant of timer %s (%s), so nothing was announced. Make the trigger's cron expression that of the timer, %s earlier.", stamp(tick), t.Announce, t.Name, t.Cron, t.Announce)
	case tick.After(now.Add(ClockTolerance)):
		return time.Time{}, core.Errorf(core.Forbidden, "The announcing tick of %s for timer %s has not come yet; it is %s. Nothing was announced.", stamp(tick), t.Name, stamp(now))
	case !now.Before(scheduled):
		return time.Time{}, core.Errorf(core.TooLate, "The stop of %s by timer %s was to be announced %s before; it is %s. Nothing was announced.", stamp(scheduled), t.Name, t.Announce, stamp(now))
	}
	if late := now.Sub(scheduled.Add(-t.Announce)); late > t.LateAfter {
		return time.Time{}, core.Errorf(core.TooLate, "The announcement of the stop of %s by timer %s came %s late; the timer allows %s. Nothing was announced.", stamp(scheduled), t.Name, late.Round(time.Second), t.LateAfter)
	}
	return scheduled, nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
