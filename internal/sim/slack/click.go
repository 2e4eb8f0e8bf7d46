package slack

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
)

// Click is a press on a button, or a choice from a menu, in a message.
type Click struct {
	URL      string // the app's request URL for interactivity
	Message  Ref
	BlockID  string // only needed where the action_id is in several blocks
	ActionID string
	UserID   string
	Choose   string // a menu's option, by its value
	// Deny presses "no" in the button's dialog: nothing is sent.
	Deny bool
	// Stale presses what an older version of the message showed, as somebody
	// does whose client has not yet heard of the change.
	Stale bool
	// Forge changes the request on its way: an attack.
	Forge []Forgery
}

// What a click cannot be made of.
var (
	ErrNoMessage = errors.New("the person sees no such message")
	ErrNoButton  = errors.New("the message has no such button")
)

// Click sends a block_actions interaction, with a response URL of its own that
// is bound to the message. Slack ignores the words of the answer; when it is
// not a 200 in time, the person sees a warning triangle, here the Notice. The
// error is for what nobody could press, a bad URL and an ended context.
func (s *Server) Click(ctx context.Context, c Click) (Reply, error) {
	s.mu.Lock()
	m := s.find(c.Message)
	if m == nil || m.Ephemeral() && m.To != c.UserID || !s.channel(c.Message.Channel).in(c.UserID) {
		s.mu.Unlock()
		return Reply{}, fmt.Errorf("click %s: %w", c.ActionID, ErrNoMessage)
	}
	pressed, err := m.pressed(c)
	if err != nil {
		s.mu.Unlock()
		return Reply{}, fmt.Errorf("click %s: %w", c.ActionID, err)
	}
	reply := Reply{}
	if pressed.Confirm != nil {
		reply.Confirm = pressed.Confirm.readable(s.names())
	}
	if c.Deny {
		s.mu.Unlock()
		if reply.Confirm == "" {
			return reply, fmt.Errorf("click %s: the button asks nothing that could be denied", c.ActionID)
		}
		return reply, nil
	}
	responseURL, trigger := s.newHook(hook{channel: m.Channel, user: c.UserID, source: m.Ref}), newTriggerID()
	document := s.interaction(m, pressed, c, responseURL, trigger)
	s.mu.Unlock()

	text, err := json.Marshal(document, json.Deterministic(true))
	if err != nil {
		return Reply{}, fmt.Errorf("encode the click: %w", err)
	}
	d := s.newDelivery(c.URL, []Field{{"payload", string(text)}})
	for _, f := range c.Forge {
		f(&d)
	}
	confirm := reply.Confirm
	if reply, err = s.send(ctx, d.sign()); err != nil {
		return reply, err
	}
	reply.Confirm, reply.ResponseURL, reply.TriggerID = confirm, responseURL, trigger
	call := Call{At: s.o.Now(), On: OnClick, Channel: c.Message.Channel, User: c.UserID, Status: reply.Status, Error: reply.Error, Reason: reply.Cause}
	if reply.Error != "" {
		reply.Notice = "(warning triangle) " + reply.Error
	} else if len(reply.Body) > 0 {
		call.Note = "Slack ignores the words of the answer to a click"
	}
	s.log(call)
	return reply, nil
}

// pressed finds what is clicked.
func (m *Message) pressed(c Click) (Button, error) {
	versions := []Content{m.Content}
	if c.Stale {
		versions = m.earlier
	}
	for i := len(versions) - 1; i >= 0; i-- {
		var fit []Button
		for _, b := range versions[i].buttons() {
			if b.ActionID == c.ActionID && (c.BlockID == "" || b.BlockID == c.BlockID) {
				fit = append(fit, b)
			}
		}
		if len(fit) > 1 {
			return Button{}, fmt.Errorf("it is in %d blocks: name one", len(fit))
		}
		if len(fit) == 1 {
			return fit[0], fit[0].choosable(c.Choose)
		}
	}
	return Button{}, ErrNoButton
}

// choosable wants an option of a menu, and none of a button.
func (b Button) choosable(value string) error {
	if b.Type == "button" && value == "" {
		return nil
	}
	for _, o := range b.choices() {
		if o.Value == value {
			return nil
		}
	}
	return fmt.Errorf("it has no option %q", value)
}

// interaction is the payload of block_actions. An ephemeral message is not in
// it, and the team of an interaction is the workspace's, while the person's
// may be another. The lock is held.
func (s *Server) interaction(m *Message, b Button, c Click, responseURL, trigger string) map[string]any {
	u, room := s.user(c.UserID), s.channel(m.Channel)
	team := map[string]any{"id": s.o.TeamID, "domain": s.o.TeamDomain}
	var enterprise any
	if s.o.EnterpriseID != "" {
		name := or(s.o.EnterpriseName, s.o.TeamDomain)
		team["enterprise_id"], team["enterprise_name"] = s.o.EnterpriseID, name
		enterprise = map[string]any{"id": s.o.EnterpriseID, "name": name}
	}
	document := map[string]any{
		"type": "block_actions", "token": legacyToken, "api_app_id": s.o.AppID, "trigger_id": trigger, "response_url": responseURL,
		"user":       map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
		"team":       team,
		"enterprise": enterprise, "is_enterprise_install": false,
		"container": map[string]any{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.Ephemeral()},
		"channel":   map[string]any{"id": m.Channel, "name": room.Name},
		"state":     map[string]any{"values": map[string]any{}},
		"actions":   []any{b.action(c.Choose, s.nextTS())},
	}
	if !m.Ephemeral() {
		document["message"] = map[string]any{
			"type": "message", "ts": m.TS, "text": m.Text, "blocks": m.Blocks, "team": s.o.TeamID, "app_id": s.o.AppID,
		}
	}
	return document
}

// action is what was pressed, as it stands in "actions".
func (b Button) action(choose, ts string) map[string]any {
	a := map[string]any{"type": b.Type, "action_id": b.ActionID, "block_id": b.BlockID, "action_ts": ts}
	if b.Type != "button" {
		for _, o := range b.choices() {
			if o.Value == choose {
				a["selected_option"] = o
			}
		}
		return a
	}
	a["text"] = b.Text
	if b.Value != "" {
		a["value"] = b.Value
	}
	if b.Style != "" {
		a["style"] = b.Style
	}
	return a
}
