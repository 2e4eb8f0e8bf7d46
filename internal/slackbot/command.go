package slackbot

import (
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/core"
)

// Verb is what a command asks for.
type Verb string

// The verbs.
const (
	VerbStop   Verb = "stop" // needs no word: ids alone mean it
	VerbHelp   Verb = "help"
	VerbResult Verb = "result"
)

// Parsed is the text of a command, understood.
type Parsed struct {
	Verb        Verb
	IDs         []string // each once, in the order given
	Region      string   // empty: every region of the deployment
	StoppedMode string   // KeepCharging, StopCharging or empty
	OsUpdate    *bool    // nil: not said
	Force       bool
	Preview     bool
	Now         bool // stop without asking back, where the policy lets
	Reason      string
	Run         core.RunID // VerbResult
	// InReason are ids that stand in the reason. They are not stopped, which
	// the answer should say.
	InReason []string
}

// Problem is one thing in a command that cannot be taken as it is.
type Problem struct {
	Word string // as typed, or empty where something is missing
	Fix  string // what is wrong with it and how to write it
}

// maxCommand is the longest text that is read. Two hundred ids, the most that one
// command may stop, take half of it.
const maxCommand = 16 << 10

// Parse reads the text of a command: ids and options in any order, then the
// reason in plain words.
//
// Options count only before the first word of the reason, so that a reason may
// hold any word, such as "by force". The reason begins with the first word that
// is neither an id nor an option nor a near miss of one; reason= begins it
// whatever follows. What can be nothing but an option that came too late
// (region=.., --force) is a problem, not a part of the reason.
//
// With a problem nothing may be done; what Parsed holds then is for the answer.
func Parse(text string) (Parsed, []Problem) {
	if len(text) > maxCommand {
		return Parsed{Verb: VerbStop}, []Problem{{Fix: fmt.Sprintf("The command is longer than %d bytes. Name fewer desktops, or give a shorter reason.", maxCommand)}}
	}
	r := reader{left: Repair(text), p: Parsed{Verb: VerbStop}}
	r.read()
	if len(r.problems) == 0 && r.p.Verb == VerbStop && len(r.p.IDs) == 0 {
		r.noIDs()
	}
	return r.p, r.problems
}

// Request is what the command asks of the core. An empty RegionId means every
// region of the deployment.
func (p Parsed) Request() core.Request {
	return core.Request{RegionId: p.Region, DesktopId: p.IDs, StoppedMode: p.StoppedMode, OsUpdate: p.OsUpdate,
		DryRun: p.Preview, Force: p.Force, Reason: p.Reason}
}

// ParsedOf is the command that asks for q.
func ParsedOf(q core.Request) Parsed {
	return Parsed{Verb: VerbStop, IDs: q.DesktopId, Region: q.RegionId, StoppedMode: q.StoppedMode, OsUpdate: q.OsUpdate,
		Preview: q.DryRun, Force: q.Force, Reason: q.Reason}
}

// Text is the command's text in its shortest clear form, to be given again.
// Parse of it, escaped as Slack escapes, gives p.
func (p Parsed) Text() string {
	switch p.Verb {
	case VerbHelp:
		return string(VerbHelp)
	case VerbResult:
		return string(VerbResult) + " " + string(p.Run)
	}
	t := append(slices.Clone(p.IDs), p.options()...)
	if p.Reason == "" {
		return strings.Join(t, " ")
	}
	// Does the reason stand for itself behind an id?
	r := reader{left: p.Reason, p: Parsed{Verb: VerbStop, IDs: []string{"ecd-0"}}, began: true}
	if r.read(); r.p.Reason == p.Reason && len(r.problems) == 0 && len(r.p.IDs) == 1 {
		return strings.Join(append(t, p.Reason), " ")
	}
	return strings.Join(append(t, "reason="+p.Reason), " ")
}
