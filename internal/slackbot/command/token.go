package command

import "strings"

// wrapping are the characters that people and clients put around a word:
// formatting, brackets, quotes, and what ends a sentence.
const wrapping = "`*_~\"'()[]{}<>.,;:!?。！？：；…"

// bare returns a token in lower case, without what is wrapped around it.
func bare(token string) string {
	return strings.ToLower(strings.Trim(latin(token), wrapping))
}

// latin turns the full-width letters, digits and signs of a Chinese keyboard
// into plain ones.
func latin(s string) string {
	return strings.Map(func(r rune) rune {
		const first, last, apart = '！', '～', '！' - '!'
		if r >= first && r <= last {
			return r - apart
		}
		return r
	}, s)
}

// yesNo reads the value of a flag.
func yesNo(s string) (string, bool) {
	switch s {
	case "yes", "true", "on", "1":
		return "yes", true
	case "no", "false", "off", "0":
		return "no", true
	}
	return "", false
}

// first is the first word of a text.
func first(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}
