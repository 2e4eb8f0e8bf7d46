package message

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"stopdesktops/internal/slackbot/mrkdwn"
)

// Slack's limits, from its reference of Block Kit and of chat.postMessage, in
// characters. What is built here keeps inside them by construction.
const (
	maxSection = 3000 // of one text object
	maxText    = 4000 // of a message's text; Slack shows more and advises against it
)

// How much is shown of what comes from outside, in characters. They are chosen
// so that one line of a list never fills a section.
const (
	shownName   = mrkdwn.ShownName
	shownDetail = 120
	shownReason = 300
	shownError  = 500
)

// Message is a message to Slack, as the answer to a command or posted to a
// response URL. Text alone tells the whole story, because screen readers read
// nothing else.
type Message struct {
	ResponseType    string        `json:"response_type"`
	ReplaceOriginal bool          `json:"replace_original"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks,omitempty"`
	UnfurlLinks     bool          `json:"unfurl_links"`
	UnfurlMedia     bool          `json:"unfurl_media"`
}

// Replacing is the message in place of the one whose button was pressed.
func (m Message) Replacing() Message {
	m.ReplaceOriginal = true
	return m
}

// InChannel is the message for everybody in the channel. It is always a further
// one: Slack never turns a private message into a public one.
func (m Message) InChannel() Message {
	m.ResponseType, m.ReplaceOriginal = slack.ResponseTypeInChannel, false
	return m
}

// page collects what a message says, once as text and once as blocks.
type page struct {
	parts   []part
	buttons slack.Block
}

// part is one paragraph, with a list under it that may be cut.
type part struct {
	head  string // always shown
	more  string // shown behind head if there is room
	lines []string
	n     int  // how many lines there are, of which lines are the first
	small bool // a remark
}

// say adds a paragraph.
func (p *page) say(s string) { p.parts = append(p.parts, part{head: s}) }

// remark adds a paragraph of lesser weight.
func (p *page) remark(s string) { p.parts = append(p.parts, part{head: s, small: true}) }

// list adds a paragraph with a list of n lines, of which the first are given.
func (p *page) list(head, more string, lines []string, n int) {
	p.parts = append(p.parts, part{head: head, more: more, lines: lines, n: n})
}

// message makes the message, for nobody but the one who asked.
func (p *page) message() Message {
	m := Message{ResponseType: slack.ResponseTypeEphemeral, Text: p.text()}
	for _, part := range p.parts {
		m.Blocks = append(m.Blocks, part.block())
	}
	if p.buttons != nil {
		m.Blocks = append(m.Blocks, p.buttons)
	}
	return m
}

const (
	// maxLines is how many lines of one list are shown: more than a screen is
	// not read. The run's records hold all of them.
	maxLines = 20

	// moreSize is room for the line that says how many are not shown.
	moreSize = 40

	// listRoom is kept of a text for lists where its paragraphs are long.
	listRoom = 500
)

// block makes the block of a part.
func (p part) block() slack.Block {
	if p.small {
		return slack.NewContextBlock("", markdown(p.head))
	}
	text := p.title(true)
	return slack.NewSectionBlock(markdown(text+p.listed(maxSection-mrkdwn.Size(text)-moreSize)), nil, nil)
}

func (p part) title(whole bool) string {
	if p.more == "" || !whole {
		return p.head
	}
	return p.head + " " + p.more
}

// listed returns the lines that fit into room, each behind a line end, and how
// many do not.
func (p part) listed(room int) string {
	var b strings.Builder
	shown := 0
	for _, line := range p.lines[:min(len(p.lines), maxLines)] {
		room -= mrkdwn.Size(line) + 1
		if room < 0 {
			break
		}
		b.WriteString("\n" + line)
		shown++
	}
	if more := p.n - shown; more > 0 {
		b.WriteString("\n• and " + strconv.Itoa(more) + " more")
	}
	return b.String()
}

// text makes the text of all parts. Paragraphs come first, because they hold
// the counts; what is left of the room goes to the lists, from the first on.
func (p *page) text() string {
	whole := p.heads(true) <= maxText-listRoom
	room := maxText - p.heads(whole)
	lines := make([]string, 0, len(p.parts))
	for _, part := range p.parts {
		list := part.listed(room)
		room = max(0, room-mrkdwn.Size(list))
		lines = append(lines, part.title(whole)+list)
	}
	return strings.Join(lines, "\n")
}

// heads is the size of all paragraphs, with room for every list to say that it
// was cut.
func (p *page) heads(whole bool) int {
	n := 0
	for _, part := range p.parts {
		n += mrkdwn.Size(part.title(whole)) + 1
		if len(part.lines) > 0 {
			n += moreSize
		}
	}
	return n
}

// markdown makes a text object whose words Slack does not search for links and
// names.
func markdown(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, s, false, true)
}
