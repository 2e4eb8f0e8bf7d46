package slackbot

import (
	"errors"
	"fmt"
	"slices"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// Shapes of Slack's ids. Slack fixes no length; 32 is three times what it gives.
var (
	appID        = pattern.Upto(32, `^A[A-Z0-9]+$`)
	teamID       = pattern.Upto(32, `^T[A-Z0-9]+$`)
	enterpriseID = pattern.Upto(32, `^E[A-Z0-9]+$`)
	homeID       = pattern.Upto(32, `^[TE][A-Z0-9]+$`)
	userID       = pattern.Upto(32, `^[UW][A-Z0-9]+$`)
	channelID    = pattern.Upto(32, `^[CDG][A-Z0-9]+$`)
	groupID      = pattern.Upto(32, `^S[A-Z0-9]+$`)
	scopeName    = pattern.Upto(64, `^[a-z]+([.:_][a-z]+)*$`)
)

// Identity is who did something in Slack, and where. It holds ids only: names
// can be chosen by their owners.
type Identity struct {
	AppID        string
	TeamID       string // the workspace it happened in; empty in clicks of an org-wide install
	EnterpriseID string // empty outside Enterprise Grid
	UserID       string
	// UserTeamID is where the user belongs: a workspace, or the organisation in
	// Enterprise Grid. It differs from TeamID for a stranger in a channel that is
	// shared with another company (Slack Connect), who can click its buttons.
	UserTeamID string
	ChannelID  string
	TriggerID  string // unique to one command or click
	// ResponseURL needs no token to post to, so it is kept like one.
	ResponseURL         core.Secret
	IsEnterpriseInstall bool
}

// Home is the installation that the identity belongs to: the organisation for
// an org-wide install, otherwise the workspace. A command and a later click on
// its buttons have the same one.
func (id Identity) Home() string {
	if id.IsEnterpriseInstall {
		return id.EnterpriseID
	}
	return id.TeamID
}

// Caller is the identity as the core and the policy know it: named by
// installation and user, asking in a channel.
func (id Identity) Caller() core.Caller {
	return core.Caller{Door: core.Slack, Name: id.Home() + "/" + id.UserID, Place: id.ChannelID}
}

// Allowed are the installations that a deployment serves.
type Allowed struct {
	AppIDs        []string
	TeamIDs       []string
	EnterpriseIDs []string
}

// Validate refuses a configuration that would let in nobody, or anybody. Each
// joined error is one mistake.
func (a Allowed) Validate() error {
	var faults []error
	if len(a.AppIDs) == 0 {
		faults = append(faults, errors.New("no Slack app id is configured: nobody could get in; copy it from Basic Information, it begins with A"))
	}
	if len(a.TeamIDs)+len(a.EnterpriseIDs) == 0 {
		faults = append(faults, errors.New("no Slack team id and no enterprise id is configured: nobody could get in; a team id begins with T, as in the address of Slack in a browser"))
	}
	for _, list := range []struct {
		what, letter string
		shape        pattern.Pattern
		ids          []string
	}{{"app", "A", appID, a.AppIDs}, {"team", "T", teamID, a.TeamIDs}, {"enterprise", "E", enterpriseID, a.EnterpriseIDs}} {
		for _, id := range list.ids {
			if !list.shape.MatchString(id) {
				faults = append(faults, fmt.Errorf("the Slack %s id %.40q: want %s and capital letters and digits", list.what, id, list.letter))
			}
		}
	}
	return errors.Join(faults...)
}

// Check refuses everybody who is not of a configured installation. Every list
// that is configured must hold the identity's id, and the lists of apps and of
// one of teams and organisations must be. The error is an *core.Error with code
// Forbidden; its message names nothing that is configured.
func (a Allowed) Check(id Identity) error {
	switch {
	case !slices.Contains(a.AppIDs, id.AppID):
		return refused("This request came from another Slack app, so nothing was done. Ask whoever installed this one.", "app", id.AppID)
	case len(a.TeamIDs)+len(a.EnterpriseIDs) == 0,
		len(a.TeamIDs) > 0 && !slices.Contains(a.TeamIDs, id.TeamID),
		len(a.EnterpriseIDs) > 0 && !slices.Contains(a.EnterpriseIDs, id.EnterpriseID),
		id.Home() == "":
		return refused("This Slack workspace may not stop desktops here, so nothing was done. Ask whoever keeps this app to add it.", "team", id.TeamID)
	case !a.belongs(id):
		return refused("You belong to another Slack organisation than this app, so nothing was done. Ask somebody of the organisation that owns the desktops.", "user's team", id.UserTeamID)
	}
	return nil
}

// belongs says whether the user is at home in the workspace, in its
// organisation or in another workspace that the deployment serves.
func (a Allowed) belongs(id Identity) bool {
	switch id.UserTeamID {
	case "":
		return false
	case id.TeamID, id.EnterpriseID:
		return true
	}
	return slices.Contains(a.TeamIDs, id.UserTeamID)
}

// refused is a refusal in words; what was wrong is for the log. Ids have passed
// their shape and are no secret.
func refused(message, what, id string) error {
	return &core.Error{Code: core.Forbidden, Message: message, Cause: fmt.Errorf("%s %.40q is not one of the configured", what, id)}
}
