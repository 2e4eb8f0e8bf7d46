package main

import (
	"fmt"
	"strings"

	"stopdesktops/internal/core"
)

// estimate shows what the night saves, which is an estimate and says so. With the
// show's folder it has money and hours in it; with one of one's own it has what the
// prices there make of it, or else the reason why there is none.
func (p *playground) estimate(r core.Report) error {
	e := r.Estimate
	switch {
	case r.Run == "": // the night did not run, and that was said
		return nil
	case !p.folder.own && (e == nil || e.Amount <= 0 || e.Hours <= 0 || e.Unpriced > 0):
		return otherwisef("the report has no whole estimate, although every desktop's type has a price")
	case e == nil:
		fmt.Fprintf(p.out, "\nWhat the nightly stop saves is not estimated: %s has no prices.yaml.\n", p.folder.shown)
		return nil
	}
	var saved []string
	if e.Amount > 0 {
		saved = append(saved, fmt.Sprintf("%.2f %s", e.Amount, e.Currency))
	}
	if e.Hours > 0 {
		saved = append(saved, fmt.Sprintf("%.0f hours of packages", e.Hours))
	}
	if len(saved) > 0 {
		fmt.Fprintf(p.out, "\nAn estimate: off until %s, the nightly stop saves %s.\n", e.Until.Format("2006-01-02 15:04 -0700"), strings.Join(saved, " and "))
	}
	if e.Unpriced > 0 {
		fmt.Fprintf(p.out, "\nOf the desktops that were stopped, %d are of a type without a price in %s/prices.yaml.\n", e.Unpriced, p.folder.shown)
	}
	return nil
}
