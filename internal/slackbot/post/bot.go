package post

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/identity"
	"stopdesktops/internal/slackbot/message"
)

// DefaultAPI is Slack's Web API.
const DefaultAPI = "https://slack.com"

// Bot calls Slack's Web API with a bot token: it posts where a response URL is
// spent or was never given, which needs the scope chat:write, and looks people up
// (people.go). It speaks to three methods by itself: slack-go's client would add a
// seventh to the package that a function loads at every start.
type Bot struct {
	token  core.Secret
	api    string // URL before the name of a method
	client *http.Client
}

// The methods of the Web API that are called.
const (
	methodPost  = "chat.postMessage"
	methodUser  = "users.info"
	methodGroup = "usergroups.users.list"
)

// NewBot makes a Bot. api is an origin such as DefaultAPI; http is taken before a
// literal loopback address only.
func NewBot(token core.Secret, api string) (*Bot, error) {
	if t := token.Reveal(); !strings.HasPrefix(t, "xoxb-") || strings.ContainsFunc(t, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the bot token does not begin with xoxb-, or holds a space; copy it from OAuth & Permissions")
	}
	origin, err := parseOrigin(api)
	if err != nil {
		return nil, fmt.Errorf("the address of Slack's API %w", err)
	}
	return &Bot{token, origin + "/api/", newClient()}, nil
}

// Post sends a new message to a conversation, or to a user by his id: then he
// alone reads it, in the app's own conversation with him. A private answer must
// go to its user. It tries again on 429, 5xx and lost connections until ctx
// ends, unless the message may be there already: Slack would show it twice.
func (b *Bot) Post(ctx context.Context, to string, m message.Message) Result {
	if !identity.ChannelID.MatchString(to) && !identity.UserID.MatchString(to) {
		return Result{Reason: "neither a channel nor a user to post to"}
	}
	body, err := json.Marshal(struct {
		Channel     string        `json:"channel"`
		Text        string        `json:"text"`
		Blocks      []slack.Block `json:"blocks,omitempty"`
		UnfurlLinks bool          `json:"unfurl_links"`
		UnfurlMedia bool          `json:"unfurl_media"`
	}{Channel: to, Text: m.Text, Blocks: m.Blocks})
	if err != nil {
		return Result{Reason: "the message could not be written as JSON"}
	}
	return repeat(ctx, 1, func(ctx context.Context) attempt { return b.once(ctx, body) })
}

// once makes one attempt. An answer of 200 may still say that it failed, which
// judge reads from its body.
func (b *Bot) once(ctx context.Context, body []byte) attempt {
	answer, a := b.call(ctx, methodPost, "application/json; charset=utf-8", body)
	if answer == nil {
		return a
	}
	if answer.status == http.StatusOK && !a.Posted {
		a.Used = 0 // the API says that it did not post
	}
	return a
}

// answer is what a method of the Web API answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// call makes one call of a method. Without an answer the attempt says why.
func (b *Bot) call(ctx context.Context, method, kind string, body []byte) (*answer, attempt) {
	ctx, connected := traced(ctx)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.api+method, bytes.NewReader(body))
	if err != nil {
		return nil, attempt{Result: Result{Reason: "the address of Slack's API cannot be used"}}
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Authorization", "Bearer "+b.token.Reveal())
	response, err := b.client.Do(request)
	if err != nil {
		return nil, lost(err, connected)
	}
	defer response.Body.Close()
	// The answer repeats the whole message, or lists many people, so more of it
	// is read than of a response URL's one word.
	reply, _ := io.ReadAll(io.LimitReader(response.Body, maxBotReply))
	return &answer{response.StatusCode, response.Header, reply}, judge(response.StatusCode, response.Header, reply)
}

// maxBotReply is far above Slack's answers: a message of at most 50 blocks, one
// person, or the ids of a user group.
const maxBotReply = 1 << 20
