package slack

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// span is a piece of a formatted text.
type span struct {
	kind  kind
	id    string // of a person, channel or group; the name of an everybody mention; a link's address
	label string // what the app wants shown, or the plain text
	auto  bool   // Slack makes it out of plain text, nobody wrote <...>
}

type kind string

// The kinds of spans. mentionsUser to mentionsEverybody notify people.
const (
	isText            kind = "text"
	isLink            kind = "link"
	isDate            kind = "date"
	isBroken          kind = "broken"
	mentionsUser      kind = "user"
	mentionsChannel   kind = "channel"
	mentionsGroup     kind = "group"
	mentionsEverybody kind = "everybody"
)

// everyone are the names that notify a whole channel or workspace.
var everyone = []string{"here", "channel", "everyone"}

// auto says what Slack makes of plain text in a formatted one.
type auto struct{ links, everybody bool }

// The sequences that mean something in a formatted text. Whether they are
// obeyed inside of code is not documented, so here they are.
var (
	sequence = regexp.MustCompile(`<([^<>\n]*)>`)
	bareLink = regexp.MustCompile(`https?://[^\s<>|]+`)
	bareAll  = regexp.MustCompile(`@(?:here|channel|everyone)\b`)

	personID  = regexp.MustCompile(`^@[UW][A-Z0-9]*$`)
	channelID = regexp.MustCompile(`^#[CGD][A-Z0-9]*$`)
	groupID   = regexp.MustCompile(`^!subteam\^S[A-Z0-9]*$`)
	linkURL   = regexp.MustCompile(`^[a-z][a-z0-9+.-]*:\S`)
)

// spans cuts a formatted text into what Slack makes of it.
func spans(text string, a auto) []span {
	var found []span
	for text != "" {
		at := sequence.FindStringSubmatchIndex(text)
		if at == nil {
			return append(found, plainSpans(text, a)...)
		}
		found = append(found, plainSpans(text[:at[0]], a)...)
		found = append(found, sequenceSpan(text[at[2]:at[3]]))
		text = text[at[1]:]
	}
	return found
}

// sequenceSpan reads what stands between < and >.
func sequenceSpan(s string) span {
	target, label, _ := strings.Cut(s, "|")
	label = decode(label)
	switch {
	case personID.MatchString(target):
		return span{kind: mentionsUser, id: target[1:], label: label}
	case channelID.MatchString(target):
		return span{kind: mentionsChannel, id: target[1:], label: label}
	case groupID.MatchString(target):
		return span{kind: mentionsGroup, id: strings.TrimPrefix(target, "!subteam^"), label: label}
	case target == "!here", target == "!channel", target == "!everyone":
		return span{kind: mentionsEverybody, id: target[1:], label: label}
	case strings.HasPrefix(target, "!date^"):
		return span{kind: isDate, id: strings.TrimPrefix(target, "!date^"), label: label}
	case linkURL.MatchString(target):
		return span{kind: isLink, id: decode(target), label: label}
	}
	return span{kind: isBroken, label: s}
}

// plainSpans finds what Slack itself makes out of plain text.
func plainSpans(text string, a auto) []span {
	var found []span
	for text != "" {
		var at []int
		if a.links {
			at = bareLink.FindStringIndex(text)
		}
		if m := bareAll.FindStringIndex(text); a.everybody && m != nil && (at == nil || m[0] < at[0]) {
			at = m
		}
		if at == nil {
			break
		}
		if at[0] > 0 {
			found = append(found, span{kind: isText, label: decode(text[:at[0]])})
		}
		word := text[at[0]:at[1]]
		if word[0] == '@' {
			found = append(found, span{kind: mentionsEverybody, id: word[1:], auto: true})
		} else {
			found = append(found, span{kind: isLink, id: decode(word), auto: true})
		}
		text = text[at[1]:]
	}
	if text != "" {
		found = append(found, span{kind: isText, label: decode(text)})
	}
	return found
}

// decode undoes the three escapes, & last so that nothing is undone twice.
var decode = func() func(string) string {
	angles := strings.NewReplacer("&lt;", "<", "&gt;", ">")
	return func(s string) string { return strings.ReplaceAll(angles.Replace(s), "&amp;", "&") }
}()

// show prints a span so that nothing in it can pass for plain text.
func (p span) show(n names) string {
	named := func(prefix, name string) string {
		if name == "" {
			name = p.label
		}
		return strings.TrimSpace(prefix + name + " " + p.id)
	}
	switch p.kind {
	case isText:
		return p.label
	case isLink:
		return strings.TrimSpace(p.label + " [link " + p.id + "]")
	case isDate:
		return p.date()
	case mentionsUser:
		return "[mention " + named("@", n.users[p.id]) + "]"
	case mentionsChannel:
		return "[channel " + named("#", n.channels[p.id]) + "]"
	case mentionsGroup:
		return "[mention group " + p.id + "]"
	case mentionsEverybody:
		return "[MENTION @" + p.id + "]"
	}
	return "[broken <" + p.label + ">]"
}

// dateTokens are the parts of a date format that Slack knows, each with how it
// is written here. The real ones follow the reader's zone and language; these
// are UTC.
var dateTokens = map[string]string{
	"{date_num}": "2006-01-02", "{date_slash}": "2006/01/02", "{date}": "January 2, 2006", "{date_pretty}": "January 2, 2006",
	"{date_short}": "Jan 2, 2006", "{date_short_pretty}": "Jan 2, 2006", "{date_long}": "Monday, January 2, 2006",
	"{date_long_full}": "Monday, January 2, 2006", "{date_long_pretty}": "Monday, January 2, 2006",
	"{day_divider_pretty}": "Monday, January 2, 2006", "{time}": "15:04 UTC", "{time_secs}": "15:04:05 UTC", "{ago}": "(2006-01-02 15:04 UTC)",
}

var dateToken = regexp.MustCompile(`\{[a-z_]*\}`)

// date renders <!date^unix^format^link|fallback>. Slack wants a fallback.
func (p span) date() string {
	parts := strings.Split(p.id, "^")
	unix, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || len(parts) < 2 || len(parts) > 3 || p.label == "" {
		return "[broken date " + p.id + "|" + p.label + "]"
	}
	broken := ""
	text := dateToken.ReplaceAllStringFunc(parts[1], func(token string) string {
		layout, ok := dateTokens[token]
		if !ok {
			broken = token
			return token
		}
		return time.Unix(unix, 0).UTC().Format(layout)
	})
	if broken != "" || text == parts[1] {
		return fmt.Sprintf("[broken date %s|%s]", p.id, p.label)
	}
	if len(parts) == 3 {
		text += " [link " + parts[2] + "]"
	}
	return text
}
