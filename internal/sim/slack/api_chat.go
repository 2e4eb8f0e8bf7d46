package slack

import (
	"fmt"
	"unicode/utf8"
)

// content reads what a message shall say.
func (a arguments) content() (Content, *refusal) {
	c := Content{Text: a["text"], PlainText: a["mrkdwn"] == "false", Names: a["link_names"] == "true" || a["parse"] == "full"}
	if n := utf8.RuneCountInString(c.Text); n > maxMessageText {
		return c, &refusal{"msg_too_long", fmt.Sprintf("text has %d characters, at most %d", n, maxMessageText)}
	}
	if raw, given := a["blocks"]; given {
		var no *refusal
		if c.Blocks, no = parseBlocks([]byte(raw)); no != nil {
			return c, no
		}
	}
	if c.Text == "" && len(c.Blocks) == 0 {
		return c, &refusal{"no_text", "neither text nor blocks"}
	}
	return c, nil
}

// room finds a conversation that exists and that the app is in.
func (s *Server) room(a arguments) (*channel, *refusal) {
	c, ok := s.channels[a["channel"]]
	if !ok {
		return nil, &refusal{"channel_not_found", "nobody ever spoke of this channel"}
	}
	if !c.AppIn {
		return nil, &refusal{"not_in_channel", "the app was not invited"}
	}
	return c, nil
}

func (s *Server) postMessage(a arguments, call *Call) (map[string]any, *refusal) {
	c, no := s.room(a)
	if no != nil {
		return nil, no
	}
	content, no := a.content()
	if no != nil {
		return nil, no
	}
	m := s.post(Message{Ref: Ref{Channel: c.ID}, From: App, Via: call.On, ThreadTS: a["thread_ts"], Content: content})
	return map[string]any{"channel": c.ID, "ts": m.TS, "message": map[string]any{"type": "message", "text": m.Text, "ts": m.TS}}, nil
}

func (s *Server) postEphemeral(a arguments, call *Call) (map[string]any, *refusal) {
	c, no := s.room(a)
	if no != nil {
		return nil, no
	}
	if a["user"] == "" || !c.in(a["user"]) {
		return nil, &refusal{"user_not_in_channel", "the reader is not in the channel"}
	}
	content, no := a.content()
	if no != nil {
		return nil, no
	}
	m := s.post(Message{Ref: Ref{Channel: c.ID}, From: App, To: a["user"], Via: call.On, ThreadTS: a["thread_ts"], Content: content})
	return map[string]any{"message_ts": m.TS}, nil
}

// updateMessage edits one of the app's messages. Ephemeral ones cannot be
// edited this way, only by the response URL of a click on them.
func (s *Server) updateMessage(a arguments, _ *Call) (map[string]any, *refusal) {
	c, no := s.room(a)
	if no != nil {
		return nil, no
	}
	m := s.find(Ref{Channel: c.ID, TS: a["ts"]})
	if m == nil || m.Ephemeral() {
		return nil, &refusal{"message_not_found", "no such message that all can see"}
	}
	if m.From != App {
		return nil, &refusal{"cant_update_message", "not the app's message"}
	}
	content, no := a.content()
	if no != nil {
		return nil, no
	}
	s.edit(m, content)
	return map[string]any{"channel": c.ID, "ts": m.TS, "text": m.Text}, nil
}
