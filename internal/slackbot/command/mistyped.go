package command

import (
	"strings"

	"stopdesktops/internal/typo"
)

// How near is near enough. In front of the reason a mistyped word of ours could
// as well be the reason's first word.
const (
	// A bare word counts as a mistyped one of ours only where ours is long
	// enough to be told from the first word of a reason: "no" is not "now", and
	// "held" is not "help".
	bareFrom = 5

	// The first word of a command is never a reason's, so shorter ones count.
	firstFrom = 4

	// Before = and : shorter keys than this are guessed only where they begin
	// what was typed, as tag begins tags: every other word of two or three letters
	// is near one of them.
	keyFrom = 4

	// Up to longFrom letters one mistake is forgiven, from there on two.
	longFrom = 10
)

// mistyped returns the word that a bare word is a near miss of, or "".
func (r *reader) mistyped(s string) string {
	least := bareFrom
	if !r.began {
		least = firstFrom
	}
	var names []string
	for _, w := range words {
		if w.kind == rest || w.kind == verb && r.began || w.selects && !r.maySelect() || len(compact(w.name)) < least {
			continue
		}
		names = append(names, compact(w.name))
	}
	name, n := typo.Nearest(compact(s), names)
	return within(name, n, 1)
}

// mistypedKey returns the word that what stands before = or : is a near miss of,
// or "". Nothing in plain language looks so, so two mistakes are forgiven.
func (r *reader) mistypedKey(s string) string {
	var names []string
	for _, w := range words {
		name := compact(w.name)
		if w.kind != verb && w.kind != turn && (!w.selects || r.maySelect()) && (len(name) >= keyFrom || strings.HasPrefix(compact(s), name)) {
			names = append(names, name)
		}
	}
	name, n := typo.Nearest(compact(s), names)
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
	w, _ := wordOf(name, flag, valued, pick, turn, verb, rest)
	return w.name
}
