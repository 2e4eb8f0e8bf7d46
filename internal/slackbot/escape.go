package slackbot

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

// What comes from outside goes through code or sentence and through nothing
// else: then it can mention nobody, link nowhere and format nothing.

// code shows outside text as it is, in a code span, where Slack formats nothing.
// It is cut to most characters.
func code(s string, most int) string {
	s = strings.TrimSpace(cut(strings.ReplaceAll(oneLine(clip(s, most)), "`", "'"), most))
	if s == "" {
		return ""
	}
	return "`" + escape(s) + "`"
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

// sentence shows outside text that reads as a sentence, such as an error's
// message. It must not stand at the beginning of a line, where a > would quote.
func sentence(s string, most int) string {
	return escape(unformatted(cut(oneLine(clip(s, most)), most)))
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
		n += size(escape(string(r)))
		if n > most {
			return strings.TrimRight(s[:end], " ") + "…"
		}
		if n < most {
			end = i + utf8.RuneLen(r)
		}
	}
	return s
}

// escape is Slack's own escaping.
func escape(s string) string { return escaper.Replace(s) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// mention names a user of Slack so that his client shows the name. Anything but
// an id is shown as code.
func mention(id string) string {
	if !identity.UserID.MatchString(id) {
		return code(id, shownName)
	}
	return "<@" + id + ">"
}

// when shows a time in the reader's own zone and language. Slack takes no time
// before 1970.
func when(t time.Time) string {
	if t.Unix() <= 0 {
		return "an unknown time"
	}
	return fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", t.Unix(), t.UTC().Format("2006-01-02 15:04 UTC"))
}

// size is how many characters Slack may count in s: a character beyond the
// basic plane is two in Slack's own language.
func size(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// count says how many: 1 desktop, 2 desktops.
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
