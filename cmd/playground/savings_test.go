package main

import (
	"bytes"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

// TestEstimateOfTheNight: no folder is told that it saves 0.00, and one of one's own
// is told why nothing is estimated.
func TestEstimateOfTheNight(t *testing.T) {
	until := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	of := func(e core.Estimate) core.Report {
		e.Currency, e.Until = "CNY", until
		return core.Report{Run: "timer-aaaaaaaaaaaaaaaaaaaaaaaaaa", Estimate: &e}
	}
	const whole = "\nAn estimate: off until 2026-12-01 08:00 +0000, the nightly stop saves 12.40 CNY and 36 hours of packages.\n"
	for _, c := range []struct {
		name   string
		own    bool
		report core.Report
		want   string
		wrong  bool
	}{
		{"whole", false, of(core.Estimate{Amount: 12.4, Hours: 36}), whole, false},
		{"the show's, without hours", false, of(core.Estimate{Amount: 12.4}), "", true},
		{"the show's, without prices", false, core.Report{Run: "timer-x"}, "", true},
		{"one's own", true, of(core.Estimate{Amount: 12.4, Hours: 36}), whole, false},
		{"no prices", true, core.Report{Run: "timer-x"}, "\nWhat the nightly stop saves is not estimated: my-config has no prices.yaml.\n", false},
		{"nothing was stopped", true, of(core.Estimate{}), "", false},
		{"no price", true, of(core.Estimate{Unpriced: 3}), "\nOf the desktops that were stopped, 3 are of a type without a price in my-config/prices.yaml.\n", false},
		{"the night did not run", true, core.Report{}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var printed bytes.Buffer
			p := &playground{out: &printed, folder: &folder{shown: "my-config", own: c.own}}
			if err := p.estimate(c.report); (err != nil) != c.wrong || printed.String() != c.want {
				t.Errorf("%v, and it prints %q, want %q", err, printed.String(), c.want)
			}
		})
	}
}
