package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"time"

	"stopdesktops/internal/core"
)

// outputFlag is the form of the result.
type outputFlag struct{ json bool }

func (o *outputFlag) register(f *flag.FlagSet) {
	f.Var(o, "output", "the form of the result: `table|json`")
}

func (o *outputFlag) String() string {
	if o.json {
		return "json"
	}
	return "table"
}

func (o *outputFlag) Set(s string) error {
	if s != "table" && s != "json" {
		return fmt.Errorf("want table or json")
	}
	o.json = s == "json"
	return nil
}

// writeJSON prints one document.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // people read it in a terminal
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// runAnswer is how far a run is, as GET /runs/<id> says it.
type runAnswer struct {
	RunId     core.RunID     `json:"RunId"`
	State     core.State     `json:"State"`
	FirstSeen time.Time      `json:"FirstSeen"`
	Desktops  []planDecision `json:"Desktops,omitempty"` // while the run is not finished
	Report    *core.Report   `json:"Report,omitempty"`   // once it is
}

// planDecision is what will happen to one desktop, as far as is known.
type planDecision struct {
	RegionId    string    `json:"RegionId"`
	DesktopId   string    `json:"DesktopId"`
	DesktopName string    `json:"DesktopName,omitempty"`
	Decision    string    `json:"Decision"` // stop or skip
	Code        core.Code `json:"Code,omitempty"`
	Detail      string    `json:"Detail,omitempty"`
}

// answer prints how far a run is.
func (o *outputFlag) answer(w io.Writer, a core.Answer) error {
	if !o.json {
		return answerTable(w, a)
	}
	out := runAnswer{RunId: a.Run, State: a.State, FirstSeen: a.First.UTC(), Report: a.Report}
	if a.Report == nil && a.Plan != nil {
		for _, e := range a.Plan.Entries {
			d := planDecision{RegionId: e.RegionId, DesktopId: e.DesktopId, DesktopName: e.DesktopName, Decision: "stop"}
			if !e.Stop {
				d.Decision, d.Code, d.Detail = "skip", e.Code, e.Detail
			}
			out.Desktops = append(out.Desktops, d)
		}
	}
	return writeJSON(w, out)
}
