package slack

import (
	"context"
	"fmt"
	"mime"
)

// legacyToken is the deprecated verification token, which Slack still sends
// and nobody may rely on.
const legacyToken = "gIkuvaNzQIHg97ATvDxqgjtO"

// DefaultCommand is the command when Command names none.
const DefaultCommand = "/stop-desktop"

// Command is a slash command as somebody types it.
type Command struct {
	URL       string // the app's request URL for commands
	Name      string // with the slash; DefaultCommand when empty
	Text      string // what is typed after the command
	UserID    string
	ChannelID string
	// Unescaped is a command whose manifest has no should_escape.
	Unescaped bool
	// Forge changes the request on its way: an attack.
	Forge []Forgery
}

// Command sends a slash command to the app and posts its answer. What the
// person would see is in the reply, and on their Screen. The error is only for
// a bad URL and for an ended context.
func (s *Server) Command(ctx context.Context, c Command) (Reply, error) {
	c.Name = or(c.Name, DefaultCommand)
	s.mu.Lock()
	user, room := s.user(c.UserID), *s.channel(c.ChannelID)
	at := Message{Ref: Ref{Channel: c.ChannelID}, From: Slackbot, To: c.UserID, Via: OnCommand}
	if s.stranger(user) {
		// The app is not installed where this person is at home, so Slack never
		// sends it.
		reply := Reply{Error: "not_installed", Notice: c.Name + " is not a valid command."}
		at.Text, at.PlainText = reply.Notice, true
		s.post(at)
		s.mu.Unlock()
		return reply, nil
	}
	text := c.Text
	if !c.Unescaped {
		text = s.escape(text)
	}
	responseURL := s.newHook(hook{command: true, channel: c.ChannelID, user: c.UserID})
	s.mu.Unlock()

	trigger := newTriggerID()
	d := s.newDelivery(c.URL, s.commandForm(c.Name, text, user, room.Channel, responseURL, trigger))
	for _, f := range c.Forge {
		f(&d)
	}
	reply, err := s.send(ctx, d.sign())
	if err != nil {
		return reply, err
	}
	reply.ResponseURL, reply.TriggerID = responseURL, trigger
	s.showAnswer(&reply, c, at)
	return reply, nil
}

// stranger reports whether the app is installed in neither the person's
// workspace nor organisation.
func (s *Server) stranger(u User) bool {
	return u.TeamID != s.o.TeamID && (s.o.EnterpriseID == "" || u.EnterpriseID != s.o.EnterpriseID)
}

// commandForm is every field of Slack's documentation, in the order of its
// example.
func (s *Server) commandForm(name, text string, u User, c Channel, responseURL, trigger string) []Field {
	form := []Field{{"token", legacyToken}, {"team_id", s.o.TeamID}, {"team_domain", s.o.TeamDomain}}
	if s.o.EnterpriseID != "" {
		form = append(form, Field{"enterprise_id", s.o.EnterpriseID}, Field{"enterprise_name", or(s.o.EnterpriseName, s.o.TeamDomain)})
	}
	return append(form, Field{"channel_id", c.ID}, Field{"channel_name", c.Name}, Field{"user_id", u.ID}, Field{"user_name", u.Name},
		Field{"command", name}, Field{"text", text}, Field{"api_app_id", s.o.AppID}, Field{"is_enterprise_install", "false"},
		Field{"response_url", responseURL}, Field{"trigger_id", trigger})
}

// showAnswer posts what the app answered, or Slack's own words about it.
func (s *Server) showAnswer(reply *Reply, c Command, at Message) {
	p, no := payload{}, (*refusal)(nil)
	if reply.Error == "" {
		p, no = answerPayload(reply)
		if no != nil {
			// Slack's word for an answer that it cannot show is not documented.
			reply.Error, reply.Cause = no.code, no.reason
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record(Call{At: s.o.Now(), On: OnCommand, Channel: c.ChannelID, User: c.UserID, Status: reply.Status, Error: reply.Error, Reason: reply.Cause})
	if reply.Error != "" {
		reply.Notice = fmt.Sprintf("%s failed with the error %q", c.Name, reply.Error)
		at.Text, at.PlainText = reply.Notice, true
		s.post(at)
		return
	}
	if p.ResponseType == "in_channel" {
		at.To = ""
		s.post(Message{Ref: at.Ref, From: c.UserID, Via: OnCommand, Content: Content{Text: c.Name + " " + c.Text, PlainText: true}})
	}
	if p.empty() {
		return
	}
	at.From, at.Via, at.Content = App, "answer", p.content()
	shown := s.post(at).copy(s.names())
	reply.Message = &shown
}

// answerPayload reads the answer to a command: nothing, text for the person,
// or a message as JSON. The content type decides: JSON that is called text is
// shown as the text it is.
func answerPayload(reply *Reply) (payload, *refusal) {
	if len(reply.Body) == 0 {
		return payload{}, nil
	}
	kind, _, err := mime.ParseMediaType(reply.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/json":
		return parsePayload(reply.Body)
	case err == nil && kind == "text/plain":
		return payload{Text: string(reply.Body)}, nil
	}
	return payload{}, &refusal{"invalid_payload", fmt.Sprintf("content type %q, neither application/json nor text/plain", reply.Header.Get("Content-Type"))}
}
