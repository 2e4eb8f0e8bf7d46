package core

import (
	"math"
	"time"
)

// Estimate is what a run's stops save, by the deployment's price list. It is an
// estimate and nothing else: the cloud's bill knows discounts, traffic and
// disks, and somebody may start a desktop again.
type Estimate struct {
	Currency string    `json:"Currency,omitempty"`
	Amount   float64   `json:"Amount"`             // compute only, of desktops paid by use
	Hours    float64   `json:"Hours,omitempty"`    // of desktops with an hour package
	Until    time.Time `json:"Until"`              // until when the desktops are thought to stay off
	Unpriced int       `json:"Unpriced,omitempty"` // desktops whose configuration has no price in the list
}

// Prices is the deployment's price list.
type Prices struct {
	Currency string
	PerHour  map[string]float64 // by DesktopType
	// Until says until when a desktop that is stopped at the instant is thought
	// to stay off.
	Until func(time.Time) time.Time
	// CostCentreTag is the tag by whose value audit lines count desktops and sum
	// up what they save.
	CostCentreTag string
}

// Worth is what an hour of one desktop being off is worth.
type Worth struct {
	PerHour float64 `json:"PerHour,omitempty"` // in the price list's currency
	Hour    bool    `json:"Hour,omitempty"`    // an hour of its package instead
	Free    bool    `json:"Free,omitempty"`    // nothing: paid by the month, or kept charging
	// CostCentre is the value of the configured tag.
	CostCentre string `json:"CostCentre,omitempty"`
}

// worth notes on an entry what its stop is worth. Without a price list nobody
// asks.
func (p *planner) worth(e Entry, d *Desktop) Entry {
	if p.Rules.Prices == nil || !e.Stop {
		return e
	}
	w := Worth{CostCentre: d.Tags[p.Rules.Prices.CostCentreTag]}
	switch {
	case p.rec.Request.StoppedMode == "KeepCharging":
		w.Free = true
	case d.HourPackage:
		w.Hour = true
	case d.ChargeType == ChargePrePaid:
		w.Free = true
	default:
		w.PerHour = p.Rules.Prices.PerHour[d.DesktopType]
	}
	e.Saves = &w
	return e
}

// estimate adds up what the desktops save that are off now, or that would be
// in a dry run, from the instant on.
func (r *Runner) estimate(plan Plan, outcomes []Outcome, at time.Time) *Estimate {
	if r.Rules.Prices == nil {
		return nil
	}
	e := Estimate{Currency: r.Rules.Prices.Currency, Until: at}
	if r.Rules.Prices.Until != nil {
		e.Until = r.Rules.Prices.Until(at)
	}
	hours := max(0, e.Until.Sub(at).Hours())
	off := map[string]bool{}
	for _, o := range outcomes {
		off[o.RegionId+"/"+o.DesktopId] = o.Code == Stopped || o.Code == WouldStop
	}
	for _, entry := range plan.Entries {
		if entry.Saves == nil || !off[entry.RegionId+"/"+entry.DesktopId] {
			continue
		}
		switch w := entry.Saves; {
		case w.Free:
		case w.Hour:
			e.Hours += hours
		case w.PerHour > 0:
			e.Amount += w.PerHour * hours
		default:
			e.Unpriced++
		}
	}
	// More digits would look like knowledge.
	e.Amount, e.Hours = math.Round(e.Amount*100)/100, math.Round(e.Hours*10)/10
	return &e
}

// Estimated is what a plan would save if all of its stops happened now; nil
// where the deployment has no prices.
func (r *Runner) Estimated(p Plan) *Estimate {
	return r.estimate(p, wouldStop(p), r.Now())
}

// wouldStop gives every stop of a plan the outcome of a dry run.
func wouldStop(p Plan) []Outcome {
	var outcomes []Outcome
	for _, e := range p.stops() {
		outcomes = append(outcomes, Outcome{RegionId: e.RegionId, DesktopId: e.DesktopId, Code: WouldStop})
	}
	return outcomes
}

// share is a cost centre's part of what a run stopped.
type share struct {
	Stopped int
	Amount  float64 // saved, in the price list's currency; compute only
}

// costCentres gives every value of the configured tag its share of the desktops
// that a run stopped, and of the estimate's money. A desktop without the tag
// counts under "".
func costCentres(plan Plan, outcomes []Outcome, e *Estimate, at time.Time) map[string]share {
	if e == nil {
		return nil
	}
	stopped := map[string]bool{}
	for _, o := range outcomes {
		stopped[o.RegionId+"/"+o.DesktopId] = o.Code == Stopped
	}
	hours := max(0, e.Until.Sub(at).Hours())
	shares := map[string]share{}
	for _, entry := range plan.Entries {
		w := entry.Saves
		if w == nil || !stopped[entry.RegionId+"/"+entry.DesktopId] {
			continue
		}
		s := shares[w.CostCentre]
		s.Stopped++
		if !w.Free && !w.Hour {
			s.Amount += w.PerHour * hours
		}
		shares[w.CostCentre] = s
	}
	return shares
}
