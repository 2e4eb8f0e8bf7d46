package main

import (
	"time"

	"stopdesktops/internal/core"
)

// answer is what the HTTP door tells of a run.
type answer struct {
	RunId     core.RunID   `json:"RunId"`
	State     core.State   `json:"State"`
	Repeated  bool         `json:"Repeated,omitempty"`
	FirstSeen time.Time    `json:"FirstSeen"`
	Next      string       `json:"Next,omitempty"`
	Desktops  []decision   `json:"Desktops,omitempty"` // while the run is not finished
	Report    *core.Report `json:"Report,omitempty"`   // once it is
}

// decision is what will happen to one desktop, as far as is known.
type decision struct {
	RegionId    string    `json:"RegionId"`
	DesktopId   string    `json:"DesktopId"`
	DesktopName string    `json:"DesktopName,omitempty"`
	Decision    string    `json:"Decision"` // stop or skip
	Code        core.Code `json:"Code,omitempty"`
	Detail      string    `json:"Detail,omitempty"`
}

// next says what the sender can do in each state.
var next = map[core.State]string{
	core.Queued:      "The run is queued. GET /runs/<RunId> with the bearer token to see how it ends.",
	core.Working:     "The run is being carried out. GET /runs/<RunId> with the bearer token to see how it ends.",
	core.Interrupted: "The run was interrupted and is taken up again by itself. If it stays so, send the same request again with the same id.",
}

// answered puts an answer of the core in words.
func answered(a core.Answer) answer {
	out := answer{RunId: a.Run, State: a.State, Repeated: a.Repeated, FirstSeen: a.First.UTC(), Next: next[a.State], Report: a.Report}
	if a.Report != nil {
		out.Report = explained(*a.Report)
		return out
	}
	if a.Plan == nil {
		return out
	}
	for _, e := range a.Plan.Entries {
		d := decision{RegionId: e.RegionId, DesktopId: e.DesktopId, DesktopName: e.DesktopName, Decision: "stop"}
		if !e.Stop {
			d.Decision, d.Code, d.Detail = "skip", e.Code, e.Detail
			if d.Detail == "" {
				d.Detail = e.Code.Meaning()
			}
		}
		out.Desktops = append(out.Desktops, d)
	}
	return out
}

// explained gives every outcome words, so that nobody needs a table of codes.
func explained(r core.Report) *core.Report {
	outcomes := make([]core.Outcome, len(r.Outcomes))
	for i, o := range r.Outcomes {
		if o.Detail == "" {
			o.Detail = o.Code.Meaning()
		}
		outcomes[i] = o
	}
	r.Outcomes = outcomes
	return &r
}
