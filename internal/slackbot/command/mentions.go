package command

import (
	"strings"
	"unicode/utf8"

	"stopdesktops/internal/slackbot/identity"
)

// mentions are the people whom a text mentions, in its order. In the text each
// is one letter of a private range. repair drops the letters of that range that
// somebody typed, so a person in the text is one whom Slack put there.
type mentions []mentioned

type mentioned struct{ id, label string }

const (
	// firstMention begins a private range of Unicode (plane 15) that has no
	// letters of its own.
	firstMention = '\U000F0000'

	// maxMentions is the size of that range, far above what a command can hold.
	maxMentions = 0xFFFD
)

// add takes in what stood between < and >, if it is a person.
func (m *mentions) add(inside string) (letter rune, ok bool) {
	target, ok := strings.CutPrefix(inside, "@")
	id, _, _ := strings.Cut(target, "|")
	if !ok || !identity.UserID.MatchString(id) || len(*m) == maxMentions {
		return 0, false
	}
	*m = append(*m, mentioned{id, strings.Map(keyboard, unwrap(inside))})
	return firstMention + rune(len(*m)-1), true
}

// idOf returns the person of a text that is one mention and nothing else.
func (m mentions) idOf(s string) (string, bool) {
	r, size := utf8.DecodeRuneInString(s)
	if i := int(r - firstMention); size == len(s) && i >= 0 && i < len(m) {
		return m[i].id, true
	}
	return "", false
}

// spellOut writes every person as Slack labelled him, or else as his id.
func (m mentions) spellOut(s string) string {
	if len(m) == 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if i := int(r - firstMention); i >= 0 && i < len(m) {
			b.WriteString(m[i].label)
			continue
		}
		b.WriteRune(r)
	}
	return tidy(b.String())
}
