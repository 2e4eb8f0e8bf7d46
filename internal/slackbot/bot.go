package slackbot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
)

// DefaultAPI is Slack's Web API.
const DefaultAPI = "https://slack.com"

// BotPoster posts with a bot token, for the final word where a response URL is
// spent or too old. It needs the scope chat:write.
type BotPoster struct{ client *slack.Client }

// NewBotPoster makes a BotPoster. api is an origin such as DefaultAPI; http is
// taken before a literal loopback address only.
func NewBotPoster(token core.Secret, api string) (*BotPoster, error) {
	if t := token.Reveal(); !strings.HasPrefix(t, "xoxb-") || strings.ContainsFunc(t, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the bot token does not begin with xoxb-, or holds a space; copy it from OAuth & Permissions")
	}
	origin, err := parseOrigin(api)
	if err != nil {
		return nil, fmt.Errorf("the address of Slack's API %w", err)
	}
	return &BotPoster{slack.New(token.Reveal(), slack.OptionAPIURL(origin+"/api/"), slack.OptionHTTPClient(newClient()))}, nil
}

// Post sends a new message to a conversation, or to a user by his id: then he
// alone reads it, in the app's own conversation with him. A private answer must
// go to its user. It tries again on 429, 5xx and lost connections until ctx
// ends, unless the message may be there already: Slack would show it twice.
func (b *BotPoster) Post(ctx context.Context, to string, m Message) Result {
	if !channelID.MatchString(to) && !userID.MatchString(to) {
		return Result{Reason: "neither a channel nor a user to post to"}
	}
	options := []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
	if len(m.Blocks) > 0 {
		options = append(options, slack.MsgOptionBlocks(m.Blocks...))
	}
	return repeat(ctx, 1, func(ctx context.Context) attempt {
		ctx, connected := traced(ctx)
		_, _, err := b.client.PostMessageContext(ctx, to, options...)
		return judgeBot(err, connected)
	})
}

// judgeBot says what an error of slack-go means. Used is 1 where the message
// may be there.
func judgeBot(err error, connected *atomic.Bool) attempt {
	var limited *slack.RateLimitedError
	var refusal slack.SlackErrorResponse
	var status slack.StatusCodeError
	switch {
	case err == nil:
		return attempt{Result: Result{Posted: true, Used: 1}}
	case errors.As(err, &limited):
		return attempt{Result: Result{Retry: true, Reason: "Slack answers 429"}, after: min(max(0, limited.RetryAfter), time.Hour)}
	case errors.As(err, &status):
		return judge(status.Code, http.Header{}, nil)
	case errors.As(err, &refusal) && replyWord.MatchString(refusal.Err):
		return attempt{Result: Result{Reason: "Slack answers " + refusal.Err}}
	case errors.As(err, &refusal):
		return attempt{Result: Result{Reason: "Slack answers with an error that it does not name"}}
	}
	return lost(err, connected)
}
