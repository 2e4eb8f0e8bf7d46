package command

import (
	"strings"
	"unicode"
)

// repair undoes what Slack and its clients do to typed text, and returns one
// line of printable text with single spaces:
//
//   - <@U1|alice>, <#C1|ops>, <http://a|label>, <!here>: the label, or else what
//     it points to; people and channels keep their @ and #
//   - &amp; &lt; &gt;: the character, once, as Slack escapes them once
//   - curly quotes, long dashes and other hyphens: the ones on a keyboard
//   - unbreakable and wide spaces, tabs, line ends: a space
//   - zero-width, direction and other invisible characters: nothing
//
// A person whom Slack itself named is one letter of the text, which mentions
// reads. Nobody can type such a letter. With people spelt out, what it returns,
// escaped as Slack does and sent again, comes out the same.
func repair(text string) (string, mentions) {
	var b strings.Builder
	var people mentions
	add := func(s string) { b.WriteString(strings.Map(keyboard, s)) }
	for text != "" {
		i := strings.IndexAny(text, "<&")
		if i < 0 {
			add(text)
			break
		}
		add(text[:i])
		text = text[i:]
		if text[0] == '&' {
			c, rest := entity(text)
			add(c)
			text = rest
			continue
		}
		end := strings.IndexAny(text[1:], "<>")
		if end < 0 || text[1+end] != '>' {
			add("<") // Slack escapes those that people type, so this is no message of Slack's.
			text = text[1:]
			continue
		}
		inside := text[1 : 1+end]
		if letter, ok := people.add(inside); ok {
			b.WriteRune(letter)
		} else {
			add(unwrap(inside))
		}
		text = text[end+2:]
	}
	return tidy(b.String()), people
}

// tidy puts single spaces between words and none around them.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// entity reads one of Slack's three escapes from the front of text.
func entity(text string) (char, rest string) {
	for _, e := range [...]struct{ escaped, char string }{{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}} {
		if rest, ok := strings.CutPrefix(text, e.escaped); ok {
			return e.char, rest
		}
	}
	return "&", text[1:]
}

// unwrap returns the words of what stood between < and >.
func unwrap(inside string) string {
	target, label, _ := strings.Cut(inside, "|")
	sigil, id := "", target
	switch {
	case strings.HasPrefix(target, "@"), strings.HasPrefix(target, "#"):
		sigil, id = target[:1], target[1:]
	case strings.HasPrefix(target, "!subteam^"):
		sigil, id = "@", strings.TrimPrefix(target, "!subteam^")
	case strings.HasPrefix(target, "!date^"):
		id = "" // The label is the date in words.
	case strings.HasPrefix(target, "!"):
		sigil, id = "@", target[1:]
	}
	if label == "" {
		label = id
	}
	return unescape(sigil + strings.TrimPrefix(label, sigil))
}

// unescape undoes Slack's three escapes once.
func unescape(s string) string {
	return unescaper.Replace(s)
}

var unescaper = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

// typed are characters that clients put where a keyboard has others.
var typed = map[rune]rune{
	'“': '"', '”': '"', '„': '"', '‟': '"', '«': '"', '»': '"', '＂': '"',
	'‘': '\'', '’': '\'', '‚': '\'', '‛': '\'', '＇': '\'', '´': '\'',
	'‐': '-', '‑': '-', '‒': '-', '–': '-', '−': '-', '﹣': '-', '－': '-',
	// A phone makes one of these of two hyphens. Words are compared without
	// their hyphens, so one does as well as two.
	'—': '-', '―': '-',
}

// keyboard returns the character that was meant, or -1 for none.
func keyboard(r rune) rune {
	switch k, ok := typed[r]; {
	case ok:
		return k
	case unicode.IsSpace(r), unicode.Is(unicode.Zs, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return ' '
	case !unicode.IsPrint(r), r == unicode.ReplacementChar:
		return -1
	}
	return r
}
