package identity

import (
	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// Shapes of Slack's ids. Slack fixes no length; 32 is three times what it gives.
var (
	AppID        = pattern.Upto(32, `^A[A-Z0-9]+$`)
	TeamID       = pattern.Upto(32, `^T[A-Z0-9]+$`)
	EnterpriseID = pattern.Upto(32, `^E[A-Z0-9]+$`)
	HomeID       = pattern.Upto(32, `^[TE][A-Z0-9]+$`)
	UserID       = pattern.Upto(32, `^[UW][A-Z0-9]+$`)
	ChannelID    = pattern.Upto(32, `^[CDG][A-Z0-9]+$`)
	GroupID      = pattern.Upto(32, `^S[A-Z0-9]+$`)
)

// triggerID is the shape of a trigger: digits.digits.hex, as documented. It
// names the delivery of a command, so nothing else is taken for one.
var triggerID = pattern.Upto(128, `^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*$`)

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

// Faults names the fields of an identity that a command and a click must both
// have and that are not of Slack's form.
func (id Identity) Faults() []string {
	var faults []string
	for _, f := range []struct {
		name  string
		shape pattern.Pattern
		value string
	}{{"api_app_id", AppID, id.AppID}, {"user_id", UserID, id.UserID}, {"channel_id", ChannelID, id.ChannelID}, {"trigger_id", triggerID, id.TriggerID}} {
		if !f.shape.MatchString(f.value) {
			faults = append(faults, f.name)
		}
	}
	if id.EnterpriseID != "" && !EnterpriseID.MatchString(id.EnterpriseID) || id.EnterpriseID == "" && id.IsEnterpriseInstall {
		faults = append(faults, "enterprise_id")
	}
	if id.ResponseURL == "" {
		faults = append(faults, "response_url")
	}
	return faults
}
