package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// ownTimers fires those timers of a folder of one's own that are due and that the
// show has not fired, and says of each when it comes next.
func (p *playground) ownTimers(ctx context.Context) error {
	p.title("The timers of " + p.folder.shown)
	if len(p.ticks) == 0 {
		fmt.Fprintln(p.out, "There are none.")
	}
	for _, t := range p.ticks {
		now := time.Now()
		idle := t.idle(now)
		switch {
		case p.fired[t.name()]:
			fmt.Fprintf(p.out, "   %s: the show has fired it.\n", spoken(t.name()))
		case idle != "":
			fmt.Fprintf(p.out, "   %s does not fire now: %s.\n", spoken(t.name()), idle)
		default:
			if err := p.fires(ctx, t, t.last(now)); err != nil {
				return err
			}
		}
		if next := t.next(now.Add(time.Second)); next.IsZero() {
			fmt.Fprintln(p.out, "   It does not come within a year.")
		} else {
			fmt.Fprintf(p.out, "   It comes next at %s, if this is up.\n", t.at(next))
		}
	}
	return nil
}

// fires lets a timer of the folder tick for one of its times and shows what comes
// of it.
func (p *playground) fires(ctx context.Context, t tick, at time.Time) error {
	p.step(fmt.Sprintf("%s fires, for %s:", spoken(t.name()), t.at(at)))
	if t.announces {
		if err := p.fire(ctx, t.name(), at); err != nil {
			return err
		}
	} else {
		report, err := p.run(ctx, t.name(), at)
		if err := p.allow(err); err != nil {
			return err
		}
		if err == nil {
			p.outcomes(report)
		}
	}
	if t.timer.Channel == "" {
		return nil
	}
	return p.allow(p.read(t.timer.Channel))
}

// stay fires the timers of a folder of one's own at their times until it is told to
// end. Those of the show come with the show only.
func (p *playground) stay(ctx context.Context) error {
	from := time.Now()
	for {
		due, at := p.due(from)
		var comes <-chan time.Time
		if len(due) > 0 {
			comes = time.After(time.Until(at))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-comes:
		}
		for _, t := range due {
			if err := p.fires(ctx, t, at); ctx.Err() != nil {
				return nil
			} else if err != nil {
				return err
			}
		}
		from = at.Add(time.Second)
	}
}

// due are the timers of one's own folder that come first from a moment on, and when
// they do.
func (p *playground) due(from time.Time) (first []tick, at time.Time) {
	if !p.folder.own {
		return nil, at
	}
	for _, t := range p.ticks {
		next := t.next(from)
		switch {
		case next.IsZero() || len(first) > 0 && next.After(at):
		case len(first) > 0 && next.Equal(at):
			first = append(first, t)
		default:
			first, at = []tick{t}, next
		}
	}
	return slices.Clip(first), at
}
