package message

import (
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// TestDetailTimesShown: every place that shows what the core has to say.
func TestDetailTimesShown(t *testing.T) {
	const said, want = "until 2026-03-29T20:00:00+08:00", "until <!date^1774785600^"
	kept := core.Outcome{DesktopId: "ecd-abc", Code: core.Kept, Detail: said}
	entry := core.Entry{DesktopId: "ecd-abc", Code: core.Kept, Detail: said}
	unknown := core.Outcome{DesktopId: "ecd-abc", Code: core.ScheduleUnknown, Detail: said}
	for name, m := range map[string]Message{
		"report":  Report(core.Report{Outcomes: []core.Outcome{kept}}),
		"note":    Report(core.Report{Note: said}),
		"plan":    Plan(PlanView{Plan: core.Plan{Entries: []core.Entry{entry}}}),
		"why":     Why(core.Trace{Verdict: entry}),
		"rule":    Why(core.Trace{Rules: []core.TraceRule{{Rule: "kept", Says: said}}}),
		"keep":    Kept(KeepView{Desktops: []KeptDesktop{{DesktopId: "ecd-abc", Refused: said}}}),
		"quiet":   Morning(core.Morning{Quiet: said}),
		"morning": Morning(core.Morning{Report: &core.Report{Outcomes: []core.Outcome{unknown}}}),
		"ended":   Morning(core.Morning{Report: &core.Report{Note: said}}),
	} {
		if !strings.Contains(m.Text, want) || !strings.Contains(blockText(m), want) {
			t.Errorf("%s: %s", name, m.Text)
		}
	}
}
