package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/core"
)

func whyCommand() *command {
	var c common
	var output outputFlag
	var region, timer string
	f := newFlags("why")
	c.register(f)
	output.register(f)
	f.StringVar(&region, "region", "", "the `region`; without it every region of the deployment")
	f.StringVar(&timer, "timer", "", "ask about the request of the timer of this `name`")
	return &command{name: "why", args: "<desktop id>", what: "Show what decides about a desktop: the facts, each rule, the verdict.", flags: f,
		do: func(ctx context.Context, t *terminal, args []string) error {
			if len(args) != 1 {
				return usagef("why wants one desktop id")
			}
			d, err := t.open(c)
			if err != nil {
				return err
			}
			defer d.close()
			var q core.Request
			if timer != "" {
				of, known := d.config.Timer(timer)
				if !known {
					return &failure{code: exitFailed, text: "timers.yaml has no timer " + quoted(timer), hint: "its timers are " + timerNames(d.config)}
				}
				q = of.Request
			}
			q.RegionId, q.DesktopId = region, args
			var traces []core.Trace
			if timer != "" {
				traces, err = d.WhyTimer(ctx, d.caller, timer, q)
			} else {
				traces, err = d.Why(ctx, d.caller, q)
			}
			if err != nil {
				return err
			}
			if output.json {
				return writeJSON(t.out, struct {
					Why []core.Trace `json:"Why"`
				}{traces})
			}
			for i, trace := range traces {
				if i > 0 {
					fmt.Fprintln(t.out)
				}
				if err := whyTable(t.out, trace, t.zone); err != nil {
					return err
				}
			}
			return nil
		}}
}

// whyTable shows the verdict first, because most people read no further.
func whyTable(w io.Writer, t core.Trace, zone *time.Location) error {
	var b strings.Builder
	name := t.Desktop.DesktopId
	if t.Desktop.DesktopName != "" {
		name += " (" + t.Desktop.DesktopName + ")"
	}
	if t.Desktop.RegionId != "" {
		name += " in " + t.Desktop.RegionId
	}
	printLine(&b, "%s: %s", name, verdictWords(t.Verdict, zone))
	if t.Found && (t.AsSelection.Stop != t.Verdict.Stop || t.AsSelection.Code != t.Verdict.Code) {
		printLine(&b, "where a selection reaches it, as most timers do: %s", verdictWords(t.AsSelection, zone))
	}
	if t.Found && t.Verdict.Code != core.NotPermitted {
		facts := table{heading: []string{"FACT", "AS SEEN " + localTime(t.At, zone)}}
		for _, f := range factsOf(t.Desktop) {
			if f[1] != "" {
				facts.add(f[0], f[1])
			}
		}
		b.WriteString("\n")
		facts.print(&b)
	}
	rules := table{heading: []string{"RULE", "WORD", "SAYS"}}
	for _, r := range t.Rules {
		word := string(r.Code)
		if r.Decided {
			word += " (decides)"
		}
		says := said(r.Says, zone)
		if r.Selections {
			says += " (selections only)"
		}
		rules.add(r.Rule, word, says)
	}
	b.WriteString("\n")
	rules.print(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func verdictWords(e core.Entry, zone *time.Location) string {
	if e.Stop {
		return "it would be stopped"
	}
	words := "it would be left alone, " + string(e.Code) + ". " + localized(e.Code.Meaning())
	if e.Detail != "" {
		words += " In detail: " + said(e.Detail, zone)
	}
	return words
}

// factsOf are what a look saw of a desktop; what is empty was not there.
func factsOf(d core.Desktop) [][2]string {
	var tags []string
	for _, key := range slices.Sorted(maps.Keys(d.Tags)) {
		tags = append(tags, strings.TrimSuffix(key+"="+d.Tags[key], "="))
	}
	if d.TagsUnknown {
		tags = []string{"cannot be read"}
	}
	idle, up := "unknown", "unknown"
	if d.IdleKnown {
		idle = lasting(d.Idle)
	}
	if d.UpKnown {
		up = lasting(d.Up)
	}
	paid := d.ChargeType
	if d.HourPackage {
		paid = strings.TrimSpace(paid + " with an hour package")
	}
	return [][2]string{{"status", d.Status}, {"connection", d.Connection}, {"users", strings.Join(d.EndUserIds, ", ")}, {"tags", strings.Join(tags, ", ")},
		{"the cloud is", strings.Join(d.ManagementFlags, ", ")}, {"paid", paid}, {"type", d.DesktopType}, {"site", d.OfficeSiteId}, {"pool", d.DesktopGroupId},
		{"resource groups", strings.Join(d.ResourceGroupIds, ", ")}, {"idle for", idle}, {"running for", up}}
}

// lasting is a span as people say it.
func lasting(d time.Duration) string {
	minutes := max(0, int(d.Minutes()))
	days, hours, minutes := minutes/60/24, minutes/60%24, minutes%60
	switch {
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	}
	return fmt.Sprintf("%d min", minutes)
}
