package main

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"stopdesktops/internal/core"
	slackcommand "stopdesktops/internal/slackbot/command"
)

// stopWords are the flags that say what to stop and how.
type stopWords struct {
	regions            listFlag
	selecting, except  textFlag
	all, dryRun, force bool
	reason, ticket     string
	canary             textFlag
	maxFailures        string
	grace, minUptime   string
	stoppedMode        string
	osUpdate           textFlag
}

func (w *stopWords) register(f *flag.FlagSet) {
	f.Var(&w.regions, "region", "the `region`; with --select or --all several, or all")
	f.Var(&w.selecting, "select", "desktops by what they are, in the `words` of the Slack command")
	f.Var(&w.except, "except", "leave out these ids, or what these `words` select")
	f.BoolVar(&w.all, "all", false, "every desktop of the regions given, if the policy lets you")
	f.BoolVar(&w.dryRun, "dry-run", false, "show what would be stopped, and stop nothing")
	f.BoolVar(&w.force, "force", false, "stop desktops that are in use or kept awake as well, if the policy lets you")
	f.StringVar(&w.reason, "reason", "", "why, in `words`: for the record, and for policies that ask for it")
	f.StringVar(&w.ticket, "ticket", "", "the `id` of the ticket that asks for it")
	f.Var(&w.canary, "canary", "stop this `number` first, and the rest once they are seen stopped")
	f.StringVar(&w.maxFailures, "max-failures", "", "end the run after more failures than this `number` or percentage, such as 5%")
	f.StringVar(&w.grace, "grace", "", "with --select: leave alone what was used less than this `time` ago, such as 30m")
	f.StringVar(&w.minUptime, "min-uptime", "", "with --select: leave alone what was started less than this `time` ago")
	f.StringVar(&w.stoppedMode, "stopped-mode", "", "StopCharging or KeepCharging, the cloud's `mode`")
	f.Var(&w.osUpdate, "os-update", "let the system install its updates on the way: `yes|no`")
}

// request is what the flags and ids ask for. The core checks the values.
func (w *stopWords) request(ids []string, now time.Time, zone *time.Location) (core.Request, error) {
	selects := w.selecting.given || w.except.given || w.all
	q := core.Request{DryRun: w.dryRun, Force: w.force, Reason: w.reason, Ticket: w.ticket, MaxFailures: w.maxFailures, Grace: w.grace, MinUptime: w.minUptime, StoppedMode: w.stoppedMode}
	switch {
	case len(ids) == 0 && !selects:
		return q, usagef("which desktops? name ids, or give --select; nothing missing ever means all")
	case len(ids) > 0 && selects:
		return q, usagef("%s is an id beside --select, --except or --all: reach desktops by id or by what they are, not both", quoted(ids[0]))
	case len(ids) > 0 && len(w.regions) != 1:
		return q, usagef("ids want one --region, in which they are looked for")
	case w.all && w.selecting.given:
		return q, usagef("--all means every desktop of the regions, and --select some of them; leave one out")
	case w.all && len(w.regions) == 0:
		return q, usagef("--all wants --region; --region all is every region of the deployment")
	case w.except.given && !w.all && !w.selecting.given:
		return q, usagef("--except leaves something out of --select or --all; give one of them")
	}
	if err := w.numbers(&q); err != nil {
		return q, err
	}
	if !selects {
		q.RegionId, q.DesktopId = w.regions[0], ids
		return q, nil
	}
	return q, w.selection(&q, now, zone)
}

// numbers reads the flags that are no texts.
func (w *stopWords) numbers(q *core.Request) error {
	if w.canary.given {
		n, err := strconv.Atoi(w.canary.value)
		if err != nil {
			return usagef("--canary %s is no number", quoted(w.canary.value))
		}
		q.Canary = &n
	}
	if w.osUpdate.given {
		yes := w.osUpdate.value == "yes"
		if !yes && w.osUpdate.value != "no" {
			return usagef("--os-update is %s; want yes or no", quoted(w.osUpdate.value))
		}
		q.OsUpdate = &yes
	}
	return nil
}

// asSlackSends writes a text as Slack would send it, because its words are read
// by what reads Slack's.
var asSlackSends = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// selection reads the words of --select and --except as the Slack command does.
func (w *stopWords) selection(q *core.Request, now time.Time, zone *time.Location) error {
	var words []string
	if w.all {
		words = append(words, "all")
	}
	for _, region := range w.regions {
		words = append(words, "region="+region)
	}
	words = append(words, w.selecting.value)
	if w.except.given {
		words = append(words, "except", w.except.value)
	}
	p, problems := slackcommand.ParseAt(asSlackSends.Replace(strings.Join(words, " ")), now, zone)
	if err := wordProblems(problems); err != nil {
		return err
	}
	if extra := beside(p); extra != "" {
		return usagef("the words of --select hold %s; %s", extra, "only words that say which desktops belong there")
	}
	if p.Select == nil || len(p.Select.RegionId) == 0 {
		return usagef("--select wants --region; --region all is every region of the deployment")
	}
	q.Select, q.Except, q.All = p.Select, p.Except, p.All
	return nil
}

// beside is what words hold that do not say which desktops.
func beside(p slackcommand.Parsed) string {
	switch {
	case p.Verb != slackcommand.VerbStop:
		return "the command " + string(p.Verb)
	case p.Reason != "":
		return quoted(p.Reason) + ", which selects nothing"
	case p.Mine || len(p.People) > 0:
		return "a person of Slack; write user: with the end user's id"
	}
	var flags []string
	for _, f := range []struct {
		name  string
		given bool
	}{{"force", p.Force}, {"preview", p.Preview}, {"now", p.Now}, {"osupdate", p.OsUpdate != nil}, {"keep-charging", p.StoppedMode != ""}, {"grace", p.Grace != ""},
		{"minuptime", p.MinUptime != ""}, {"canary", p.Canary != nil}, {"maxfailures", p.MaxFailures != ""}} {
		if f.given {
			flags = append(flags, f.name)
		}
	}
	if slices.Sort(flags); len(flags) > 0 {
		return fmt.Sprintf("%s, which is a flag of its own here", strings.Join(flags, ", "))
	}
	return ""
}
