// Package timetable is what says when: the timers and schedules of timers.yaml,
// and the calendars by which their days are workdays or holidays.
//
// A Timer stops desktops at the instants of a cron expression, on the Days that it
// names. A Schedule is a set of local stop times that desktops choose by a tag;
// timers whose request says Select.Scheduled serve it.
//
// What is read stands beside how: timer.go says what a timer means, timers_file.go
// and timer_request.go read it; days.go and days_file.go, schedules.go and
// schedules_file.go likewise. What a date is to a calendar is for package calendar
// of the module; calendar_file.go only reads one.
//
// Reading order: cron.go, days.go, timer.go, schedules.go, surroundings.go,
// timers_file.go.
package timetable
