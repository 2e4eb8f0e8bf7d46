package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

// notInAPlan are the codes that no desktop of a selection's plan is left alone
// with, and why.
var notInAPlan = map[core.Code]string{
	core.NotFound:         "a selection reaches only what the cloud shows",
	core.NoMatch:          "what does not match is not reached, and has no line",
	core.Unkept:           "how unkeep ends",
	core.WouldStop:        "of dry runs: it is not left alone by a reason of its own",
	core.Stopped:          "how a stop ends",
	core.Accepted:         "how a stop ends",
	core.StillStopping:    "how a stop ends",
	core.CameBack:         "how a stop ends",
	core.CloudRefused:     "how a stop ends",
	core.CloudUnavailable: "how a stop ends",
	core.Unknown:          "how a stop ends",
	core.NotTried:         "how a stop ends",
}

// TestEveryReasonIsShown: a code that core gains must be shown by the night, or
// be named here with the reason why no plan of a selection has it.
func TestEveryReasonIsShown(t *testing.T) {
	shown := reasons()
	for _, code := range core.Codes() {
		why, never := notInAPlan[code]
		switch {
		case shown[code] && never:
			t.Errorf("%s is shown by the night, and is not to be in a plan: %s", code, why)
		case !shown[code] && !never:
			t.Errorf("%s is a reason that the night does not show; give spared a desktop that has it", code)
		}
	}
	for code := range shown {
		if !code.Valid() {
			t.Errorf("the night shows %s, which is no code", code)
		}
	}
}

func TestNightFleet(t *testing.T) {
	now := time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)
	all := nightFleet(now)
	if len(all) != nightSize {
		t.Fatalf("%d desktops, want %d", len(all), nightSize)
	}
	if !reflect.DeepEqual(all, nightFleet(now)) {
		t.Error("the same night twice is not the same")
	}
	seen, regions := map[string]bool{}, map[string]int{}
	for _, r := range all {
		if at := r.Region + "/" + r.ID; seen[at] {
			t.Errorf("%s is there twice", at)
		} else {
			seen[at] = true
		}
		regions[r.Region]++
		if r.Type == "" || len(r.EndUserIDs) == 0 || r.why == "" || r.end == "" {
			t.Errorf("%s lacks a type, an end user, or how it must end and why: %+v", r.ID, r)
		}
	}
	if len(regions) != 2 || regions["cn-hangzhou"] < 100 || regions["cn-shanghai"] < 100 {
		t.Errorf("regions %v, want both", regions)
	}
}

// TestWrongOutcomes: what the demo's last check is for is noticed.
func TestWrongOutcomes(t *testing.T) {
	right := func() []core.Outcome {
		var all []core.Outcome
		for _, r := range nightFleet(time.Now()) {
			if r.code != "" {
				all = append(all, core.Outcome{RegionId: r.Region, DesktopId: r.ID, Code: r.code})
			}
		}
		return all
	}
	of := func(code core.Code) func(core.Outcome) bool {
		return func(o core.Outcome) bool { return o.Code == code }
	}
	for name, tt := range map[string]struct {
		change func([]core.Outcome) []core.Outcome
		want   string // in what is said; nothing where all is right
	}{
		"all right": {func(all []core.Outcome) []core.Outcome { return all }, ""},
		"a desktop is missing": {func(all []core.Outcome) []core.Outcome { return all[1:] },
			`ended the night as "" and must end as "stopped"`},
		"another code": {func(all []core.Outcome) []core.Outcome {
			all[slices.IndexFunc(all, of(core.Connected))].Code = core.Stopped
			return all
		}, `ended the night as "stopped" and must end as "connected"`},
		"a reason that did not occur": {func(all []core.Outcome) []core.Outcome { return slices.DeleteFunc(all, of(core.IdleUnknown)) },
			"no desktop was left alone with the reason idle_unknown"},
		"a desktop that nobody may reach": {func(all []core.Outcome) []core.Outcome {
			return append(all, core.Outcome{RegionId: fleet[3].Region, DesktopId: fleet[3].ID, Code: core.Stopped})
		}, fleet[3].ID + ` in cn-hangzhou ended the night as "stopped" and must end as ""`},
		"a stranger": {func(all []core.Outcome) []core.Outcome {
			return append(all, core.Outcome{RegionId: "cn-hangzhou", DesktopId: "ecd-stranger", Code: core.Kept})
		}, "ecd-stranger in cn-hangzhou is none of the playground's desktops"},
		"twice in one report": {func(all []core.Outcome) []core.Outcome { return append(all, all[0]) },
			"has two outcomes, stopped and stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &playground{judged: true, asleep: nightFleet(time.Now()), nights: []core.Report{{Outcomes: tt.change(right())}}}
			var said []string
			for _, err := range p.wrongOutcomes() {
				said = append(said, err.Error())
			}
			if all := strings.Join(said, "\n"); tt.want == "" && all != "" || !strings.Contains(all, tt.want) {
				t.Errorf("said %q, want %q in it", all, tt.want)
			}
		})
	}
}

func TestShortened(t *testing.T) {
	long := strings.Repeat("line\n", longMessage) + "end"
	got := shortened(long)
	if n := strings.Count(got, "\n") + 1; n != shownHead+1+shownTail || !strings.HasSuffix(got, "\nend") || !strings.Contains(got, "... 65 lines more ...") {
		t.Errorf("%d lines: %q", n, got)
	}
	if whole := strings.Repeat("line\n", longMessage-1) + "end"; shortened(whole) != whole {
		t.Error("a message that is not too long is cut")
	}
}
