package command

import (
	"cmp"
	"math"
	"strings"
	"unicode/utf8"

	"stopdesktops/internal/core"
)

// verbs are the words that ask for something else than a stop.
var verbs = []word{
	{name: "why", kind: verb, example: "why ecd-7w78ozhjcwa3u", what: "what decides about a desktop: the facts, each rule, the verdict", set: verbIs(VerbWhy)},
	{name: "keep", kind: verb, example: "keep ecd-7w78ozhjcwa3u until 23:00", what: "keep it awake; also 2h, until 2026-12-01T23:00, until 23:00 Europe/Berlin", set: verbIs(VerbKeep)},
	{name: "unkeep", kind: verb, example: "unkeep ecd-7w78ozhjcwa3u", what: "no longer keep it awake", set: verbIs(VerbUnkeep)},
	{name: "freeze", kind: verb, example: "freeze 2h release night", what: "stop nothing at all for a while", set: verbIs(VerbFreeze)},
	{name: "unfreeze", kind: verb, example: "unfreeze", what: "end the freeze", set: verbIs(VerbUnfreeze)},
	{name: "halt", kind: verb, example: "halt slack-...", what: "end a run before its next step", set: verbIs(VerbHalt)},
	{name: "result", kind: verb, example: "result slack-...", what: "show how a run ended", set: verbIs(VerbResult)},
	{name: "help", kind: verb, example: "help", what: "show this", set: verbIs(VerbHelp)},
}

func verbIs(v Verb) func(*reader, string) string {
	return func(r *reader, _ string) string { r.p.Verb = v; return "" }
}

// form is what may follow a verb.
type form struct {
	ids    int    // the most desktop ids; none where 0, and then no region either
	until  bool   // until when
	run    bool   // a run's id, and it first
	reason bool   // words of one's own
	how    string // to write it, shown where something is missing
}

var forms = map[Verb]form{
	VerbWhy:      {ids: 1, how: "why ecd-7w78ozhjcwa3u"},
	VerbKeep:     {ids: math.MaxInt, until: true, reason: true, how: "keep ecd-7w78ozhjcwa3u until 23:00"},
	VerbUnkeep:   {ids: math.MaxInt, reason: true, how: "unkeep ecd-7w78ozhjcwa3u"},
	VerbFreeze:   {until: true, reason: true, how: "freeze 2h release night"},
	VerbUnfreeze: {reason: true, how: "unfreeze"},
	VerbHalt:     {run: true, reason: true, how: "halt slack-..."},
	VerbResult:   {run: true, how: "result slack-..."},
	VerbHelp:     {},
}

// readVerb takes in what follows a verb.
func (r *reader) readVerb(f form) {
	verbToken, begun := r.token, false
	for f.how != "" {
		token, from := r.next()
		if token == "" {
			break
		}
		r.token = token
		if !begun && compact(bare(token)) == string(VerbHelp) {
			r.p.Verb = VerbHelp
			return
		}
		if !r.takeOfVerb(f, token, from) {
			break
		}
		begun = begun || strings.Trim(bare(token), "-") != ""
	}
	r.finishVerb(f, verbToken)
}

// takeOfVerb takes in one token behind a verb. It says no where that was the
// last, because the reason has begun or nothing else belongs there.
func (r *reader) takeOfVerb(f form, token, from string) bool {
	id := bare(token)
	key, value, after, keyed := keyOf(token, from)
	switch {
	case f.run && r.p.Run == "":
		if r.p.Run = core.RunID(id); !r.p.Run.Valid() {
			r.problem(string(r.p.Verb)+" "+token, "wants the run's id behind it, as the message about the run shows it: %s", f.how)
		}
		return f.reason
	case f.ids > 0 && r.takeID(token, id), strings.Trim(id, "-") == "" && !strings.ContainsAny(token, `"'`):
		return true
	case keyed && compact(key) == "reason":
		r.ownWords(after)
		return false
	case f.ids > 0 && keyed && compact(key) == "region":
		if fault := r.takeRegion(bare(value)); fault != "" {
			r.problem(token, "%s", fault)
		}
		return true
	case f.until && r.p.Until.IsZero() && r.takeUntil(token):
		return true
	}
	if w, ours := wordOf(cmp.Or(key, id), flag, valued); f.ids > 0 && ours && !w.selects && (!keyed || value != "") {
		r.problem(token, "does not go with %s: %s. If your reason begins with it, write reason= before it.", r.p.Verb, f.how)
		return true
	}
	r.ownWords(from)
	return false
}

// ownWords takes all that is left as the reason.
func (r *reader) ownWords(from string) {
	r.left = ""
	r.p.Reason = r.mentions.spellOut(strings.TrimSpace(from))
	r.mentioned()
}

// keyOf splits key=value or key:value.
func keyOf(token, from string) (key, value, after string, ok bool) {
	i := strings.IndexAny(token, "=:＝：")
	if i <= 0 || !plainKey.MatchString(latin(token[:i])) {
		return "", "", "", false
	}
	_, size := utf8.DecodeRuneInString(token[i:])
	return latin(token[:i]), token[i+size:], from[i+size:], true
}

// finishVerb looks at a command with a verb as a whole.
func (r *reader) finishVerb(f form, verbToken string) {
	// Questions may be asked in a sentence: why is ecd-.. running?
	if r.p.Verb == VerbWhy && len(r.p.IDs) == 0 && len(r.p.InReason) == 1 {
		r.p.IDs = r.p.InReason
	}
	if !f.reason {
		r.p.Reason = ""
	}
	missing := func(what string) { r.problem(verbToken, "wants %s: %s", what, f.how) }
	switch {
	case f.run && r.p.Run == "":
		missing("the run's id behind it, as the message about the run shows it")
	case f.ids == 1 && len(r.p.IDs) != 1:
		missing("one desktop id behind it")
	case f.ids > 1 && len(r.p.IDs) == 0 && len(r.p.InReason) > 0:
		r.problem(first(r.p.Reason), "is where the reason begins, and the ids must come before it: %s", f.how)
	case f.ids > 1 && len(r.p.IDs) == 0:
		missing("desktop ids behind it")
	case f.ids == 0 && f.reason && !f.run && DesktopID.MatchString(bare(first(r.p.Reason))):
		r.problem(first(r.p.Reason), "is one desktop, and %s is about all of them. To keep one awake, write keep %s until 23:00", r.p.Verb, first(r.p.Reason))
	case f.until && r.p.Until.IsZero() && len(r.problems) == 0:
		missing("a time or a span before the reason")
	}
	r.p.InReason = nil
	if f.ids > 0 {
		r.finishRegions()
	}
}
