package settings

import "stopdesktops/internal/core"

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
