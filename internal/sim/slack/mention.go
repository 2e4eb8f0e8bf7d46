package slack

// Mention is something in a message that names, and notifies, somebody.
type Mention struct {
	Kind string // "user", "channel", "group", "everybody"
	ID   string // U..., C..., S..., or "here", "channel", "everyone"
	// Auto says that it stands there as plain text, like "@here", in a text
	// where Slack makes mentions of such. "verbatim": true, or plain_text,
	// prevents it.
	Auto bool
}

// Link is something in a message that leads elsewhere when pressed.
type Link struct {
	URL   string
	Label string // shown instead of the URL; empty when the URL is shown
	Auto  bool   // stands there as plain text
}

// Mentions lists every mention in the message: in the text, also where blocks
// hide it from view, because it notifies all the same, in every block and in
// the dialogs of buttons.
func (m Message) Mentions() []Mention {
	var found []Mention
	for _, p := range m.allSpans() {
		switch p.kind {
		case mentionsUser, mentionsChannel, mentionsGroup, mentionsEverybody:
			found = append(found, Mention{Kind: string(p.kind), ID: p.id, Auto: p.auto})
		}
	}
	return found
}

// Links lists every link in the message's texts, wherever Mentions looks.
func (m Message) Links() []Link {
	var found []Link
	for _, p := range m.allSpans() {
		if p.kind == isLink {
			found = append(found, Link{URL: p.id, Label: p.label, Auto: p.auto})
		}
	}
	return found
}

// spans of a text object. Slack's reference says of verbatim: when it is
// false, URLs become links, channel names too, "and certain mentions will be
// automatically parsed". Which ones it does not say; those of everybody are
// taken for certain here.
func (t Text) spans() []span {
	if t.Type == "plain_text" {
		return []span{{kind: isText, label: t.Text}}
	}
	return spans(t.Text, auto{links: !t.Verbatim, everybody: !t.Verbatim})
}

// textSpans of the message's text. Bare names in it are mentions only if the
// app asked for it.
func (m Message) textSpans() []span {
	if m.PlainText {
		return []span{{kind: isText, label: m.Text}}
	}
	return spans(m.Text, auto{links: true, everybody: m.Names})
}

func (m Message) allSpans() []span {
	all := m.textSpans()
	add := func(texts ...*Text) {
		for _, t := range texts {
			if t != nil {
				all = append(all, t.spans()...)
			}
		}
	}
	for _, b := range m.Blocks {
		add(b.Text, b.Title)
		for i := range b.Fields {
			add(&b.Fields[i])
		}
		for _, e := range b.elements() {
			add(e.Text, e.Placeholder)
			if e.Confirm != nil {
				add(&e.Confirm.Title, &e.Confirm.Text)
			}
		}
	}
	return all
}
