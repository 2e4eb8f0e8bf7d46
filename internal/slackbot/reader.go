package slackbot

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"stopdesktops/internal/pattern"
)

var (
	// desktopID is the shape that core.Rules.Validate wants; a test holds that.
	desktopID = pattern.Upto(64, `^ecd-[a-z0-9]+$`)
	// almostID is what was surely meant as an id.
	almostID = pattern.New(`^ecd([^a-z]|$)`)
	// prefixed is a word before a hyphen before something like an id's code.
	prefixed = pattern.New(`^([a-z]{2,4})-?_?([a-z]*[0-9][a-z0-9]*)$`)
	// bareRegion is a region without region= before it.
	bareRegion = pattern.New(`^(cn-[a-z]+(-[a-z0-9]+)*|(ap|eu|me|us)-[a-z]+-[0-9]+)$`)
	// plainKey is what can be the name of an option before = or :.
	plainKey = pattern.New(`^-*[\pL_-]+$`)
)

// separators stand between ids, beside spaces; the last three are typed with a
// Chinese keyboard.
const separators = " ,;，、；"

// reader goes through a repaired text from left to right.
type reader struct {
	left     string // not read yet
	p        Parsed
	problems []Problem
	began    bool // a token was read
}

// problem notes what is wrong with a word, showing the beginning of a long one.
func (r *reader) problem(token, format string, args ...any) {
	const shown = 40
	if n := utf8.RuneCountInString(token); n > shown {
		token = string([]rune(token)[:shown]) + "…"
	}
	r.problems = append(r.problems, Problem{token, fmt.Sprintf(format, args...)})
}

// next returns the next token and what is left from its start on.
func (r *reader) next() (token, from string) {
	from = strings.TrimLeft(r.left, separators)
	end := strings.IndexAny(from, separators)
	if end < 0 {
		end = len(from)
	}
	r.left = from[end:]
	return from[:end], from
}

// read takes in tokens until the reason begins.
func (r *reader) read() {
	for {
		token, from := r.next()
		if token == "" {
			return
		}
		if !r.take(token, from) {
			r.reason(from)
			return
		}
		r.began = r.began || strings.Trim(bare(token), "-") != ""
		if r.p.Verb != VerbStop || r.p.Reason != "" {
			return
		}
	}
}

// take takes in one token. It says no where the reason begins with it.
func (r *reader) take(token, from string) bool {
	if id := bare(token); r.takeID(token, id) {
		return true
	} else if strings.Trim(id, "-") == "" {
		return !strings.ContainsAny(token, `"'`) // Only punctuation: between ids it means nothing.
	}
	if strings.ContainsAny(token[:1], `"'`) {
		return false // Who quotes means words.
	}
	if i := strings.IndexAny(token, "=:＝："); i > 0 && plainKey.MatchString(latin(token[:i])) {
		_, size := utf8.DecodeRuneInString(token[i:])
		if key, value := latin(token[:i]), token[i+size:]; value != "" || !isVerb(key) {
			return r.takeValue(token, key, value, from[i+size:])
		}
	}
	return r.takeBare(token)
}

// takeID takes in an id, or what was meant as one.
func (r *reader) takeID(token, id string) bool {
	switch {
	case desktopID.MatchString(id):
		if !slices.Contains(r.p.IDs, id) {
			r.p.IDs = append(r.p.IDs, id)
		}
	case almostID.MatchString(id), mistypedPrefix(id):
		r.problem(token, "is not a desktop id. An id is ecd- and small letters and digits, such as ecd-7w78ozhjcwa3u; copy it from the console.")
	case (id == "and" || id == "&" || id == "+") && len(r.p.IDs) > 0:
		ahead := reader{left: r.left}
		following, _ := ahead.next()
		return desktopID.MatchString(bare(following))
	default:
		return false
	}
	return true
}

// mistypedPrefix says whether id is like ecd-7w78ozhjcwa3u with another prefix
// that is one mistake away.
func mistypedPrefix(id string) bool {
	const code = 8 // Shorter ones are words such as ec2 or cd-1.
	m := prefixed.FindStringSubmatch(id)
	return m != nil && len(m[2]) >= code && mistakes(m[1], "ecd") == 1
}

// takeValue takes in key=value or key:value.
func (r *reader) takeValue(token, key, value, after string) bool {
	w, known := wordOf(key, flag, valued, rest)
	equals := !strings.ContainsAny(token[:len(token)-len(value)], ":：")
	switch {
	case known && w.kind == rest:
		r.left = ""
		if reason := strings.TrimSpace(after); reason != "" {
			w.set(&r.p, reason)
			r.mentioned()
		}
	case known && w.kind == valued:
		v := bare(value)
		if v == "" {
			r.problem(token, "wants a value right behind it, without a space: %s", w.example)
		} else if fault := w.set(&r.p, v); fault != "" {
			r.problem(token, "%s", fault)
		}
	case known:
		v, ok := yesNo(bare(value))
		if !ok {
			r.problem(token, "wants nothing behind it, or yes or no: %s", w.example)
		} else if fault := w.set(&r.p, v); fault != "" {
			r.problem(token, "%s", fault)
		}
	case mistypedKey(key) != "":
		r.problem(token, "is not an option. Did you mean %s=?", mistypedKey(key))
	case equals:
		r.problem(token, "is not an option. If your reason begins with it, write reason= before it.")
	default:
		return false
	}
	return true
}

// takeBare takes in a word that stands alone.
func (r *reader) takeBare(token string) bool {
	s := bare(token)
	dashed := strings.HasPrefix(s, "-")
	if w, ok := wordOf(s, flag, valued, verb); ok {
		switch {
		case w.kind == flag:
			w.set(&r.p, "yes")
			return true
		case w.kind == valued:
			r.problem(token, "wants a value right behind it: %s. If your reason begins with it, write reason=%s.", w.example, token)
			return true
		case w.name == string(VerbHelp):
			w.set(&r.p, "")
			return true
		case !r.began:
			run, _ := r.next()
			if fault := w.set(&r.p, bare(run)); fault != "" {
				r.problem(strings.TrimSpace(token+" "+run), "%s: %s", fault, w.example)
			}
			return true
		}
	}
	switch {
	case bareRegion.MatchString(s):
		r.problem(token, "looks like a region. Write region=%s; one region at a time.", s)
	case mistyped(s, !r.began) != "":
		r.problem(token, "is not a word of this command. Did you mean %s? If your reason begins with it, write reason=%s.", mistyped(s, !r.began), token)
	case dashed:
		r.problem(token, "is not a word of this command. If your reason begins with it, write reason= before it.")
	default:
		return false
	}
	return true
}

// reason takes all that is left as the reason, and finds options that came too
// late to count.
func (r *reader) reason(from string) {
	r.left = ""
	r.p.Reason = strings.TrimSpace(from)
	r.mentioned()
	for _, token := range strings.Fields(r.p.Reason) {
		s := latin(token)
		key, _, equals := strings.Cut(s, "=")
		_, option := wordOf(strings.Trim(key, wrapping), flag, valued)
		if option && (equals || strings.HasPrefix(s, "-")) {
			r.problem(token, "comes after the reason has begun, so it would not count. Write it before %q, or write reason= before the reason.", first(r.p.Reason))
		}
	}
}

// mentioned notes the ids in the reason.
func (r *reader) mentioned() {
	for _, token := range strings.FieldsFunc(r.p.Reason, func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		if id := bare(token); desktopID.MatchString(id) && !slices.Contains(r.p.IDs, id) && !slices.Contains(r.p.InReason, id) {
			r.p.InReason = append(r.p.InReason, id)
		}
	}
}

// noIDs says what to do where no id was found.
func (r *reader) noIDs() {
	switch {
	case len(r.p.InReason) > 0:
		r.problem(first(r.p.Reason), "is where the reason begins, and the ids must come before the reason: %s ...", strings.Join(r.p.InReason, " "))
	case r.p.Reason != "":
		r.problem(first(r.p.Reason), "is not a desktop id. Begin with one or more ids, such as ecd-7w78ozhjcwa3u.")
	case r.began:
		r.problem("", "Name at least one desktop id, such as ecd-7w78ozhjcwa3u. Nothing missing ever means all.")
	default:
		r.p.Verb = VerbHelp
	}
}
