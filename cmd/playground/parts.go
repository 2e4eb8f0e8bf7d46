package main

import (
	"context"
	"fmt"
	"time"

	"stopdesktops/internal/config/timetable"
)

// The parts of the show that change desktops, by their numbers.
const (
	clientPart = iota + 1
	adminPart
	timerPart
	slackPart
	nightPart
	whyPart
	brakePart
)

// part is one part of the show.
type part struct {
	number int
	title  string // for where it is left out; otherwise run prints its own
	run    func(context.Context) error
	timers []string // names of ticks that have to be due
	after  int      // the part without which it has nothing to show, or 0
}

func (p *playground) parts() []part {
	return []part{
		{number: clientPart, run: p.client},
		{number: adminPart, run: p.admin},
		{number: timerPart, title: "3. A timer ticks", run: p.timer, timers: []string{runOf("nightly")}},
		{number: slackPart, run: p.slack},
		{number: nightPart, title: "5. The night", run: p.night, timers: []string{announcementOf("nightly-dev"), runOf("nightly-dev"), runOf("schedules")}},
		{number: whyPart, title: "6. Why was it left running?", run: p.why, after: nightPart},
		{number: brakePart, run: p.brake},
	}
}

// show goes through its parts and says what became of every desktop.
func (p *playground) show(ctx context.Context) error {
	p.title("Twelve desktops")
	p.table(nil)
	fmt.Fprintf(p.out, "   ... and %d more, which the night is about.\n", len(p.asleep))
	for _, part := range p.parts() {
		if why := p.without(part, time.Now()); why != "" {
			p.left[part.number] = true
			p.title(part.title)
			fmt.Fprintf(p.out, "Left out: %s.\n", why)
			continue
		}
		for _, name := range part.timers {
			p.fired[name] = true
		}
		if err := p.allow(part.run(ctx)); err != nil {
			return err
		}
	}
	if p.folder.own {
		if err := p.ownTimers(ctx); err != nil {
			return err
		}
	}
	p.title("The desktops afterwards")
	return p.verify(ctx)
}

// without says why the folder is without what a part needs, or nothing. A show that
// is judged leaves nothing out.
func (p *playground) without(needs part, now time.Time) string {
	if p.judged {
		return ""
	}
	if p.left[needs.after] {
		return fmt.Sprintf("it is about part %d, which was left out", needs.after)
	}
	for _, name := range needs.timers {
		t, ok := p.tick(name)
		if !ok {
			return fmt.Sprintf("%s/timers.yaml has no %s", p.folder.shown, spoken(name))
		}
		if idle := t.idle(now); idle != "" {
			return fmt.Sprintf("%s of %s/timers.yaml does not fire now: %s", spoken(name), p.folder.shown, idle)
		}
	}
	return ""
}

// tick is the trigger of that name.
func (p *playground) tick(name string) (tick, bool) {
	for _, t := range p.ticks {
		if t.name() == name {
			return t, true
		}
	}
	return tick{}, false
}

// ticksOf are what fires the timers of a configuration: each its run, and those
// with Announce what announces it.
func ticksOf(timers []timetable.Timer) (all []tick) {
	for _, t := range timers {
		if t.Announce > 0 {
			all = append(all, tick{t, true})
		}
		all = append(all, tick{t, false})
	}
	return all
}
