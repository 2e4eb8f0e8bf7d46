package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// outcomes prints the outcomes of reports by code: how many there are, and one of
// them with its reason.
func (p *playground) outcomes(reports ...core.Report) {
	count, example := map[core.Code]int{}, map[core.Code]core.Outcome{}
	for _, report := range reports {
		for _, o := range report.Outcomes {
			if count[o.Code]++; count[o.Code] == 1 {
				example[o.Code] = o
			}
		}
	}
	codes := make([]core.Code, 0, len(count))
	for c := range count {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(a, b core.Code) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "   OUTCOME\tDESKTOPS\tFOR EXAMPLE\tBECAUSE")
	for _, c := range codes {
		o := example[c]
		fmt.Fprintf(w, "   %s\t%d\t%s\t%s\n", c, count[c], o.DesktopId, orMeaning(o))
	}
	w.Flush()
}

// calls prints every StopDesktops in the order in which it was called, and how
// many looks there were beside them.
func (p *playground) calls(all []ecd.Call) {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	looks := map[string]int{}
	last, times := "", 0
	flush := func() {
		if times > 0 {
			fmt.Fprintf(w, "   %d x\t%s\n", times, last)
		}
		last, times = "", 0
	}
	for _, c := range all {
		if c.Operation != "StopDesktops" {
			looks[c.Operation]++
			continue
		}
		line := stopCall(c)
		if line != last {
			flush()
		}
		last = line
		times++
	}
	flush()
	for _, operation := range slices.Sorted(maps.Keys(looks)) {
		fmt.Fprintf(w, "   %d x\t%s\t\t\t\n", looks[operation], operation)
	}
	w.Flush()
}

// stopCall is one StopDesktops as a row: where, which desktops, what came of it.
func stopCall(c ecd.Call) string {
	desktops := fmt.Sprintf("%d desktops", len(c.IDs))
	if len(c.IDs) == 1 {
		desktops = c.IDs[0]
	}
	answer := "accepted"
	if c.Code != "" {
		answer = "refused: " + c.Code
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s", c.Operation, c.Region, desktops, answer)
}
