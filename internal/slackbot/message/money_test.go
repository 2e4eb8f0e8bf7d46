package message

import (
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// TestNothingSaved: of what saves nothing a message says nothing, in the morning and in
// an announcement; where prices are missing it says that.
func TestNothingSaved(t *testing.T) {
	plan := forecast().Plan
	for _, c := range []struct {
		name string
		e    *core.Estimate
		want string
	}{
		{"no prices", nil, ""},
		{"nothing saved", &core.Estimate{Currency: "CNY", Until: sampleTime}, ""},
		{"no price is known", &core.Estimate{Currency: "CNY", Until: sampleTime, Unpriced: 2}, "No price is known for 2 desktops, so nothing is counted for them."},
	} {
		for door, m := range map[string]Message{
			"morning":  Morning(core.Morning{Due: sampleTime, Report: &core.Report{Estimate: c.e}}),
			"forecast": Forecast(core.Forecast{Due: sampleTime, Plan: plan, Estimate: c.e}, ""),
		} {
			text := strings.ReplaceAll(strings.ToLower(m.Text), "unsaved", "")
			if strings.Contains(text, "save") || strings.Contains(text, "0.0") || !strings.Contains(m.Text, c.want) {
				t.Errorf("%s, %s: %s", c.name, door, m.Text)
			}
		}
		if got := estimateLine(c.e, true); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
