package startup

import (
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/slackbot/post"
)

// Poster makes what posts to response URLs. A deployment without Slack never
// uses it.
func Poster(p settings.SlackPosts) (*post.Poster, error) {
	origins := p.Origins
	if len(origins) == 0 {
		origins = post.DefaultOrigins
	}
	allowed, err := post.ParseOrigins(origins)
	if err != nil {
		return nil, err
	}
	return post.NewPoster(allowed), nil
}

// BotPoster makes what speaks to Slack's Web API, or nil where there is no bot
// token.
func BotPoster(p settings.SlackPosts) (*post.Bot, error) {
	if p.BotToken == "" {
		return nil, nil
	}
	api := p.API
	if api == "" {
		api = post.DefaultAPI
	}
	return post.NewBot(p.BotToken, api)
}
