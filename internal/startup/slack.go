package startup

import (
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/slackbot"
)

// Poster makes what posts to response URLs. A deployment without Slack never
// uses it.
func Poster(p settings.SlackPosts) (*slackbot.Poster, error) {
	origins := p.Origins
	if len(origins) == 0 {
		origins = slackbot.DefaultOrigins
	}
	allowed, err := slackbot.ParseOrigins(origins)
	if err != nil {
		return nil, err
	}
	return slackbot.NewPoster(allowed), nil
}

// BotPoster makes what speaks to Slack's Web API, or nil where there is no bot
// token.
func BotPoster(p settings.SlackPosts) (*slackbot.BotPoster, error) {
	if p.BotToken == "" {
		return nil, nil
	}
	api := p.API
	if api == "" {
		api = slackbot.DefaultAPI
	}
	return slackbot.NewBotPoster(p.BotToken, api)
}
