package mrkdwn

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"stopdesktops/internal/slackbot/identity"
)

// ShownName is how much of a name is shown, in characters: so little that one line of
// a list never fills a section.
const ShownName = 60

// What comes from outside goes through Code, Sentence or Detail and through
// nothing else: then it can mention nobody, link nowhere and format nothing.

// Code shows outside text as it is, in a code span, where Slack formats nothing.
// It is cut to most characters.
func Code(s string, most int) string {
	s = strings.TrimSpace(cut(strings.ReplaceAll(oneLine(clip(s, most)), "`", "'"), most))
	if s == "" {
		return ""
	}
	return "`" + Escape(s) + "`"
}

// clip drops what is so far behind the most characters that it cannot be shown,
// however much in front of it is invisible: outside text has any length.
func clip(s string, most int) string {
	const each = 64 // bytes for one character that is shown
	if len(s) <= each*most {
		return s
	}
	return strings.ToValidUTF8(s[:each*most], "") + "…"
}

// Sentence shows outside text that reads as a sentence, such as an error's
// message. It must not stand at the beginning of a line, where a > would quote.
func Sentence(s string, most int) string {
	return Escape(unformatted(cut(oneLine(clip(s, most)), most)))
}

// unformatted replaces the characters that Slack formats with. An underline
// between letters or digits formats nothing and stays.
func unformatted(s string) string {
	runes := []rune(s)
	word := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	for i, r := range runes {
		switch {
		case r == '`':
			runes[i] = '\''
		case r == '*':
			runes[i] = '∗'
		case r == '~':
			runes[i] = '∼'
		case r == '_' && !(word(i-1) && word(i+1)):
			runes[i] = '＿'
		case r == ':' && namesPicture(runes[i+1:]):
			runes[i] = '∶'
		}
	}
	return string(runes)
}

// namesPicture says whether what follows a colon makes Slack draw a picture in its
// place, as in :white_check_mark:, which beside a desktop would read as a success.
func namesPicture(rest []rune) bool {
	end := slices.Index(rest, ':')
	if end < 1 {
		return false
	}
	name := rest[:end]
	letters := slices.ContainsFunc(name, unicode.IsLetter)
	digits := !slices.ContainsFunc(name, func(r rune) bool { return !unicode.IsDigit(r) })
	switch {
	case slices.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_+-'", r)
	}):
		return false
	case digits:
		return end > 2 // 100 is a picture; the minutes of a time of day are none
	}
	return letters || name[0] == '+' || name[0] == '-'
}

// oneLine makes a text one line of printable characters. Addresses are spaced,
// because Slack makes links of them even in a code span.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Z, r):
			return ' '
		case !unicode.IsPrint(r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)), " ")
	return strings.ReplaceAll(s, "://", ": //")
}

// cut shortens a text so that it takes at most so many characters once it is
// escaped. Its last character says that it was cut.
func cut(s string, most int) string {
	n, end := 0, 0 // end is how much fits beside the last character
	for i, r := range s {
		n += Size(Escape(string(r)))
		if n > most {
			return strings.TrimRight(s[:end], " ") + "…"
		}
		if n < most {
			end = i + utf8.RuneLen(r)
		}
	}
	return s
}

// Escape is Slack's own escaping.
func Escape(s string) string { return escaper.Replace(s) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Mention names a user of Slack so that his client shows the name. Anything but
// an id is shown as code.
func Mention(id string) string {
	if !identity.UserID.MatchString(id) {
		return Code(id, ShownName)
	}
	return "<@" + id + ">"
}

// When shows a time in the reader's own zone and language. Slack takes no time
// before 1970.
func When(t time.Time) string {
	if t.Unix() <= 0 {
		return "an unknown time"
	}
	return fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", t.Unix(), t.UTC().Format("2006-01-02 15:04 UTC"))
}

// Size is how many characters Slack may count in s: a character beyond the
// basic plane is two in Slack's own language.
func Size(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
