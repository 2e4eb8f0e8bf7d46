package inbound

import (
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/identity"
)

// Interaction is a press of one of our buttons.
type Interaction struct {
	identity.Identity
	Action    button.Action
	Value     string // what the button carries; the decoder of its kind proves it
	Ephemeral bool   // the button stands in a message that only one person sees
}

// payload is what we read of an interaction. slack-go's own type reads all of
// it, blocks of the original message included, and so fails on parts that we do
// not need; it takes names in any case and twice. What both read is the same,
// which a test holds.
type payload struct {
	Type        slack.InteractionType `json:"type"`
	AppID       string                `json:"api_app_id"`
	TriggerID   string                `json:"trigger_id"`
	ResponseURL string                `json:"response_url"`
	User        struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id"`
	} `json:"user"`
	Team *struct { // null for an org-wide install
		ID string `json:"id"`
	} `json:"team"`
	Enterprise *struct { // null outside Enterprise Grid
		ID string `json:"id"`
	} `json:"enterprise"`
	IsEnterpriseInstall bool `json:"is_enterprise_install"`
	Channel             struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		ChannelID   string `json:"channel_id"`
		IsEphemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Actions []struct {
		Type     slack.ActionType `json:"type"`
		ActionID button.Action    `json:"action_id"`
		BlockID  string           `json:"block_id"`
		Value    string           `json:"value"`
	} `json:"actions"`
}

// ParseInteraction reads a click from the raw body, after its signature was
// verified. The error is an *core.Error with code Invalid; its cause names
// fields and never their values.
func ParseInteraction(body []byte) (Interaction, error) {
	form, err := parseForm(body)
	if err != nil {
		return Interaction{}, malformed(err)
	}
	var p payload
	// The decoder refuses names that come twice and text that is not UTF-8; its
	// error quotes the payload.
	if err := json.Unmarshal([]byte(form.Get("payload")), &p); err != nil {
		return Interaction{}, malformed(errors.New("the field payload is not JSON of Slack's form"))
	}
	if err := p.ours(); err != nil {
		return Interaction{}, &core.Error{Code: core.Invalid, Message: "This is no button that this app knows, so nothing was done. Give the command again.", Cause: err}
	}
	a := p.Actions[0]
	i := Interaction{Action: a.ActionID, Value: a.Value, Ephemeral: p.Container.IsEphemeral, Identity: identity.Identity{
		AppID: p.AppID, UserID: p.User.ID, UserTeamID: p.User.TeamID, ChannelID: p.Channel.ID, TriggerID: p.TriggerID,
		ResponseURL: core.Secret(p.ResponseURL), IsEnterpriseInstall: p.IsEnterpriseInstall,
	}}
	if p.Team != nil {
		i.TeamID = p.Team.ID
	}
	if p.Enterprise != nil {
		i.EnterpriseID = p.Enterprise.ID
	}
	if i.ChannelID == "" {
		i.ChannelID = p.Container.ChannelID
	}
	faults := i.Faults()
	if !identity.TeamID.MatchString(i.TeamID) && (i.TeamID != "" || !i.IsEnterpriseInstall) {
		faults = append(faults, "team.id")
	}
	if !identity.HomeID.MatchString(i.UserTeamID) {
		faults = append(faults, "user.team_id")
	}
	if len(faults) > 0 {
		return Interaction{}, malformed(errors.New("missing or not of Slack's form: " + strings.Join(faults, ", ")))
	}
	return i, nil
}

// ours says why a payload is not one press of one of our buttons.
func (p payload) ours() error {
	switch {
	case p.Type != slack.InteractionTypeBlockActions:
		return errors.New("the interaction is not block_actions")
	case len(p.Actions) != 1:
		return errors.New("the interaction is not one action")
	case p.Actions[0].Type != slack.ActionType(slack.METButton):
		return errors.New("the action is not a button")
	}
	if a := p.Actions[0]; !a.ActionID.StandsIn(a.BlockID) {
		return errors.New("the button is none of ours")
	}
	return nil
}
