package command

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"stopdesktops/internal/pattern"
)

// maxValueSize is the most bytes of one value of a selection. The core allows
// 128 characters; more is a mistake that is better told here.
const maxValueSize = 512

// unquoted is a value that is read back as it is without quotation marks.
var unquoted = pattern.New(`^[\pL\pN*]([\pL\pN*@._/+#%-]*[\pL\pN*])?$`)

// quoted is how to write a value: in quotation marks where it needs them. A
// quotation mark inside is doubled.
func quoted(v string) string {
	if unquoted.MatchString(v) {
		return v
	}
	return "'" + strings.ReplaceAll(v, "'", "''") + "'"
}

// value is one value, as it was read.
type value struct {
	text  string
	quote bool // it stood in quotation marks
}

// scanValue reads one value from the front of s: in quotation marks, or up to
// what ends it. A fault says why it cannot be read.
func scanValue(s, ends string) (v value, left, fault string) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		end := strings.IndexAny(s, ends)
		if end < 0 {
			end = len(s)
		}
		return value{text: s[:end]}, s[end:], ""
	}
	mark, left := s[:1], s[1:]
	var b strings.Builder
	for {
		before, after, closed := strings.Cut(left, mark)
		b.WriteString(before)
		if !closed {
			return value{}, "", "opens a quotation mark and does not close it"
		}
		left = after
		if !strings.HasPrefix(left, mark) {
			return value{strings.TrimSpace(b.String()), true}, left, ""
		}
		b.WriteString(mark)
		left = left[1:]
	}
}

// ended are the characters with which people end a sentence or close what they
// opened; behind a value that stands in no quotation marks they mean nothing.
const ended = "`.!?)]}>\"':。！？：…"

// scanChoice reads the value of a selection word. For a tag it holds a key and,
// behind tagMark, a value.
func scanChoice(s string, tag bool) (v value, left, fault string) {
	if !tag {
		v, left, fault = scanValue(s, separators)
		return v.finished(), left, fault
	}
	key, left, fault := scanValue(s, separators+"=＝")
	if fault != "" {
		return value{}, left, fault
	}
	after := strings.TrimPrefix(strings.TrimPrefix(left, "="), "＝")
	if len(after) == len(left) {
		if key = key.finished(); !key.quote && strings.Contains(key.text, ":") {
			return value{}, left, "wants = between the key and the value of the tag, as in tag:env=dev; where : belongs to the key, put the key into quotation marks"
		}
		return key, left, ""
	}
	of, left, fault := scanValue(after, separators)
	of = of.finished()
	switch {
	case fault != "":
	case key.text == "":
		fault = "wants a key before =, as in tag:env=dev"
	case of.text == "":
		fault = "wants a value behind =; for any value write tag:" + quoted(key.text)
	}
	return value{key.text + tagMark + of.text, true}, left, fault
}

// finished is the value without what ended a sentence.
func (v value) finished() value {
	if !v.quote {
		v.text = strings.TrimRight(v.text, ended)
	}
	return v
}

// spanMost is the longest span, as the core allows it: sessions, from which idle
// time is known, go back 30 days.
const spanMost = 30 * 24 * time.Hour

// spanInto reads a span of at least so many seconds.
func spanInto(to *string, v string, least int) string {
	v = strings.ToLower(latin(v))
	d, ok := span(v)
	if !ok || d < time.Duration(least)*time.Second || d > spanMost {
		return "wants a time in hours and minutes up to 720h, such as 30m, 4h or 1h30m"
	}
	*to = v
	return ""
}

var spanForm = pattern.Upto(20, `^([0-9]+(\.[0-9]+)?[hms])+$`)

// span reads 30m, 4h or 1h30m.
func span(s string) (time.Duration, bool) {
	if !spanForm.MatchString(s) {
		return 0, false
	}
	d, err := time.ParseDuration(s)
	return d, err == nil
}

// plainNumber is a number without sign.
var plainNumber = pattern.Upto(5, `^[0-9]+$`)

// canaryMost is the most desktops that go first, as the core allows it.
const canaryMost = 20

func canaryInto(to **int, v string) string {
	n, err := strconv.Atoi(v)
	if !plainNumber.MatchString(v) || err != nil || n > canaryMost {
		return "wants a number from 0 to " + decimal(canaryMost) + ", such as canary=3"
	}
	*to = &n
	return ""
}

func decimal(n int) string { return strconv.Itoa(n) }

// listed says whether a value continues behind a comma, as in user:alice,bob,
// and returns what is left from there.
func (r *reader) listed(left string) (string, bool) {
	c, size := utf8.DecodeRuneInString(left)
	if c != ',' && c != '，' && c != '、' {
		return left, false
	}
	next := left[size:]
	ahead, _, _ := scanValue(next, separators)
	token := ahead.text
	if token == "" || ahead.quote {
		return next, ahead.quote
	}
	if DesktopID.MatchString(bare(token)) {
		return left, false
	}
	if _, ours := wordOf(bare(token), flag, turn, verb); ours {
		return left, false
	}
	if key, _, ok := strings.Cut(strings.NewReplacer("：", "=", "＝", "=", ":", "=").Replace(token), "="); ok {
		if _, ours := wordOf(key, flag, valued, pick, rest); ours {
			return left, false
		}
	}
	return next, true
}

// problem is what is wrong with a value of a selection, or "".
func (v value) problem() string {
	switch {
	case strings.Trim(v.text, tagMark) == "":
		return "wants a value right behind it, without a space"
	case len(v.text) > maxValueSize:
		return "has a value that is too long"
	}
	return ""
}
