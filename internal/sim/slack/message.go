package slack

import "time"

// The authors of what stands in a conversation, besides the ids of people.
const (
	App      = "app"
	Slackbot = "Slackbot"
)

// Ref names a message for good: its channel and its time.
type Ref struct{ Channel, TS string }

// Message is something that stands in a conversation.
type Message struct {
	Ref
	// From is App, Slackbot for Slack's own error words, or the id of the
	// person whose command is shown to all.
	From string
	// To is the only person who sees the message. Everybody when empty.
	To string
	// Via says how it came: "answer" to a command, OnResponseURL, or the Web
	// API's method.
	Via      string
	ThreadTS string
	Content
	PostedAt time.Time
	Edits    int
	EditedAt time.Time

	deleted bool
	earlier []Content // what it said before, oldest first
	names   names
}

// Content is what a message says.
type Content struct {
	// Text is what screen readers and notifications read, and what is shown
	// when there are no blocks.
	Text   string
	Blocks []Block
	// PlainText says that Text has no formatting ("mrkdwn": false).
	PlainText bool
	// Names says that bare @names in Text are mentions.
	Names bool
}

// Ephemeral reports whether only one person sees the message.
func (m *Message) Ephemeral() bool { return m.To != "" }

// Block is one block of a message. Only the members of its type are set.
type Block struct {
	Type      string    `json:"type"`
	BlockID   string    `json:"block_id,omitempty"`
	Text      *Text     `json:"text,omitempty"`
	Fields    []Text    `json:"fields,omitempty"`
	Accessory *Element  `json:"accessory,omitempty"`
	Elements  []Element `json:"elements,omitempty"`
	Expand    bool      `json:"expand,omitzero"`
	ImageURL  string    `json:"image_url,omitempty"`
	AltText   string    `json:"alt_text,omitempty"`
	Title     *Text     `json:"title,omitempty"`
}

// Text is a text object.
type Text struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Emoji    *bool  `json:"emoji,omitempty"`
	Verbatim bool   `json:"verbatim,omitzero"`
}

// Option is one choice of a menu.
type Option struct {
	Text        Text   `json:"text"`
	Value       string `json:"value"`
	Description *Text  `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
}

// Confirm is the dialog that the person's own client shows before a click is
// sent.
type Confirm struct {
	Title   Text   `json:"title"`
	Text    Text   `json:"text"`
	Confirm Text   `json:"confirm"`
	Deny    Text   `json:"deny"`
	Style   string `json:"style,omitempty"`
}

// content is what the payload says.
func (p payload) content() Content {
	return Content{
		Text: p.Text, Blocks: p.Blocks,
		PlainText: p.Mrkdwn != nil && !*p.Mrkdwn, Names: p.LinkNames || p.Parse == "full",
	}
}

// post puts a message at the end of its conversation. The lock is held.
func (s *Server) post(m Message) *Message {
	c := s.channel(m.Channel)
	m.TS, m.PostedAt = s.nextTS(), s.o.Now()
	c.posts = append(c.posts, &m)
	s.touch()
	return &m
}

// edit replaces what a message says. Who sees it never changes. The lock is
// held.
func (s *Server) edit(m *Message, to Content) {
	m.earlier = append(m.earlier, m.Content)
	m.Content = to
	m.Edits++
	m.EditedAt = s.o.Now()
	s.touch()
}

// find finds a message that was not deleted. The lock is held.
func (s *Server) find(ref Ref) *Message {
	c, ok := s.channels[ref.Channel]
	if !ok {
		return nil
	}
	for _, m := range c.posts {
		if m.TS == ref.TS && !m.deleted {
			return m
		}
	}
	return nil
}

// visible lists what a person sees, oldest first, as copies. The lock is held.
func (s *Server) visible(channelID, userID string) []Message {
	c, ok := s.channels[channelID]
	if !ok {
		return nil
	}
	var seen []Message
	names := s.names()
	for _, m := range c.posts {
		if m.deleted || m.To != "" && m.To != userID || !c.in(userID) {
			continue
		}
		seen = append(seen, m.copy(names))
	}
	return seen
}

// copy is a message to hand out. Blocks are never changed after they were
// decoded, so they are shared.
func (m *Message) copy(n names) Message {
	c := *m
	c.earlier, c.names = nil, n
	return c
}

// Messages lists the app's messages that a person sees in a channel, oldest
// first. Slack's own error words and shown commands are in Screen only.
func (s *Server) Messages(channelID, userID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var of []Message
	for _, m := range s.visible(channelID, userID) {
		if m.From == App {
			of = append(of, m)
		}
	}
	return of
}
