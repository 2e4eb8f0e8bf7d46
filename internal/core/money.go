package core

import "time"

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
	// CostCentreTag is the tag whose value audit lines count desktops by.
	CostCentreTag string
}
