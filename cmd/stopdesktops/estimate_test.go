package main

import (
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

// TestEstimate: of what saves nothing, nothing is said, and of what nobody can
// estimate, why.
func TestEstimate(t *testing.T) {
	until := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		e      *core.Estimate
		dryRun bool
		want   string
	}{
		{"no prices", nil, true, ""},
		{"nothing was stopped", &core.Estimate{Currency: "CNY", Until: until}, false, ""},
		{"the least that is shown", &core.Estimate{Currency: "CNY", Amount: 0.01, Until: until}, false, "saves about 0.01 CNY of compute until TIME"},
		{"money and hours", &core.Estimate{Currency: "CNY", Amount: 12.5, Hours: 0.4, Until: until}, true, "would save about 12.50 CNY of compute and 0.4 hours of packages until TIME"},
		{"hours alone", &core.Estimate{Currency: "CNY", Hours: 12, Until: until}, false, "saves about 12.0 hours of packages until TIME"},
		{"no price", &core.Estimate{Currency: "CNY", Unpriced: 2, Until: until}, true, "none; prices.yaml has no price for the type of 2 desktops"},
		{"a price for some", &core.Estimate{Currency: "CNY", Amount: 1, Unpriced: 1, Until: until}, false, "saves about 1.00 CNY of compute until TIME; 1 desktop without a price is not in it"},
	} {
		if got := strings.Replace(estimate(c.e, c.dryRun, shanghai), "2026-12-01 08:00 +08:00", "TIME", 1); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
