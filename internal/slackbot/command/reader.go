package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/typo"
)

var (
	// DesktopID is the shape that core.Rules.Validate wants; a test holds that.
	DesktopID = pattern.Upto(64, `^ecd-[a-z0-9]+$`)
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
	mentions mentions
	now      time.Time
	zone     *time.Location
	p        Parsed
	problems []Problem
	began    bool // a token was read

	token     string     // that is being read
	selecting string     // the first word that selects, as typed
	excepting bool       // behind except
	regions   []region   // as they came
	untagged  []untagged // what may be a tag without tag: before it
}

// region is a region as it was asked for.
type region struct{ token, id string }

// problem notes what is wrong with a word, showing the beginning of a long one.
func (r *reader) problem(token, format string, args ...any) {
	const shown = 40
	token = r.mentions.spellOut(token)
	if n := utf8.RuneCountInString(token); n > shown {
		token = string([]rune(token)[:shown]) + "…"
	}
	r.problems = append(r.problems, Problem{token, r.mentions.spellOut(fmt.Sprintf(format, args...))})
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
		r.token = token
		if !r.take(token, from) {
			r.reason(from)
			return
		}
		if r.p.Verb != VerbStop {
			r.readVerb(forms[r.p.Verb])
			return
		}
		r.began = r.began || strings.Trim(bare(token), "-") != ""
		if r.p.Reason != "" {
			return
		}
	}
}

// take takes in one token. It says no where the reason begins with it.
func (r *reader) take(token, from string) bool {
	if id := bare(token); r.takeID(token, id) || !r.began && id == string(VerbStop) {
		return true
	} else if strings.Trim(id, "-") == "" {
		return !strings.ContainsAny(token, `"'`) // Only punctuation: between ids it means nothing.
	}
	if strings.ContainsAny(token[:1], `"'`) {
		return false // Who quotes means words.
	}
	token = undressed(token)
	from = from[strings.Index(from, token):]
	if i := strings.IndexAny(token, "=:＝："); i > 0 && plainKey.MatchString(latin(token[:i])) {
		_, size := utf8.DecodeRuneInString(token[i:])
		if key, value := latin(token[:i]), token[i+size:]; value != "" || !isVerb(key) {
			return r.takeValue(token, key, value, from[i+size:])
		}
	}
	return r.takePerson(token) || r.takeBare(token)
}

// undressed is a token without the formatting in front of it, where an option's
// name follows.
func undressed(token string) string {
	s := strings.TrimLeft(token, "`*_~([{<")
	i := strings.IndexAny(s, "=:＝：")
	if i <= 0 || len(s) == len(token) {
		return token
	}
	if _, ours := wordOf(latin(s[:i]), flag, valued, pick, rest); !ours {
		return token
	}
	return s
}

// takeID takes in an id, or what was meant as one.
func (r *reader) takeID(token, id string) bool {
	switch {
	case DesktopID.MatchString(id):
		ids := &r.p.IDs
		if r.excepting {
			ids = &r.side().DesktopId
		}
		if !slices.Contains(*ids, id) {
			*ids = append(*ids, id)
		}
	case almostID.MatchString(id), mistypedPrefix(id):
		r.problem(token, "is not a desktop id. An id is ecd- and small letters and digits, such as ecd-7w78ozhjcwa3u; copy it from the console.")
	case (id == "and" || id == "&" || id == "+") && len(r.p.IDs)+len(r.exceptedIDs()) > 0:
		ahead := reader{left: r.left}
		following, _ := ahead.next()
		return DesktopID.MatchString(bare(following))
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
	return m != nil && len(m[2]) >= code && typo.Mistakes(m[1], "ecd") == 1
}

// takeValue takes in key=value or key:value.
func (r *reader) takeValue(token, key, value, after string) bool {
	w, known := wordOf(key, flag, valued, pick, turn, rest)
	equals := !strings.ContainsAny(token[:len(token)-len(value)], ":：")
	if known && w.selects && !r.maySelect() {
		if bare(value) == "" && !equals {
			return false // As in "ecd-.. user: alice left".
		}
		r.besideIDs(token, w)
		return true
	}
	switch {
	case known && w.kind == rest:
		r.left = ""
		if reason := r.mentions.spellOut(strings.TrimSpace(after)); reason != "" {
			w.set(r, reason)
			r.mentioned()
		}
	case known && w.kind == pick:
		r.takeChoice(w, token, after)
	case known && w.kind == valued:
		v := bare(value)
		if v == "" {
			r.problem(token, "wants a value right behind it, without a space: %s", w.example)
		} else if fault := w.set(r, v); fault != "" {
			r.problem(token, "%s", fault)
		} else if w.selects {
			r.selecting = cmp.Or(r.selecting, token)
		}
	case known && w.kind == turn && value == "":
		r.takeFlag(w, token, "yes")
	case known:
		v, ok := yesNo(bare(value))
		if !ok || w.kind == turn {
			r.problem(token, "wants nothing behind it, or yes or no: %s", w.example)
			break
		}
		r.takeFlag(w, token, v)
	case r.mistypedKey(key) != "" && (value != "" || equals):
		r.problem(token, "is not an option. Did you mean %s=?", r.mistypedKey(key))
	case equals && r.tagWithoutTag(token, key, after):
	case equals:
		r.problem(token, notAnOption)
	default:
		return false
	}
	return true
}

// takeFlag takes in a word that stands alone or says yes or no.
func (r *reader) takeFlag(w word, token, v string) {
	if fault := w.set(r, v); fault != "" {
		r.problem(token, "%s", fault)
	} else if w.selects && v == "yes" {
		r.selecting = cmp.Or(r.selecting, token)
	}
}

// takeBare takes in a word that stands alone.
func (r *reader) takeBare(token string) bool {
	s := bare(token)
	dashed := strings.HasPrefix(s, "-")
	if w, ok := wordOf(s, flag, valued, pick, turn, verb); ok && (!w.selects || r.maySelect()) {
		switch {
		case w.kind == flag, w.kind == turn:
			r.takeFlag(w, token, "yes")
			return true
		case w.kind == valued, w.kind == pick:
			r.problem(token, "wants a value right behind it: %s. If your reason begins with it, write reason=%s.", w.example, token)
			return true
		case w.name == string(VerbHelp), !r.began:
			w.set(r, "")
			return true
		}
	}
	switch near := r.mistyped(s); {
	case bareRegion.MatchString(s):
		r.problem(token, "looks like a region. Write region=%s; one region at a time.", s)
	case near != "":
		r.problem(token, "is not a word of this command. Did you mean %s? If your reason begins with it, write reason=%s.", near, token)
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
	r.p.Reason = r.mentions.spellOut(strings.TrimSpace(from))
	r.mentioned()
	for _, token := range strings.Fields(r.p.Reason) {
		s := latin(token)
		key, _, equals := strings.Cut(s, "=")
		w, option := wordOf(strings.Trim(key, wrapping), flag, valued, pick)
		if option && (equals || strings.HasPrefix(s, "-")) && (!w.selects || r.maySelect()) {
			r.problem(token, "comes after the reason has begun, so it would not count. Write it before %q, or write reason= before the reason.", first(r.p.Reason))
		}
	}
}

// mentioned notes the ids in the reason.
func (r *reader) mentioned() {
	for _, token := range strings.FieldsFunc(r.p.Reason, func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		if id := bare(token); DesktopID.MatchString(id) && !slices.Contains(r.p.IDs, id) && !slices.Contains(r.p.InReason, id) {
			r.p.InReason = append(r.p.InReason, id)
		}
	}
}

// takeRegion notes a region; how many there may be is known only at the end.
func (r *reader) takeRegion(id string) string {
	switch {
	case r.excepting:
		return "does not go behind except; write it before"
	case id != everyRegion && !core.ValidRegionShape(id):
		return "wants a region id, such as region=cn-hangzhou"
	}
	r.regions = append(r.regions, region{r.token, id})
	return ""
}
