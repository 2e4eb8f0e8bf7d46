package identity

import (
	"errors"
	"fmt"
	"slices"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

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
	}{{"app", "A", AppID, a.AppIDs}, {"team", "T", TeamID, a.TeamIDs}, {"enterprise", "E", EnterpriseID, a.EnterpriseIDs}} {
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
