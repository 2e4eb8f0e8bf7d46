package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config"
	"stopdesktops/internal/config/timetable"
)

const previewHelp = `
Prints every tick of the timers and schedules of a configuration folder in a year:
when it is, in local time and UTC, what it does, and why. It asks nobody and needs
no variables.
`

func previewCommand() *command {
	var dir, name string
	f := newFlags("preview")
	configFlag(f, &dir)
	year := 0
	f.Func("year", "the `year`; without it this one", func(s string) (err error) {
		if year, err = strconv.Atoi(s); err != nil || year == 0 {
			return errors.New("want a year such as 2027")
		}
		return nil
	})
	f.StringVar(&name, "timer", "", "only the timer of this `name`, without schedules")
	return &command{name: "preview", what: "Print what the timers and schedules do in a year.", more: previewHelp, flags: f,
		do: func(_ context.Context, t *terminal, args []string) error {
			if len(args) > 0 {
				return usagef("preview takes no words; name the folder with --config and the year with --year")
			}
			if year == 0 {
				year = t.now().Year()
			}
			if year < calendar.FirstYear || year > calendar.LastYear {
				return usagef("--year is %d; want %d to %d", year, calendar.FirstYear, calendar.LastYear)
			}
			return t.preview(t.folderOf(dir), year, name)
		}}
}

// preview prints what the timers and schedules of a configuration folder do in a
// year.
func (t *terminal) preview(dir string, year int, name string) error {
	// What is out of date is said as of the year, whenever it is looked at.
	asOf := func() time.Time { return time.Date(year, time.January, 1, 12, 0, 0, 0, time.UTC) }
	c, err := config.LoadTimes(dir, config.Source{Environ: t.environ, Now: asOf})
	if err != nil {
		return configFailure(err)
	}
	w := bufio.NewWriter(t.out)
	p := previewer{config: c, year: year, out: w}
	if name != "" {
		timer, ok := c.Timer(name)
		if !ok {
			return &failure{code: exitFailed, text: fmt.Sprintf("there is no timer %s in %s", quoted(name), dir), hint: "its timers are " + timerNames(c)}
		}
		p.timer(timer)
		return w.Flush()
	}
	p.all()
	return w.Flush()
}

// timerNames lists the timers of a configuration.
func timerNames(c config.Config) string {
	names := make([]string, len(c.Timers))
	for i, t := range c.Timers {
		names[i] = t.Name
	}
	return cmp.Or(strings.Join(names, ", "), "none")
}

// previewer prints one year.
type previewer struct {
	config config.Config
	year   int
	out    io.Writer
}

func (p *previewer) all() {
	fmt.Fprintf(p.out, "What the timers and schedules do in %d: local time, UTC, what, and why.\n", p.year)
	for _, line := range p.config.Warnings {
		fmt.Fprintln(p.out, "Warning:", line)
	}
	for _, t := range p.config.Timers {
		p.timer(t)
	}
	for _, s := range p.config.Schedules.All() {
		p.schedule(s)
	}
}

// span is the year in a zone.
func (p *previewer) span(zone *time.Location) (from, until time.Time) {
	first := calendar.Date{Year: p.year, Month: time.January, Day: 1}
	next := calendar.Date{Year: p.year + 1, Month: time.January, Day: 1}
	return calendar.At(first, 0, zone), calendar.At(next, 0, zone)
}

// instant is a time as a line begins: local with its offset, and UTC.
func instant(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("2006-01-02 Mon 15:04 -07:00") + "  " + at.UTC().Format("2006-01-02T15:04Z")
}

func mode(t timetable.Timer) string {
	if t.Request.DryRun {
		return "dry run"
	}
	return "live   "
}
