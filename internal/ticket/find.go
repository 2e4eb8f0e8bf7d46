package ticket

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"stopdesktops/internal/pattern"
)

var (
	// desktopID is the shape of a cloud computer's id, as in ecd-7w78ozhjcwa3u.
	desktopID = pattern.Name{Prefix: "ecd-", Most: 64, Rest: "a-z0-9"}

	// wholeNumber is a number that is the same to every reader: JavaScript is
	// exact to fifteen digits and more.
	wholeNumber = pattern.New(`^(0|-?[1-9][0-9]{0,14})$`)
)

// maxEcho is how many runes of a body's value a problem quotes.
const maxEcho = 40

// find returns the desktop ids in a text that people wrote, each once. A word
// counts as a whole or not at all: what looks like an id and goes on with other
// letters is a problem, because the part of it that is an id may be another
// desktop's.
func find(text string) (ids []string, problem string) {
	for _, word := range strings.FieldsFunc(text, separates) {
		word = strings.Trim(word, ".")
		switch {
		case desktopID.MatchString(word):
			ids = append(ids, word)
		case mentions(word):
			return nil, fmt.Sprintf("holds %s, which looks like a desktop id and is none; write ids in lower case with spaces around them, such as ecd-7w78ozhjcwa3u", echo(word))
		}
	}
	return ids, ""
}

// mentions says whether a word has ecd- where a word begins in it, in any case
// and with any dash: editors make other dashes of the plain one.
func mentions(word string) bool {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Pd, r) {
			return '-'
		}
		return unicode.ToLower(r)
	}, word)
	for rest := plain; ; {
		i := strings.Index(rest, "ecd-")
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:i])
		if i == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return true
		}
		rest = rest[i+len("ecd-"):]
	}
}

// separates says whether a rune stands between words. Chinese, Japanese and
// Korean are written without spaces, so their letters end an id; every other
// letter, digit, mark, dash and invisible sign belongs to its word.
func separates(r rune) bool {
	switch {
	case r < utf8.RuneSelf: // nearly every text, and the tables below take their time
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '.' || r == '@')
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return true
	case r == utf8.RuneError:
		return false
	}
	return !unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.Cf, unicode.Pd)
}

// words splits a list that was written as a text: by commas and white space.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}

// oneLine makes one printable line of at most so many runes of a text.
func oneLine(text string, most int) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// echo quotes the beginning of a value, with everything unprintable escaped.
func echo(s string) string {
	if r := []rune(s); len(r) > maxEcho {
		return strconv.Quote(string(r[:maxEcho])) + "..."
	}
	return strconv.Quote(s)
}
