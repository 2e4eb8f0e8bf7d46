package triggers

import (
	"slices"
	"testing"
)

func TestSaid(t *testing.T) {
	fits := Fit{File: "s.yaml"}
	wrong := Fit{File: "s.yaml", Said: []string{"s.yaml:3: another time"}}
	lacks := Fit{File: "template.yml", Said: []string{"template.yml: no trigger for a", "template.yml: no trigger for b"}, Lacks: true}
	alone := lacks
	alone.File = "s.yaml"
	for _, c := range []struct {
		name string
		fits []Fit
		want []string
	}{
		{"no file", nil, nil},
		{"one that lacks some", []Fit{lacks}, lacks.Said},
		{"both lack some", []Fit{alone, lacks}, slices.Concat(alone.Said, lacks.Said)},
		{"one fits", []Fit{fits, lacks}, []string{"template.yml: its triggers do not fit my/timers.yaml, and those of s.yaml do. If template.yml is what you deploy, give it the same."}},
		{"one has a trigger for each timer", []Fit{lacks, wrong},
			[]string{"template.yml: it lacks triggers for timers of my/timers.yaml that s.yaml has. If template.yml is what you deploy, add them.", "s.yaml:3: another time"}},
		{"both fit", []Fit{fits, fits}, nil},
	} {
		if got := Said("my", c.fits); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
