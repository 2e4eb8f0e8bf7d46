package main

import (
	"context"
	"log/slog"
)

// alarm names a thing that an operator has to look at. The name is in the
// "alarm" attribute of the log line; its message says what to do.
type alarm string

// Every alarm this function can raise.
const (
	alarmEventUnknown     alarm = "event_unknown"
	alarmTimerMalformed   alarm = "timer_malformed"
	alarmTimerUnknown     alarm = "timer_unknown"
	alarmTimerOffSchedule alarm = "timer_off_schedule"
	alarmTimerLate        alarm = "timer_late"
	alarmTimerRefused     alarm = "timer_refused"
	alarmTimerFrozen      alarm = "timer_frozen"
	alarmJobMalformed     alarm = "job_malformed"
	alarmJobUnknown       alarm = "job_unknown"
	alarmDiedForGood      alarm = "died_for_good"
	alarmNotSettled       alarm = "not_settled"
	alarmNotTold          alarm = "not_told"
	alarmOtherDoor        alarm = "other_door"
)

// raise logs an alarm with what happened and what to do.
func raise(ctx context.Context, log *slog.Logger, a alarm, message string, attrs ...slog.Attr) {
	log.LogAttrs(ctx, slog.LevelError, message, append([]slog.Attr{slog.String("alarm", string(a))}, attrs...)...)
}
