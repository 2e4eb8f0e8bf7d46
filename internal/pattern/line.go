package pattern

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line is the shape of a line of text for people: printable, and not only space.
type Line struct{ Most int } // characters

// MatchString says whether s is such a line.
func (l Line) MatchString(s string) bool {
	return strings.TrimSpace(s) != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= l.Most &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
