package slackbot

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
		"report":  ReportMessage(core.Report{Outcomes: []core.Outcome{kept}}),
		"note":    ReportMessage(core.Report{Note: said}),
		"plan":    PlanMessage(PlanView{Plan: core.Plan{Entries: []core.Entry{entry}}}),
		"why":     WhyMessage(core.Trace{Verdict: entry}),
		"rule":    WhyMessage(core.Trace{Rules: []core.TraceRule{{Rule: "kept", Says: said}}}),
		"keep":    KeptMessage(KeepView{Desktops: []Kept{{DesktopId: "ecd-abc", Refused: said}}}),
		"quiet":   MorningMessage(core.Morning{Quiet: said}),
		"morning": MorningMessage(core.Morning{Report: &core.Report{Outcomes: []core.Outcome{unknown}}}),
		"ended":   MorningMessage(core.Morning{Report: &core.Report{Note: said}}),
	} {
		if !strings.Contains(m.Text, want) || !strings.Contains(blockText(m), want) {
			t.Errorf("%s: %s", name, m.Text)
		}
	}
}
