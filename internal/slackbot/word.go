package slackbot

import (
	"slices"
	"strings"

	"stopdesktops/internal/core"
)

// kind is where a word may stand and what may follow it.
type kind int

const (
	flag   kind = iota // among the options, alone; or as word=yes, word=no
	valued             // among the options, always with =value
	verb               // the first word of the command
	rest               // with = or : behind it, all that follows belongs to it
)

// word is one word of the command. To add one is to add a row to words, a field
// to Parsed, and the field to Parsed.options.
type word struct {
	name string // as people are shown it
	kind kind
	also []string // other spellings, without hyphens
	// example is how to write it, what says what it does; help shows both.
	example, what string
	// set takes the value into p: "yes" or "no" for a flag. It returns what is
	// wrong with the value, or "".
	set func(p *Parsed, value string) string
}

// words are all words of the command, in the order of its help.
var words = []word{
	{name: "region", kind: valued, example: "region=cn-hangzhou", what: "look in one region only; without it, in every region of this deployment",
		set: func(p *Parsed, v string) string {
			switch {
			case !core.ValidRegionShape(v):
				return "wants a region id, such as region=cn-hangzhou"
			case p.Region != "" && p.Region != v:
				return "names a second region; give one command for each region, or leave region= out"
			}
			p.Region = v
			return ""
		}},
	{name: "keep-charging", kind: flag, also: []string{"keepcharge"}, example: "keep-charging", what: "keep the machine's capacity reserved, and paid for, while it is stopped",
		set: func(p *Parsed, v string) string {
			p.StoppedMode = "StopCharging"
			if v == "yes" {
				p.StoppedMode = "KeepCharging"
			}
			return ""
		}},
	{name: "osupdate", kind: flag, example: "osupdate", what: "let a waiting update of the system install while it stops",
		set: func(p *Parsed, v string) string { on := v == "yes"; p.OsUpdate = &on; return "" }},
	{name: "force", kind: flag, example: "force", what: "stop it although somebody is connected, where the policy lets you",
		set: func(p *Parsed, v string) string { p.Force = v == "yes"; return "" }},
	{name: "preview", kind: flag, also: []string{"dryrun"}, example: "preview", what: "show what would happen, and stop nothing",
		set: func(p *Parsed, v string) string { p.Preview = v == "yes"; return "" }},
	{name: "now", kind: flag, example: "now", what: "stop up to 3 desktops without asking back, where the policy lets you",
		set: func(p *Parsed, v string) string { p.Now = v == "yes"; return "" }},
	{name: "reason", kind: rest, example: "reason=force majeure", what: "all behind it is the reason; needed only where the reason begins with one of these words",
		set: func(p *Parsed, v string) string { p.Reason = v; return "" }},
	{name: "result", kind: verb, example: "result slack-...", what: "show how a run ended",
		set: func(p *Parsed, v string) string {
			p.Verb, p.Run = VerbResult, core.RunID(v)
			if !p.Run.Valid() {
				return "wants the run's id behind it, as the message about the run shows it"
			}
			return ""
		}},
	{name: "help", kind: verb, example: "help", what: "show this",
		set: func(p *Parsed, _ string) string { p.Verb = VerbHelp; return "" }},
}

// options returns the words that make p, ready to be given again.
func (p Parsed) options() []string {
	var o []string
	if p.Region != "" {
		o = append(o, "region="+p.Region)
	}
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
	return o
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

const (
	// A bare word counts as a mistyped one of ours only where ours is long
	// enough to be told from the first word of a reason: "no" is not "now", and
	// "held" is not "help".
	bareFrom = 5
	// Up to longFrom letters one mistake is forgiven, from there on two.
	longFrom = 10
)

// mistyped returns the word that a bare word is a near miss of, or "".
func mistyped(s string, first bool) string {
	var names []string
	for _, w := range words {
		if (w.kind == flag || w.kind == valued || w.kind == verb && first) && len(compact(w.name)) >= bareFrom {
			names = append(names, compact(w.name))
		}
	}
	name, n := nearest(compact(s), names)
	return within(name, n, 1)
}

// mistypedKey returns the word that what stands before = is a near miss of, or
// "". Nothing in plain language looks so, so two mistakes are forgiven.
func mistypedKey(s string) string {
	var names []string
	for _, w := range words {
		if w.kind != verb {
			names = append(names, compact(w.name))
		}
	}
	name, n := nearest(compact(s), names)
	if len(name) < bareFrom {
		return within(name, n, 1)
	}
	return within(name, n, 2)
}

// within returns the word as people write it, if it is near enough.
func within(name string, n, most int) string {
	if len(name) >= longFrom {
		most = 2
	}
	if n > most {
		return ""
	}
	w, _ := wordOf(name, flag, valued, verb, rest)
	return w.name
}

func isVerb(s string) bool { _, ok := wordOf(s, verb); return ok }
