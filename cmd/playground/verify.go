package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// table prints the first twelve desktops as they are; remarks stand beside them.
func (p *playground) table(remarks map[string]string) {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "   DESKTOP\tNAME\tREGION\tSTATUS\tCONNECTION\t")
	for _, r := range fleet {
		d, _ := p.cloud.ECD.Desktop(r.Region, r.ID)
		fmt.Fprintf(w, "   %s\t%s\t%s\t%s\t%s\t%s\n", d.ID, d.Name, d.Region, d.Status, d.Connection, remarks[d.ID])
	}
	w.Flush()
}

// manyOtherwise is how many desktops are named of those that are not as shipped: a
// screen of them says what there is to say.
const manyOtherwise = 20

// verify waits until nothing is on its way any more, and compares every desktop
// with what it must be, and every outcome of the night with what it must be. What
// was left out is not compared.
func (p *playground) verify(ctx context.Context) error {
	if err := p.settled(ctx); err != nil {
		return err
	}
	var wrong []error
	remarks := map[string]string{}
	compared := 0
	for _, r := range p.everybody() {
		if p.left[r.part] {
			continue
		}
		compared++
		d, _ := p.cloud.ECD.Desktop(r.Region, r.ID)
		remarks[r.ID] = r.why
		if d.Status != r.end {
			remarks[r.ID] = fmt.Sprintf("%s be %s, because %s", p.must(), r.end, r.why)
			if p.judged {
				remarks[r.ID] = "WRONG: " + remarks[r.ID]
			}
			wrong = append(wrong, fmt.Errorf("%s in %s is %s and %s be %s, because %s", r.ID, r.Region, d.Status, p.must(), r.end, r.why))
		}
	}
	if !p.left[nightPart] {
		wrong = append(wrong, p.wrongOutcomes()...)
	}
	p.table(remarks)
	switch all := len(p.everybody()); {
	case len(wrong) > 0 && p.judged:
		return fmt.Errorf("not all is as it must be:\n%w", errors.Join(wrong...))
	case len(wrong) > 0:
		for _, w := range wrong[:min(len(wrong), manyOtherwise)] {
			p.notAsShipped(w.Error())
		}
		if more := len(wrong) - manyOtherwise; more > 0 {
			p.notAsShipped(fmt.Sprintf("%d more such lines are left out", more))
		}
	case compared < all:
		fmt.Fprintf(p.out, "\nThe %d desktops of the parts that were shown are as they would be as shipped.\n", compared)
	default:
		fmt.Fprintf(p.out, "\nAll %d desktops are as they must be: these, and the %d of the night, each with the outcome that it must have.\nEvery one of the %d reasons to leave a desktop alone occurred.\n", all, len(p.asleep), len(reasons()))
	}
	return nil
}

// settled waits until no desktop is Stopping but those that stay so.
func (p *playground) settled(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*stopTakes)
	defer cancel()
	for p.anyStopping() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the last desktop to stop: %w", ctx.Err())
		case <-time.After(stopTakes / 5):
		}
	}
	return nil
}

func (p *playground) anyStopping() bool {
	for _, r := range p.everybody() {
		if d, _ := p.cloud.ECD.Desktop(r.Region, r.ID); d.Status == ecd.Stopping && r.end != ecd.Stopping {
			return true
		}
	}
	return false
}

// wrongOutcomes compares the night's reports with what they must say: of every
// desktop that a timer reaches one outcome, of the others none, and every reason
// to leave a desktop alone at least once. Two timers may reach one desktop only
// where they say the same of it.
func (p *playground) wrongOutcomes() []error {
	type place struct{ region, id string }
	said, occurred := map[place]core.Code{}, map[core.Code]bool{}
	var wrong []error
	for _, report := range p.nights {
		here := map[place]bool{}
		for _, o := range report.Outcomes {
			at := place{o.RegionId, o.DesktopId}
			if was, before := said[at]; here[at] || before && was != o.Code {
				wrong = append(wrong, fmt.Errorf("%s in %s has two outcomes, %s and %s", at.id, at.region, was, o.Code))
			}
			said[at], here[at], occurred[o.Code] = o.Code, true, true
		}
	}
	for _, r := range p.everybody() {
		at := place{r.Region, r.ID}
		if said[at] != r.code {
			wrong = append(wrong, fmt.Errorf("%s in %s ended the night as %q and %s end as %q, because %s", at.id, at.region, said[at], p.must(), r.code, r.why))
		}
		delete(said, at)
	}
	for at, code := range said {
		wrong = append(wrong, fmt.Errorf("%s in %s is none of the playground's desktops, and ended as %s", at.id, at.region, code))
	}
	for code := range reasons() {
		if !occurred[code] {
			wrong = append(wrong, fmt.Errorf("no desktop was left alone with the reason %s", code))
		}
	}
	return wrong
}
