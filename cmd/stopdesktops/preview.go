package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config"
)

// preview prints what the timers and schedules of a configuration folder do in a
// year. It needs no deployment and asks nobody.
func preview(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("preview", flag.ContinueOnError)
	flags.SetOutput(out)
	dir := flags.String("config", "config", "`folder` that holds timers.yaml")
	year := flags.Int("year", time.Now().Year(), "the `year`")
	name := flags.String("timer", "", "only the timer of this `name`, without schedules")
	if err := flags.Parse(args); err != nil {
		return cmp.Or(help(err), error(usageError{err}))
	}
	if flags.NArg() > 0 || *year < calendar.FirstYear || *year > calendar.LastYear {
		return usageError{fmt.Errorf("usage: stopdesktops preview [-config folder] [-year %d to %d] [-timer name]", calendar.FirstYear, calendar.LastYear)}
	}
	// What is out of date is said as of the year, whenever it is looked at.
	asOf := func() time.Time { return time.Date(*year, time.January, 1, 12, 0, 0, 0, time.UTC) }
	c, err := config.LoadTimes(*dir, config.Source{Environ: os.Environ(), Now: asOf})
	if err != nil {
		return fmt.Errorf("the configuration has mistakes:\n%w", err)
	}
	w := bufio.NewWriter(out)
	p := previewer{config: c, year: *year, out: w}
	if *name != "" {
		t, ok := c.Timer(*name)
		if !ok {
			return fmt.Errorf("there is no timer %q in %s; it has %s", *name, *dir, p.timerNames())
		}
		p.timer(t)
		return w.Flush()
	}
	p.all()
	return w.Flush()
}

// help returns the error only if it asks for help, which is none.
func help(err error) error {
	if err == flag.ErrHelp {
		return err
	}
	return nil
}

// previewer prints one year.
type previewer struct {
	config config.Config
	year   int
	out    io.Writer
}

func (p *previewer) timerNames() string {
	names := make([]string, len(p.config.Timers))
	for i, t := range p.config.Timers {
		names[i] = t.Name
	}
	return cmp.Or(strings.Join(names, ", "), "none")
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

func mode(t config.Timer) string {
	if t.Request.DryRun {
		return "dry run"
	}
	return "live   "
}
