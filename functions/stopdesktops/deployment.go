package main

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"stopdesktops/internal/callback"
	"stopdesktops/internal/config"
	"stopdesktops/internal/core"
	"stopdesktops/internal/ecd"
	"stopdesktops/internal/fc"
	"stopdesktops/internal/policy"
	"stopdesktops/internal/slackbot"
	"stopdesktops/internal/statekey"
	"stopdesktops/internal/webhook"
)

// senderName is what policies call whoever holds the webhook's secrets.
const senderName = webhook.BuiltIn

// deployment is what the configuration makes, once, at start. What belongs to
// one invocation, credentials above all, is made anew for each.
type deployment struct {
	config    config.Config
	rules     core.Rules
	policy    *policy.Policy
	keys      *statekey.Keys
	slackDoor *statekey.Door // signs buttons
	auth      *webhook.Authenticator
	cloud     *ecd.Client
	queue     *fc.Invoker
	slack     *slackPosts
	answers   map[string]*callback.Callback // by sender: what tells its tickets how it ended
	log       *slog.Logger
	now       func() time.Time
}

// deploy reads the configuration whole and builds the deployment. The error
// names every mistake.
func deploy(environ []string, out io.Writer) (*deployment, error) {
	d := &deployment{now: time.Now}
	c, err := config.Load(config.Source{Environ: environ, Checks: d.checks()})
	if err != nil {
		return nil, err
	}
	d.config, d.rules = c, c.Rules()
	d.log = slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: c.Process.LogLevel}))
	d.policy.Log = d.log
	slog.SetDefault(d.log)
	if d.auth, err = webhook.New(webhookKeys(c.Webhook), d.now, senderSettings(c.Senders)...); err != nil {
		return nil, err
	}
	clientAuth := ecd.Signed
	if c.Cloud.Anonymous {
		clientAuth = ecd.Anonymous
	}
	if d.cloud, err = ecd.New(ecd.Options{Regions: c.Cloud.Regions, Endpoint: c.Cloud.Endpoints.All, Endpoints: c.Cloud.Endpoints.Region,
		ClientAuth: clientAuth, UserAgent: "stopdesktops/" + version, Log: d.log, Now: d.now,
		CallsPerSecond: float64(c.Cloud.CallsPerSecond), TagSource: tagSource(c.Cloud.ListTags), SessionWindow: c.Cloud.SessionWindow}); err != nil {
		return nil, err
	}
	if d.answers, err = ticketAnswers(c); err != nil {
		return nil, err
	}
	if d.queue, err = fc.NewInvoker(fc.InvokerOptions{Function: c.Invoke.Function, Endpoint: c.Invoke.Endpoint}); err != nil {
		return nil, err
	}
	if d.slack, err = slackPostsOf(c.Posts); err != nil {
		return nil, err
	}
	d.slackDoor, _ = d.keys.Door(core.Slack)
	d.log.Info("started", "version", version, "regions", c.Cloud.Regions, "timers", len(c.Timers))
	for _, w := range c.Warnings {
		d.log.Warn(w)
	}
	return d, nil
}

// checks let the other packages look at their part of the configuration, so
// that their mistakes come together with all others.
func (d *deployment) checks() []config.Check {
	return []config.Check{
		{Of: "STATE_KEY", Run: func(c config.Config) (err error) {
			d.keys, err = statekey.Parse(c.State.Key.Reveal())
			return err
		}},
		{Of: "policy.cedar", Run: func(c config.Config) (err error) {
			d.policy, err = policy.Parse(c.Policy.Name, c.Policy.Text)
			return err
		}},
		{Of: "WEBHOOK_SECRETS", Run: func(c config.Config) error {
			if keys := webhookKeys(c.Webhook).Signing; len(keys) > 0 {
				_, err := webhook.NewStandard(keys)
				return err
			}
			return nil
		}},
		{Of: "WEBHOOK_TOKENS", Run: func(c config.Config) error {
			if keys := webhookKeys(c.Webhook).Bearer; len(keys) > 0 {
				_, err := webhook.NewBearer(keys)
				return err
			}
			return nil
		}},
		{Of: "senders.yaml", Run: func(c config.Config) error {
			_, err := webhook.New(webhookKeys(c.Webhook), d.now, senderSettings(c.Senders)...)
			_, unanswered := ticketAnswers(c)
			return errors.Join(err, unanswered)
		}},
		{Of: "SLACK_HOOK_ORIGINS", Run: func(c config.Config) error {
			_, err := slackPostsOf(config.SlackPosts{Origins: c.Posts.Origins})
			return err
		}},
		{Of: "SLACK_BOT_TOKEN", Run: func(c config.Config) error {
			_, err := slackPostsOf(config.SlackPosts{BotToken: c.Posts.BotToken, API: c.Posts.API})
			return err
		}},
		{Of: "INVOKE_FUNCTION", Run: func(c config.Config) error {
			_, err := fc.NewInvoker(fc.InvokerOptions{Function: c.Invoke.Function, Endpoint: c.Invoke.Endpoint})
			return err
		}},
	}
}

func tagSource(list bool) ecd.TagSource {
	if list {
		return ecd.TagsList
	}
	return ecd.TagsAuto
}

// webhookKeys gives the deployment's secrets to its one sender.
func webhookKeys(w config.Webhook) webhook.Keys {
	keys := webhook.Keys{}
	for _, s := range w.Secrets {
		keys.Signing = append(keys.Signing, webhook.Key{Sender: senderName, Secret: s})
	}
	for _, s := range w.Tokens {
		keys.Bearer = append(keys.Bearer, webhook.Key{Sender: senderName, Secret: s})
	}
	return keys
}

// bearer says who asks at a route that takes the token only.
func (d *deployment) bearer(r *http.Request) (core.Caller, error) {
	s, err := d.auth.Bearer(r.Header)
	return core.Caller{Door: core.Webhook, Name: s.Name}, err
}

// errNoRole is the mistake of a function that was deployed without a role.
var errNoRole = errors.New("the invocation came without role credentials; give the function the role of deploy/ram/stopdesktops.json")

// slackPostsOf makes what posts to Slack. A deployment without Slack never
// uses it.
func slackPostsOf(p config.SlackPosts) (*slackPosts, error) {
	origins := p.Origins
	if len(origins) == 0 {
		origins = slackbot.DefaultOrigins
	}
	allowed, err := slackbot.ParseOrigins(origins)
	if err != nil {
		return nil, err
	}
	posts := &slackPosts{poster: slackbot.NewPoster(allowed), inChannel: p.InChannel}
	if p.BotToken == "" {
		return posts, nil
	}
	api := p.API
	if api == "" {
		api = slackbot.DefaultAPI
	}
	posts.bot, err = slackbot.NewBotPoster(p.BotToken, api)
	return posts, err
}
