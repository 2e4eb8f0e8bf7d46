package config

import (
	"cmp"
	"strings"

	"stopdesktops/internal/core"
)

// SlackPosts is how messages reach Slack.
type SlackPosts struct {
	Origins   []string // of response URLs; empty: Slack's own
	BotToken  core.Secret
	API       string // of Slack's Web API; empty: Slack's own
	InChannel bool   // the end of a run is told to the whole channel as well
}

func (s *SlackPosts) variables() []variable {
	return []variable{
		s.origins(),
		{Variable{Name: "SLACK_BOT_TOKEN", Secret: true, Want: "a bot token, xoxb-...",
			Doc: "For the end of a run that outlives its response URL (30 minutes, 5 uses). Without it such an end is only logged."}, setSecret(&s.BotToken)},
		{Variable{Name: "SLACK_API", Want: wantEndpoint,
			Doc: "Where Slack's Web API is, instead of https://slack.com."}, setEndpoint(&s.API)},
		{Variable{Name: "SLACK_RESULT", Default: "ephemeral", Want: "ephemeral or in_channel",
			Doc: "Whether the end of a run is shown to whoever asked only, or posted to the channel as well."},
			setWord(&s.InChannel, map[string]bool{"ephemeral": false, "in_channel": true})},
	}
}

func (s *SlackPosts) origins() variable {
	return variable{Variable{Name: "SLACK_HOOK_ORIGINS", Want: "origins such as https://hooks.slack.com, separated by commas",
		Doc: "The only origins that messages are posted to, instead of Slack's and GovSlack's."}, setList(&s.Origins)}
}

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
		{Variable{Name: "SLACK_STATE_KEY", Required: true, Secret: true, Want: "what `go run ./cmd/playground slack-key` derives from STATE_KEY",
			Doc: "The part of the state key that Slack's door needs. It can make nothing for any other door."}, setSecret(&c.StateKey)},
	}
	all := append(own, c.Posts.origins())
	all = append(all, c.Cloud.rules()...)
	all = append(all, c.Ceilings.slack())
	all = append(all, c.State.bucket()...)
	all = append(all, c.Invoke.variables()...)
	return append(all, c.Care.zone(), c.People.help(), c.Process.logging())
}

// Rules is what the deployment fixes for every request.
func (c SlackFront) Rules() core.Rules {
	return core.Rules{Regions: c.Cloud.Regions, Pin: c.Cloud.API, ClientId: c.Cloud.ClientId, Ceilings: map[core.Door]int{core.Slack: c.Ceilings.Slack},
		Zone: c.Care.Zone, HelpContact: c.People.HelpContact}
}

// SlackVariables lists what the function slackcmd reads.
func SlackVariables() []Variable {
	bound := new(SlackFront).variables()
	all := make([]Variable, len(bound))
	for i := range bound {
		all[i] = bound[i].Variable
	}
	return all
}

// SlackCheck lets another package look at a part of the configuration of
// slackcmd.
type SlackCheck struct {
	Of  string // a variable
	Run func(SlackFront) error
}

// LoadSlack reads the configuration of slackcmd whole. The error is of type
// Problems and names every mistake.
func LoadSlack(environ []string, checks ...SlackCheck) (SlackFront, error) {
	var c SlackFront
	values := environment(environ)
	problems := read(c.variables(), values)
	if values["SLACK_TEAM_IDS"] == "" && values["SLACK_ENTERPRISE_IDS"] == "" {
		problems = append(problems, Problem{"SLACK_TEAM_IDS, SLACK_ENTERPRISE_IDS", "neither", "at least one of them, or nobody could get in"})
	}
	for _, check := range checks {
		if values[check.Of] != "" && !problems.has(check.Of) {
			problems = append(problems, problemsOf(check.Of, check.Run(c))...)
		}
	}
	if len(problems) > 0 {
		return SlackFront{}, problems
	}
	for name, address := range map[string]string{"STATE_ENDPOINT": c.State.Endpoint, "INVOKE_ENDPOINT": c.Invoke.Endpoint, "SLACK_HOOK_ORIGINS": cmp.Or(strings.Join(c.Posts.Origins, ","), "")} {
		if line := loopbackWarning(name, address); line != "" {
			c.Warnings = append(c.Warnings, line)
		}
	}
	return c, nil
}
