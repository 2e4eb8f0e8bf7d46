package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/timetable"
)

// foldOver is how many ticks of a day, decided alike, have a line each. Those of
// a timer that ticks every hour say nothing that the first does not.
const foldOver = 3

// tick is one instant of a timer, decided.
type tick struct {
	at time.Time
	timetable.Decision
}

// timer prints a timer's year.
func (p *previewer) timer(t timetable.Timer) {
	fmt.Fprintf(p.out, "\nTimer %s (%s, days of %s), %s\n", t.Name, t.Cron, t.Zone, strings.TrimSpace(mode(t)))
	from, until := p.span(t.Zone)
	var day []tick
	var doubts []string
	var all tally
	for at := range t.Instants(from, until) {
		d := t.Decide(at)
		all.count(d, calendar.Of(at.In(t.Zone)))
		if d.Doubt != "" && !slices.Contains(doubts, d.Doubt) {
			doubts = append(doubts, d.Doubt)
			fmt.Fprintln(p.out, "Note:", d.Doubt)
		}
		if len(day) > 0 && (day[0].Decision != d || calendar.Of(day[0].at.In(t.Zone)) != calendar.Of(at.In(t.Zone))) {
			p.ticks(t, day)
			day = day[:0]
		}
		day = append(day, tick{at, d})
	}
	p.ticks(t, day)
	fmt.Fprintf(p.out, "%d: %s\n", p.year, all)
}

// ticks prints ticks of one day that are decided alike.
func (p *previewer) ticks(t timetable.Timer, day []tick) {
	for i, tick := range day {
		does := "skip"
		if tick.Run {
			does = "run "
		}
		fmt.Fprintf(p.out, "%s  %s  %s  %s", instant(tick.at, t.Zone), does, mode(t), tick.Why)
		if i == 0 && len(day) > foldOver {
			last := day[len(day)-1].at
			fmt.Fprintf(p.out, " So do %d more until %s.\n", len(day)-1, last.In(t.Zone).Format("15:04 -07:00"))
			return
		}
		fmt.Fprintln(p.out)
	}
}
