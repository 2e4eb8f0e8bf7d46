// Package slackfront makes of the settings of slackcmd what its adapters are made
// with, and checks them on the way. slackcmd does so when it starts, and check
// before it is deployed. It stands apart from package startup because slackcmd
// links nothing of the configuration folder.
package slackfront

import (
	"errors"
	"strings"

	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/identity"
	"stopdesktops/internal/slackbot/inbound"
	"stopdesktops/internal/slackbot/post"
	"stopdesktops/internal/statekey"
)

// HowToMakeKey is how SLACK_STATE_KEY is made.
const HowToMakeKey = "make it with: STATE_KEY=... go run ./cmd/stopdesktops slack-key"

// Parts are what the checks make on their way, so that nothing is read twice.
type Parts struct {
	Verifier *inbound.Verifier
	Keys     *statekey.Keys // of Slack's door only
}

// Checks let the adapters look at their part of the settings.
func (p *Parts) Checks() []settings.SlackCheck {
	return []settings.SlackCheck{
		{Of: "SLACK_SIGNING_SECRETS", Run: func(c settings.SlackFront) (err error) {
			p.Verifier, err = inbound.NewVerifier(c.SigningSecrets)
			return err
		}},
		// Each list is checked beside good samples of the others, so that a
		// mistake is said of its own variable.
		{Of: "SLACK_APP_ID", Run: func(c settings.SlackFront) error {
			return identity.Allowed{AppIDs: c.AppIDs, TeamIDs: []string{"T0"}}.Validate()
		}},
		{Of: "SLACK_TEAM_IDS", Run: func(c settings.SlackFront) error {
			return identity.Allowed{AppIDs: []string{"A0"}, TeamIDs: c.TeamIDs}.Validate()
		}},
		{Of: "SLACK_ENTERPRISE_IDS", Run: func(c settings.SlackFront) error {
			return identity.Allowed{AppIDs: []string{"A0"}, EnterpriseIDs: c.EnterpriseIDs}.Validate()
		}},
		{Of: "SLACK_STATE_KEY", Run: func(c settings.SlackFront) (err error) {
			if p.Keys, err = statekey.ParseDoor(core.Slack, c.StateKey.Reveal()); err != nil {
				// Whatever is wrong with how many entries, the whole is made anew.
				err = errors.New(strings.ReplaceAll(err.Error(), "\n", "; ") + "; " + HowToMakeKey)
			}
			return err
		}},
		{Of: "SLACK_HOOK_ORIGINS", Run: func(c settings.SlackFront) error {
			_, err := post.ParseOrigins(c.Posts.Origins)
			return err
		}},
	}
}
