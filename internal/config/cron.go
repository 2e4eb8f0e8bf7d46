package config

import (
	"errors"
	"iter"
	"time"
)

// Cron returns the instants of a cron expression that is no timer's, such as that
// of a trigger, as a function of two times. The error says what is wrong with the
// expression.
func Cron(expression string) (between func(from, until time.Time) iter.Seq[time.Time], err error) {
	s, wrong := parseSchedule(expression)
	if wrong != "" {
		return nil, errors.New(wrong)
	}
	return s.between, nil
}
