package settings

import (
	"strings"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
)

// SlackFront is everything that the function slackcmd is told.
type SlackFront struct {
	Cloud          Cloud // its rules only
	Ceilings       Ceilings
	State          State // the bucket only
	Invoke         Invoke
	Posts          SlackPosts // the origins only
	Care           Care       // its zone only
	People         People     // whom a refused person may ask
	Process        Process
	SigningSecrets []core.Secret
	AppIDs         []string
	TeamIDs        []string
	EnterpriseIDs  []string
	StateKey       core.Secret
	Warnings       []string
}

func (c *SlackFront) variables() []variable {
	own := []variable{
		{Variable{Name: "SLACK_SIGNING_SECRETS", Required: true, Secret: true, Want: "signing secrets of the Slack app, separated by commas",
			Doc: "Slack signs its requests with it (Basic Information, App Credentials); several live at once while one is replaced."}, setSecrets(&c.SigningSecrets)},
		{Variable{Name: "SLACK_APP_ID", Required: true, Want: "the app's id, A...; several separated by commas",
			Doc: "The only Slack apps whose requests are taken."}, setList(&c.AppIDs)},
		{Variable{Name: "SLACK_TEAM_IDS", Want: "workspace ids, T..., separated by commas",
			Doc: "The only workspaces whose people are served. This or SLACK_ENTERPRISE_IDS is required."}, setList(&c.TeamIDs)},
		{Variable{Name: "SLACK_ENTERPRISE_IDS", Want: "organisation ids, E..., separated by commas",
			Doc: "The only Enterprise Grid organisations that are served."}, setList(&c.EnterpriseIDs)},
		{Variable{Name: "SLACK_STATE_KEY", Required: true, Secret: true, Want: "what `go run ./cmd/stopdesktops slack-key` derives from STATE_KEY",
			Doc: "The part of the state key that Slack's door needs. It can make nothing for any other door."}, setSecret(&c.StateKey)},
	}
	all := append(own, c.Posts.origins())
	all = append(all, c.Cloud.rules()...)
	all = append(all, c.Ceilings.slack())
	all = append(all, c.State.bucket()...)
	all = append(all, c.Invoke.variables()...)
	return append(all, c.Care.zone(), c.People.help(), c.Process.logging())
}

// LookAtSlack reads what is set of the settings of slackcmd, away from its
// deployment. What has a mistake of which Read speaks is left empty.
func LookAtSlack(env Environment) (c SlackFront) {
	set(c.variables(), env)
	return c
}

// Rules is what the deployment fixes for every request.
func (c SlackFront) Rules() core.Rules {
	return core.Rules{Regions: c.Cloud.Regions, Pin: c.Cloud.API, ClientId: c.Cloud.ClientId, Ceilings: map[core.Door]int{core.Slack: c.Ceilings.Slack},
		Zone: c.Care.Zone, HelpContact: c.People.HelpContact}
}

// SlackCheck lets another package look at a part of the settings of slackcmd.
type SlackCheck struct {
	Of  string // a variable
	Run func(SlackFront) error
}

// LoadSlack reads the settings of slackcmd whole. The error is of type
// mistake.Problems and names every mistake.
func LoadSlack(environ []string, checks ...SlackCheck) (SlackFront, error) {
	var c SlackFront
	env := EnvironmentOf(environ)
	variables := c.variables()
	problems := append(set(variables, env), unknown(variables, env)...)
	if env["SLACK_TEAM_IDS"] == "" && env["SLACK_ENTERPRISE_IDS"] == "" {
		problems.Add("SLACK_TEAM_IDS, SLACK_ENTERPRISE_IDS", "neither", "at least one of them, or nobody could get in")
	}
	for _, check := range checks {
		if env[check.Of] != "" && !problems.Has(check.Of) {
			problems = append(problems, mistake.Of(check.Of, check.Run(c))...)
		}
	}
	if len(problems) > 0 {
		return SlackFront{}, problems
	}
	for _, e := range []struct{ name, address string }{
		{"STATE_ENDPOINT", c.State.Endpoint}, {"INVOKE_ENDPOINT", c.Invoke.Endpoint}, {"SLACK_HOOK_ORIGINS", strings.Join(c.Posts.Origins, ",")},
	} {
		if line := loopbackWarning(e.name, e.address); line != "" {
			c.Warnings = append(c.Warnings, line)
		}
	}
	return c, nil
}
