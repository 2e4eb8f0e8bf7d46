package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"

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
	e := json.NewEncoder(escaping{w})
	e.SetEscapeHTML(false) // people read it in a terminal
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// answer prints how far a run is: in the deployment's zone, or in JSON as GET /runs/<id> says it.
func (o *outputFlag) answer(t *terminal, a core.Answer) error {
	if !o.json {
		return answerTable(t.out, a, t.zone)
	}
	return writeJSON(t.out, a.Told())
}
