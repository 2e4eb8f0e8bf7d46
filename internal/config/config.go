package config

import (
	"stopdesktops/internal/config/people"
	"stopdesktops/internal/config/prices"
	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/config/timetable"
	"stopdesktops/internal/core"
)

// Config is everything that the function stopdesktops is told: the settings by
// variables, and what the files of the folder say.
type Config struct {
	settings.Settings

	Policy    File                 // policy.cedar, for the policy package to parse
	EndUsers  people.EndUsers      // of identity.yaml, or nil
	Groups    people.Groups        // of groups.yaml
	Senders   []senders.Sender     // of senders.yaml, in its order
	Timers    []timetable.Timer    // of timers.yaml, in its order
	Schedules *timetable.Schedules // of timers.yaml, or nil

	// Unarmed are senders of which a variable is not set here. Only a Check is told
	// them, in place of having them among Senders, and only where Source.Absent is
	// set.
	Unarmed []senders.Sender

	prices *prices.List // of prices.yaml, or nil

	// Warnings are not mistakes; they are logged at start.
	Warnings []string
	// Unread are variables that look like ours and that nothing reads, in a line
	// each. There are some away from a deployment only, and also where the rest
	// could not be read: such a slip is often why.
	Unread []string
}

// File is a configuration file as it was read.
type File struct {
	Name string // with the folder, as messages show it
	Text []byte
}

// Timer returns the timer of that name.
func (c Config) Timer(name string) (timetable.Timer, bool) {
	for _, t := range c.Timers {
		if t.Name == name {
			return t, true
		}
	}
	return timetable.Timer{}, false
}

// Sender returns the sender of that name.
func (c Config) Sender(name string) (senders.Sender, bool) {
	for _, s := range c.Senders {
		if s.Name == name {
			return s, true
		}
	}
	return senders.Sender{}, false
}

// Prices is the deployment's price list, or nil where it has none.
func (c Config) Prices() *core.Prices { return c.prices.Core() }

// Rules is what the deployment fixes for every request.
func (c Config) Rules() core.Rules {
	r := c.Settings.Rules()
	r.Schedules, r.Prices = c.Schedules.Due, c.Prices()
	return r
}
