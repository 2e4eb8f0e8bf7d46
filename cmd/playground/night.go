package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"stopdesktops/internal/core"
)

// night announces the nightly stop of 300 desktops, lets alice keep hers, fires
// the timers and shows what people read of it.
func (p *playground) night(ctx context.Context) error {
	p.title("5. The night: 300 more desktops, and a timer that stops those with the tag env=dev")
	p.summary()
	if err := p.allow(p.announcement(ctx)); err != nil {
		return err
	}
	p.step("The timer fires. Three desktops go first, and the rest once those are seen Stopped. What it calls, in order:")
	calls := len(p.cloud.ECD.Calls())
	report, err := p.run(ctx, runOf("nightly-dev"), p.lastOf("nightly-dev"))
	if err := p.allow(err); err != nil {
		return err
	}
	if err == nil {
		p.nights = append(p.nights, report)
		p.calls(p.cloud.ECD.Calls()[calls:])
		p.step("In the morning #nightly reads:")
		if err := p.allow(p.read(nightly, " stopped, 1 failed, ", " left alone, ", "Running longest")); err != nil {
			return err
		}
	}
	p.step("Other teams name a schedule by a tag on their desktops. The timer that serves schedules fires:")
	scheduled, err := p.run(ctx, runOf("schedules"), p.lastOf("schedules"))
	if err := p.allow(err); err != nil {
		return err
	}
	if err == nil {
		p.nights = append(p.nights, scheduled)
		if err := p.allow(p.read(nightly, "4 stopped", string(core.ScheduleUnknown))); err != nil {
			return err
		}
	}
	p.step("Every outcome of the night, with one example each:")
	p.outcomes(p.nights...)
	return p.estimate(report)
}

// announcement shows what is said before the stop, and lets alice keep hers.
func (p *playground) announcement(ctx context.Context) error {
	p.step("Before the stop it is announced in #nightly, as alice sees it:")
	t, _ := p.tick(announcementOf("nightly-dev"))
	if err := p.fire(ctx, announcementOf("nightly-dev"), t.last(time.Now())); err != nil {
		return err
	}
	if err := p.read(nightly, "Keep mine tonight"); err != nil {
		return err
	}
	p.step("Alice presses Keep mine tonight:")
	if err := p.presses(ctx, nightly, "keep_mine"); err != nil {
		return err
	}
	return p.read(nightly, "2 desktops kept awake")
}

// timer lets a timer tick that names three desktops.
func (p *playground) timer(ctx context.Context) error {
	p.title("3. A timer ticks")
	report, err := p.run(ctx, runOf("nightly"), p.lastOf("nightly"))
	if err != nil {
		return err
	}
	p.report(report)
	return nil
}

// lastOf is the last time at which a timer was due, of which the show lets it tick.
func (p *playground) lastOf(timer string) time.Time {
	t, ok := p.tick(runOf(timer))
	if !ok {
		return time.Time{}
	}
	return t.last(time.Now())
}

// run fires a timer for one of its times and returns the report of the run that it
// makes.
func (p *playground) run(ctx context.Context, trigger string, at time.Time) (core.Report, error) {
	before := p.reports(core.Timer)
	if err := p.fire(ctx, trigger, at); err != nil {
		return core.Report{}, err
	}
	for run := range p.reports(core.Timer) {
		if before[run] {
			continue
		}
		_, answer, err := p.call(ctx, "GET", "/runs/"+run, p.bearer(), "")
		if err != nil {
			return core.Report{}, err
		}
		if answer.Report == nil {
			return core.Report{}, otherwisef("run %s has no report", run)
		}
		return *answer.Report, nil
	}
	return core.Report{}, otherwisef("%s stopped nothing and left no report; run again with -logs to see why", spoken(trigger))
}

// fire lets a trigger tick for one of its times.
func (p *playground) fire(ctx context.Context, trigger string, at time.Time) error {
	if _, ok := p.tick(trigger); !ok {
		return otherwisef("%s/timers.yaml has no %s", p.folder.shown, spoken(trigger))
	}
	if err := p.cloud.FC.FireTimer("stopdesktops", trigger, at); err != nil {
		return err
	}
	if err := p.cloud.Drain(ctx); err != nil {
		return fmt.Errorf("wait for the timer: %w", err)
	}
	return nil
}

// reports are a door's runs that have a report in the bucket.
func (p *playground) reports(door core.Door) map[string]bool {
	runs := map[string]bool{}
	for key := range p.cloud.OSS.Objects() {
		if strings.Contains(key, "/runs/"+string(door)+"-") && strings.HasSuffix(key, "/report") {
			runs[strings.Split(key, "/")[2]] = true
		}
	}
	return runs
}

// summary counts the night's desktops by region and status.
func (p *playground) summary() {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "   REGION\tDESKTOPS\tRUNNING\tTAG env=dev")
	for _, region := range []string{"cn-hangzhou", "cn-shanghai"} {
		all, running, dev := 0, 0, 0
		for _, r := range p.asleep {
			if r.Region != region {
				continue
			}
			all++
			if r.Status == "" {
				running++
			}
			if r.Tags[tagEnv] == "dev" {
				dev++
			}
		}
		fmt.Fprintf(w, "   %s\t%d\t%d\t%d\n", region, all, running, dev)
	}
	w.Flush()
}

// step says what comes next within a part of the show.
func (p *playground) step(s string) { fmt.Fprintf(p.out, "\n%s\n\n", s) }
