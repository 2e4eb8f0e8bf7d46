package slack

import (
	"fmt"
	"strings"
)

// names are what ids are called in a workspace.
type names struct{ users, channels map[string]string }

// names collects what ids are called now. The lock is held.
func (s *Server) names() names {
	n := names{users: map[string]string{}, channels: map[string]string{}}
	for id := range s.users {
		n.users[id] = s.user(id).Name
	}
	for id, c := range s.channels {
		n.channels[id] = c.Name
	}
	return n
}

// Readable prints the message as a person sees it, in plain text: links,
// mentions and dates are shown as such, so that one that was smuggled in
// stands out, and buttons are listed. Times are in UTC.
func (m Message) Readable() string {
	if len(m.Blocks) == 0 {
		return m.ReadableText()
	}
	var lines []string
	for _, b := range m.Blocks {
		if line := b.readable(m.names); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// ReadableText prints what a screen reader and a notification say.
func (m Message) ReadableText() string { return showAll(m.textSpans(), m.names) }

func (b Block) readable(n names) string {
	var lines []string
	if b.Text != nil {
		lines = append(lines, b.Text.readable(n))
	}
	for _, f := range b.Fields {
		lines = append(lines, f.readable(n))
	}
	switch b.Type {
	case "divider":
		lines = append(lines, "---")
	case "image":
		lines = append(lines, "[image "+b.AltText+"]")
	}
	var row []string
	for _, e := range b.elements() {
		row = append(row, e.readable(n))
	}
	if len(row) > 0 {
		lines = append(lines, strings.Join(row, " "))
	}
	return strings.Join(lines, "\n")
}

func (t Text) readable(n names) string { return showAll(t.spans(), n) }

func (e Element) readable(n names) string {
	switch e.Type {
	case "plain_text", "mrkdwn":
		return e.Text.readable(n)
	case "image":
		return "[image " + e.AltText + "]"
	case "button":
		text := "[" + e.Text.Text
		if e.Style != "" {
			text += " (" + e.Style + ")"
		}
		if e.URL != "" {
			text += " -> " + e.URL
		}
		if e.Confirm != nil {
			text += "; asks: " + e.Confirm.readable(n)
		}
		return text + "]"
	}
	var choices []string
	for _, o := range e.choices() {
		choices = append(choices, o.Text.Text)
	}
	return "[menu: " + strings.Join(choices, " | ") + "]"
}

func (c Confirm) readable(n names) string {
	return fmt.Sprintf("%s %s [%s] [%s]", c.Title.Text, c.Text.readable(n), c.Confirm.Text, c.Deny.Text)
}

func showAll(all []span, n names) string {
	var b strings.Builder
	for _, p := range all {
		b.WriteString(p.show(n))
	}
	return b.String()
}

// Screen prints what a person sees in a channel, line by line: the app's
// messages, Slack's own error words, and commands that were shown to all.
func (s *Server) Screen(channelID, userID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, m := range s.visible(channelID, userID) {
		from := m.From
		if from != App && from != Slackbot {
			from = s.user(from).Name
		}
		if m.Ephemeral() {
			from += " (only you)"
		}
		if m.Edits > 0 {
			from += " (edited)"
		}
		lines = append(lines, from+": "+strings.ReplaceAll(m.Readable(), "\n", "\n  "))
	}
	return strings.Join(lines, "\n")
}
