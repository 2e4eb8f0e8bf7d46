package command

import (
	"slices"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// kind is where a word may stand and what may follow it.
type kind int

const (
	flag   kind = iota // among the options, alone; or as word=yes, word=no
	valued             // among the options, always with =value
	pick               // as valued: it says which desktops, in Select or Except
	turn               // among the options, alone: what follows is excepted
	verb               // the first word of the command
	rest               // with = or : behind it, all that follows belongs to it
)

// word is one word of the command. To add one is to add a row to a table, and to
// write it back where a command is given again: a pick fills a field of
// core.Selection and is written by selectionWords; a flag or a valued word fills a
// field of Parsed, or of its selection, and is written by Parsed.options.
type word struct {
	name string // as people are shown it
	kind kind
	also []string // other spellings, without hyphens
	// example is how to write it, what says what it does; help shows both.
	example, what string
	// selects marks a word that has a meaning only where desktops are reached by
	// what they are. Behind an id it is an ordinary word of the reason.
	selects bool
	// set takes the value in: "yes" or "no" for a flag. It returns what is wrong
	// with the value, or "".
	set func(r *reader, value string) string
	// choose is set for a pick.
	choose func(s *core.Selection, value string) string
}

// words are all words of the command, in the order of its help.
var words []word

// The tables mention the reader, which looks words up, so they are joined when
// the package starts rather than where they are declared.
func init() { words = slices.Concat(choosing, options, verbs) }

// options are the words that say how, whichever way desktops are reached.
var options = []word{
	{name: "region", kind: valued, also: []string{"regions"}, example: "region=cn-hangzhou", what: "only there, else every region of this deployment; several for a selection, region=all for each",
		set: func(r *reader, v string) string { return r.takeRegion(v) }},
	{name: "keep-charging", kind: flag, also: []string{"keepcharge"}, example: "keep-charging", what: "keep the machine's capacity reserved, and paid for",
		set: func(r *reader, v string) string {
			r.p.StoppedMode = "StopCharging"
			if v == "yes" {
				r.p.StoppedMode = "KeepCharging"
			}
			return ""
		}},
	{name: "osupdate", kind: flag, example: "osupdate", what: "let a waiting update of the system install",
		set: func(r *reader, v string) string { on := v == "yes"; r.p.OsUpdate = &on; return "" }},
	{name: "force", kind: flag, example: "force", what: "also where somebody is connected, if the policy lets you",
		set: func(r *reader, v string) string { r.p.Force = v == "yes"; return "" }},
	{name: "preview", kind: flag, also: []string{"dryrun"}, example: "preview", what: "show what would happen, and stop nothing",
		set: func(r *reader, v string) string { r.p.Preview = v == "yes"; return "" }},
	{name: "now", kind: flag, example: "now", what: "up to " + mrkdwn.Count(core.UnaskedMost, "desktop") + " without asking back, if the policy lets you",
		set: func(r *reader, v string) string { r.p.Now = v == "yes"; return "" }},
	{name: "grace", kind: valued, selects: true, example: "grace=30m", what: "leave alone what was used less than this ago",
		set: func(r *reader, v string) string { return spanInto(&r.p.Grace, v, 0) }},
	{name: "minuptime", kind: valued, selects: true, example: "minuptime=1h", what: "leave alone what was started less than this ago",
		set: func(r *reader, v string) string { return spanInto(&r.p.MinUptime, v, 0) }},
	{name: "canary", kind: valued, example: "canary=3", what: "stop so many first, and the rest once they are proven stopped",
		set: func(r *reader, v string) string { return canaryInto(&r.p.Canary, v) }},
	{name: "maxfailures", kind: valued, example: "maxfailures=5%", what: "end the run after so many failures",
		set: func(r *reader, v string) string {
			if !plainNumber.MatchString(strings.TrimSuffix(v, "%")) || !core.ValidBudget(v) {
				return "wants a number or a percentage, such as maxfailures=10 or maxfailures=5%"
			}
			r.p.MaxFailures = v
			return ""
		}},
	{name: "reason", kind: rest, example: "reason=force majeure", what: "all behind it is the reason; for one that begins with a word of these",
		set: func(r *reader, v string) string { r.p.Reason = v; return "" }},
}

// options returns the words that make p, ready to be given again. What is
// excepted comes last, because everything behind except is.
func (p Parsed) Options() []string {
	var o []string
	if p.Region != "" {
		o = append(o, "region="+p.Region)
	}
	o = append(o, p.Chosen()...)
	switch p.StoppedMode {
	case "KeepCharging":
		o = append(o, "keep-charging")
	case "StopCharging":
		o = append(o, "keep-charging=no")
	}
	if p.OsUpdate != nil {
		o = append(o, map[bool]string{true: "osupdate", false: "osupdate=no"}[*p.OsUpdate])
	}
	for _, f := range []struct {
		name string
		on   bool
	}{{"force", p.Force}, {"preview", p.Preview}, {"now", p.Now}} {
		if f.on {
			o = append(o, f.name)
		}
	}
	return append(append(o, p.limits()...), p.Excepted()...)
}

// compact is how words are compared: in lower case and without hyphens and
// underlines, since phones change the first and join the second.
func compact(s string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(s))
}

// wordOf finds a word by its name or another spelling of it.
func wordOf(s string, kinds ...kind) (word, bool) {
	s = compact(s)
	for _, w := range words {
		if slices.Contains(kinds, w.kind) && (compact(w.name) == s || slices.Contains(w.also, s)) {
			return w, true
		}
	}
	return word{}, false
}

func isVerb(s string) bool { _, ok := wordOf(s, verb); return ok }
