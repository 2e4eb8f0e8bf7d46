package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/core"
)

// planShown is how many desktops of a plan stand before the question: what fits
// on a screen and is read. A dry run shows them all.
const planShown = 40

// planTable shows what would be stopped, and how many would not and why.
func planTable(w io.Writer, p core.Plan, most int) {
	rows := table{heading: []string{"STOP", "REGION", "NAME", "STATUS", "CONNECTION", "USERS"}}
	more := 0
	left := map[core.Code]int{}
	for _, e := range p.Entries {
		switch {
		case !e.Stop:
			left[e.Code]++
		case len(rows.rows) == most:
			more++
		default:
			rows.add(e.DesktopId, e.RegionId, e.DesktopName, e.Status, e.Connection, strings.Join(e.EndUserIds, ","))
		}
	}
	rows.print(w)
	if more > 0 {
		printLine(w, "and %d more; --dry-run shows them all", more)
	}
	if len(left) > 0 {
		printLine(w, "left alone: %s", countsOf(left))
	}
}

// countsOf is how many of each code, the most first.
func countsOf(counts map[core.Code]int) string {
	codes := make([]core.Code, 0, len(counts))
	for c := range counts {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(a, b core.Code) int { return cmp.Or(counts[b]-counts[a], strings.Compare(string(a), string(b))) })
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = fmt.Sprintf("%d %s", counts[c], c)
	}
	return strings.Join(words, ", ")
}

// kindOrder puts what needs a person's eye first.
var kindOrder = map[core.Kind]int{core.KindFailed: 0, core.KindSkipped: 1, core.KindDone: 2}

// answerTable shows how far a run is: its report, or its plan so far.
func answerTable(w io.Writer, a core.Answer, zone *time.Location) error {
	if a.Report != nil {
		return reportTable(w, *a.Report, zone)
	}
	if a.Plan != nil {
		planTable(w, *a.Plan, len(a.Plan.Entries))
		fmt.Fprintln(w)
	}
	return printLine(w, "run %s, first seen %s, is %s", a.Run, localTime(a.First, zone), a.State)
}

// reportTable shows the end of a run: a line for each desktop, then how many of
// each, and what the codes mean that are not as wanted.
func reportTable(w io.Writer, r core.Report, zone *time.Location) error {
	outcomes := slices.Clone(r.Outcomes)
	slices.SortStableFunc(outcomes, func(a, b core.Outcome) int { return kindOrder[a.Code.Kind()] - kindOrder[b.Code.Kind()] })
	rows := table{heading: []string{"DESKTOP", "OUTCOME", "REGION", "NAME", "DETAIL"}}
	var explain []core.Code
	for _, o := range outcomes {
		rows.add(o.DesktopId, string(o.Code), o.RegionId, o.DesktopName, said(o.Detail, zone))
		if o.Code.Kind() != core.KindDone && !slices.Contains(explain, o.Code) {
			explain = append(explain, o.Code)
		}
	}
	if err := rows.print(w); err != nil {
		return err
	}
	var b strings.Builder
	if len(outcomes) > 0 {
		b.WriteString("\n")
		printLine(&b, "%s: %s", counted(len(outcomes), "desktop"), countsOf(r.Counts))
	}
	for _, c := range explain {
		printLine(&b, "%s: %s", c, localized(c.Meaning()))
	}
	if r.Note != "" {
		printLine(&b, "note: %s", said(r.Note, zone))
	}
	if words := estimate(r.Estimate, r.DryRun, zone); words != "" {
		printLine(&b, "estimate: %s", words)
	}
	printLine(&b, "run %s, by %s", r.Run, r.Caller)
	_, err := io.WriteString(w, b.String())
	return err
}

// estimate says what a run saves, and that nobody has measured it. It is empty where
// the deployment has no prices, and where nothing was stopped that one would save.
func estimate(e *core.Estimate, dryRun bool, zone *time.Location) string {
	if e == nil {
		return ""
	}
	var saved []string // the core has rounded both, so that neither is shown as 0
	if e.Amount > 0 {
		saved = append(saved, fmt.Sprintf("%.2f %s of compute", e.Amount, e.Currency))
	}
	if e.Hours > 0 {
		saved = append(saved, fmt.Sprintf("%.1f hours of packages", e.Hours))
	}
	if len(saved) == 0 && e.Unpriced > 0 {
		return fmt.Sprintf("none; prices.yaml has no price for the type of %s", counted(e.Unpriced, "desktop"))
	}
	if len(saved) == 0 {
		return ""
	}
	saves := "saves"
	if dryRun {
		saves = "would save"
	}
	words := fmt.Sprintf("%s about %s until %s", saves, strings.Join(saved, " and "), localTime(e.Until, zone))
	if e.Unpriced > 0 {
		words += fmt.Sprintf("; %s without a price is not in it", counted(e.Unpriced, "desktop"))
	}
	return words
}
