package mrkdwn

import (
	"strings"
	"time"
)

// shownTimes is how many times of one detail are written as Slack's dates. One
// takes about 75 characters where the time takes 25, so this keeps a line short.
const shownTimes = 2

// Detail is a sentence of the core's, such as why a desktop is left alone. The
// times in it are shown like all others, in the reader's own zone and language.
func Detail(s string, most int) string {
	var shown, plain strings.Builder
	words, times := strings.Split(cut(oneLine(clip(s, most)), most), " "), 0
	for i, word := range words {
		if i > 0 {
			plain.WriteByte(' ')
		}
		open, at, end, ok := moment(word)
		if !ok || times == shownTimes || example(words[:i]) {
			plain.WriteString(word)
			continue
		}
		times++
		shown.WriteString(Escape(unformatted(plain.String()+open)) + When(at))
		plain.Reset()
		plain.WriteString(end)
	}
	return shown.String() + Escape(unformatted(plain.String()))
}

// moment reads a word that is a whole RFC 3339 time. What opens and ends a part
// of a sentence may stand around it. A time before 1970 is none to Slack.
func moment(word string) (open string, at time.Time, end string, ok bool) {
	const shortest, longest = len("2006-01-02T15:04:05Z"), len("2006-01-02T15:04:05+08:00")
	inner := strings.TrimLeft(word, "(")
	bare := strings.TrimRight(inner, ",.;:)")
	if len(bare) < shortest || len(bare) > longest {
		return "", time.Time{}, "", false
	}
	at, err := time.Parse(time.RFC3339, bare)
	return word[:len(word)-len(inner)], at, inner[len(bare):], err == nil && at.Unix() > 0
}

// example says whether what follows the words shows how to write a time: it must
// stay as it is to be typed.
func example(before []string) bool {
	n := len(before)
	return n >= 2 && before[n-2] == "such" && before[n-1] == "as"
}
