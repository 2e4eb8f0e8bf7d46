package core

import (
	"cmp"
	"time"
)

// Told is how far a run is, as doors tell it in JSON: GET /runs/<id> and a
// terminal with --output json. Every outcome has words in it, so that nobody needs
// a table of codes.
type Told struct {
	RunId     RunID      `json:"RunId"`
	State     State      `json:"State"`
	Repeated  bool       `json:"Repeated,omitempty"`
	FirstSeen time.Time  `json:"FirstSeen"`
	Next      string     `json:"Next,omitempty"`     // what the caller can do; the door's to say
	Desktops  []Decision `json:"Desktops,omitempty"` // while the run is not finished
	Report    *Report    `json:"Report,omitempty"`   // once it is
}

// Decision is what will happen to one desktop, as far as is known.
type Decision struct {
	RegionId    string `json:"RegionId"`
	DesktopId   string `json:"DesktopId"`
	DesktopName string `json:"DesktopName,omitempty"`
	Decision    string `json:"Decision" validate:"oneof=stop skip"`
	Code        Code   `json:"Code,omitempty"`
	Detail      string `json:"Detail,omitempty"`
}

// Told puts an answer in words.
func (a Answer) Told() Told {
	t := Told{RunId: a.Run, State: a.State, Repeated: a.Repeated, FirstSeen: a.First.UTC()}
	switch {
	case a.Report != nil:
		r := a.Report.Explained()
		t.Report = &r
	case a.Plan != nil:
		for _, e := range a.Plan.Entries {
			d := Decision{RegionId: e.RegionId, DesktopId: e.DesktopId, DesktopName: e.DesktopName, Decision: "stop"}
			if !e.Stop {
				d.Decision, d.Code, d.Detail = "skip", e.Code, cmp.Or(e.Detail, e.Code.Meaning())
			}
			t.Desktops = append(t.Desktops, d)
		}
	}
	return t
}

// Explained gives every outcome words.
func (r Report) Explained() Report {
	outcomes := make([]Outcome, len(r.Outcomes))
	for i, o := range r.Outcomes {
		o.Detail = cmp.Or(o.Detail, o.Code.Meaning())
		outcomes[i] = o
	}
	r.Outcomes = outcomes
	return r
}
