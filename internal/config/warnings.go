package config

import (
	"fmt"
	"slices"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/config/timetable"
)

// warnings say what in the files is allowed and hardly meant.
func (c *Config) warnings(today calendar.Date) []string {
	var lines []string
	serving := slices.ContainsFunc(c.Timers, timetable.Timer.Serves)
	if len(c.Schedules.All()) > 0 && !serving {
		lines = append(lines, "timers.yaml has Schedules and no timer whose request says Select.Scheduled: nothing serves them")
	}
	if serving && len(c.Schedules.All()) == 0 {
		lines = append(lines, "timers.yaml has a timer whose request says Select.Scheduled and no Schedules: it can stop nothing")
	}
	if serving {
		lines = append(lines, c.servedLate(today)...)
	}
	for _, t := range c.Timers {
		if t.Channel != "" && c.Posts.BotToken == "" {
			lines = append(lines, fmt.Sprintf("timer %s has a Channel and SLACK_BOT_TOKEN is not set: its reports are only logged", t.Name))
		}
	}
	if c.EndUsers != nil && c.People.Identity != settings.IdentityFile {
		lines = append(lines, "identity.yaml is not used, because SLACK_IDENTITY is "+string(c.People.Identity))
	}
	for _, used := range c.calendars() {
		if line := used.Warning(today); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// calendars are those that something uses, each once.
func (c *Config) calendars() []calendar.Calendar {
	var used []calendar.Calendar
	add := func(k calendar.Calendar) {
		known := slices.ContainsFunc(used, func(other calendar.Calendar) bool { return other.Name == k.Name })
		if k.Name != "" && !known {
			used = append(used, k)
		}
	}
	for _, t := range c.Timers {
		add(t.Calendar)
	}
	for _, s := range c.Schedules.All() {
		add(s.Calendar)
	}
	add(c.prices.Calendar())
	return used
}
