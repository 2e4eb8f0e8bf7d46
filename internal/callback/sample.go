package callback

import "stopdesktops/internal/core"

// sample is a run that a template is tried on.
type sample struct {
	name   string
	report core.Report
	ticket string
}

// hostile holds everything that ends a JSON string, a value or a line early.
const hostile = "a\",\"b\":{\"c\":[1,\"\\\n\r\t\u2028</script>{{.}}'\\\""

// samples are runs that differ in all that a template may branch on: lists that
// are empty, of one and of several, and texts that are there or not.
func samples() []sample {
	outcome := func(c core.Code) core.Outcome {
		return core.Outcome{RegionId: "cn-hangzhou", DesktopId: "ecd-7w78ozhjcwa3u", DesktopName: hostile, Code: c}
	}
	several := core.Report{Run: "webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa", Note: hostile}
	for _, c := range core.Codes() {
		several.Outcomes = append(several.Outcomes, outcome(c))
	}
	one := core.Report{Run: several.Run, Outcomes: []core.Outcome{{RegionId: "cn-hangzhou", DesktopId: "ecd-7w78ozhjcwa3u", Code: core.Stopped}}}
	dry := core.Report{Run: several.Run, DryRun: true, Outcomes: []core.Outcome{outcome(core.WouldStop), outcome(core.Connected)}}
	return []sample{
		{"a run of one desktop", one, "OPS-42"},
		{"a dry run of two desktops", dry, "OPS-42"},
		{"a run of no desktop", core.Report{Run: several.Run}, "OPS-42"},
		{"a run that was cancelled", core.Report{Run: several.Run, Ending: core.EndedCancelled}, "OPS-42"},
		{"a run without a ticket", one, ""},
		{"texts with quotes and line ends", dry, hostile},
		{"a run with every code", several, hostile},
	}
}
