package startup

import (
	"errors"
	"slices"
	"strings"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
	"stopdesktops/internal/startup/slackfront"
	"stopdesktops/internal/statekey"
)

// standIn is the value that stands in for each of standIns where a deployment is
// without Slack: s.yaml is resolved whole, so docs/deploy.md sets them all the same.
const standIn = "none"

var standIns = []string{"SLACK_APP_ID", "SLACK_SIGNING_SECRETS", "SLACK_STATE_KEY"}

// Front are the checks that slackcmd makes at its start, for whoever looks at the
// whole deployment beforehand, and whether its key is that of the other function,
// which nobody can tell who has only one of them. Absent is told the variables that
// say that there is no Slack.
func Front(environ []string, absent func(variable string)) []config.Check {
	env := settings.EnvironmentOf(environ)
	without := !slices.ContainsFunc(standIns, func(name string) bool { return strings.TrimSpace(env[name]) != standIn })
	front := settings.LookAtSlack(env)
	var parts slackfront.Parts
	var all []config.Check
	for _, check := range parts.Checks() {
		switch {
		case without && slices.Contains(standIns, check.Of):
			absent(check.Of)
		case check.Of == "SLACK_HOOK_ORIGINS": // stopdesktops looks at it as well
		default:
			all = append(all, config.Check{Of: check.Of, Run: func(c config.Config) error {
				if err := check.Run(front); err != nil || check.Of != "SLACK_STATE_KEY" {
					return err
				}
				return derived(parts.Keys, c.State.Key)
			}})
		}
	}
	if without {
		return all
	}
	return append(all, config.Check{Of: "SLACK_APP_ID", Run: func(config.Config) error {
		if len(front.TeamIDs) > 0 || len(front.EnterpriseIDs) > 0 {
			return nil
		}
		return errors.New("is set, and neither SLACK_TEAM_IDS nor SLACK_ENTERPRISE_IDS is, so slackcmd does not start: nobody could get in; want at least one of them")
	}})
}

// derived says whether Slack's keys are those that the state key gives, in its
// order. Where the state key is not here, or has a mistake of its own, that is not
// looked at.
func derived(slack *statekey.Keys, state core.Secret) error {
	whole, err := statekey.Parse(state.Reveal())
	if err != nil || sameKeys(core.Slack, slack, whole) {
		return nil
	}
	return errors.New("is not what the STATE_KEY beside it gives, so one function may not know what the other seals and signs; " + slackfront.HowToMakeKey)
}
