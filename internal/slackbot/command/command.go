package command

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// Verb is what a command asks for.
type Verb string

// The verbs.
const (
	VerbStop     Verb = "stop" // needs no word: ids or a selection alone mean it
	VerbHelp     Verb = "help"
	VerbResult   Verb = "result"
	VerbWhy      Verb = "why"
	VerbKeep     Verb = "keep"
	VerbUnkeep   Verb = "unkeep"
	VerbFreeze   Verb = "freeze"
	VerbUnfreeze Verb = "unfreeze"
	VerbHalt     Verb = "halt"
)

// Parsed is the text of a command, understood.
type Parsed struct {
	Verb   Verb
	IDs    []string // each once, in the order given
	Region string   // of the ids; empty: every region of the deployment

	// Select reaches desktops by what they are, and holds the regions then. It is
	// nil where ids are named. Mine and People narrow it further, to the desktops
	// of who gave the command and of these Slack users; whoever knows which end
	// users they are puts those in.
	Select *core.Selection
	Except *core.Selection // what is left out of the selection
	All    bool            // every desktop of the regions
	Mine   bool
	People []string // ids of Slack users

	StoppedMode string // KeepCharging, StopCharging or empty
	OsUpdate    *bool  // nil: not said
	Grace       string // as in 30m; empty: not said
	MinUptime   string
	Canary      *int // nil: not said
	MaxFailures string
	Force       bool
	Preview     bool
	Now         bool // stop without asking back, where the policy lets
	Reason      string

	Run   core.RunID // VerbResult and VerbHalt
	Until time.Time  // VerbKeep and VerbFreeze, in UTC and whole seconds
	// InReason are ids that stand in the reason. They are not stopped, which
	// the answer should say.
	InReason []string
}

// Selects says whether the command reaches desktops by what they are.
func (p Parsed) Selects() bool { return p.Select != nil || p.All || p.Mine || len(p.People) > 0 }

// Problem is one thing in a command that cannot be taken as it is.
type Problem struct {
	Word string // as typed, or empty where something is missing
	Fix  string // what is wrong with it and how to write it
}

// maxCommand is the longest text that is read. Two hundred ids, the most that one
// command may stop, take half of it.
const maxCommand = 16 << 10

// ParseAt reads the text of a command: ids or a selection, and options, in any
// order, then the reason in plain words; or a verb and what belongs to it. Times
// of day are in zone unless the command names another.
//
// Options count only before the first word of the reason, so that a reason may
// hold any word, such as "by force". The reason begins with the first word that
// is neither an id nor an option nor a near miss of one; reason= begins it
// whatever follows. What can be nothing but an option that came too late
// (region=.., --force) is a problem, not a part of the reason. Behind an id the
// words of a selection are words of the reason, since ids need none.
//
// With a problem nothing may be done; what Parsed holds then is for the answer.
func ParseAt(text string, now time.Time, zone *time.Location) (Parsed, []Problem) {
	if len(text) > maxCommand {
		return Parsed{Verb: VerbStop}, []Problem{{Fix: fmt.Sprintf("The command is longer than %d bytes. Name fewer desktops, or give a shorter reason.", maxCommand)}}
	}
	repaired, people := repair(text)
	r := reader{left: repaired, mentions: people, now: now, zone: zone, p: Parsed{Verb: VerbStop}}
	r.read()
	if r.p.Verb == VerbStop {
		r.finish()
	}
	return r.p, r.problems
}

// Request is what the command asks of the core. An empty RegionId means every
// region of the deployment. Mine and People are not in it: they need somebody
// who knows which end users they are.
func (p Parsed) Request() core.Request {
	return core.Request{RegionId: p.Region, DesktopId: p.IDs, Select: p.Select, Except: p.Except, All: p.All, StoppedMode: p.StoppedMode, OsUpdate: p.OsUpdate,
		Grace: p.Grace, MinUptime: p.MinUptime, Canary: p.Canary, MaxFailures: p.MaxFailures, DryRun: p.Preview, Force: p.Force, Reason: p.Reason}
}

// ParsedOf is the command that asks for q.
func ParsedOf(q core.Request) Parsed {
	p := Parsed{Verb: VerbStop, IDs: q.DesktopId, Region: q.RegionId, Select: q.Select, Except: q.Except, All: q.All, StoppedMode: q.StoppedMode, OsUpdate: q.OsUpdate,
		Grace: q.Grace, MinUptime: q.MinUptime, Canary: q.Canary, MaxFailures: q.MaxFailures, Preview: q.DryRun, Force: q.Force, Reason: q.Reason}
	if p.Selects() && p.Region != "" { // In a selection the region is one of its words.
		s := core.Selection{}
		if q.Select != nil {
			s = *q.Select
		}
		s.RegionId = append(slices.Clone(s.RegionId), p.Region)
		p.Select, p.Region = &s, ""
	}
	return p
}

// Text is the command's text in its shortest clear form, to be given again.
// ParseAt of it, escaped as Slack escapes, gives p, unless p holds what cannot be
// typed; Repeats tells.
func (p Parsed) Text() string {
	text := p.plain()
	if p.Reason == "" {
		return text
	}
	// Does the reason stand for itself, or would its first words be read as
	// something else?
	if short := text + " " + p.Reason; p.reads(short) {
		return short
	}
	return text + " reason=" + p.Reason
}

// Repeats says whether Text, given again, asks for the same.
func (p Parsed) Repeats() bool { return p.reads(p.Text()) }

// reads says whether a text asks for p.
func (p Parsed) reads(text string) bool {
	got, problems := ParseAt(mrkdwn.Escape(text), p.Until.Add(-time.Minute), time.UTC)
	got.InReason, p.InReason = nil, nil
	return len(problems) == 0 && reflect.DeepEqual(got, p)
}

// plain is the text without the reason.
func (p Parsed) plain() string {
	var t []string
	if p.Verb != VerbStop {
		t = append(t, string(p.Verb))
	}
	switch p.Verb {
	case VerbHelp:
		return string(VerbHelp)
	case VerbResult, VerbHalt:
		t = append(t, string(p.Run))
	}
	t = append(append(t, p.IDs...), p.Options()...)
	if !p.Until.IsZero() {
		t = append(t, "until "+p.Until.Format(time.RFC3339))
	}
	return strings.Join(t, " ")
}
