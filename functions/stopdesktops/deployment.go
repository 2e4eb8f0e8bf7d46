package main

import (
	"errors"
	"io"
	"log/slog"
	"slices"
	"time"

	"stopdesktops/internal/callback"
	"stopdesktops/internal/config"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
	"stopdesktops/internal/ecd"
	"stopdesktops/internal/fc"
	"stopdesktops/internal/policy"
	"stopdesktops/internal/startup"
	"stopdesktops/internal/statekey"
	"stopdesktops/internal/webhook"
)

// deployment is what the configuration makes, once, at start. What belongs to
// one invocation, credentials above all, is made anew for each.
type deployment struct {
	config    config.Config
	rules     core.Rules
	policy    *policy.Policy
	keys      *statekey.Keys
	slackDoor *statekey.Door // signs buttons; nil where the function holds another door's key only
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
	parts := startup.Parts{Self: settings.EnvironmentOf(environ)["FC_FUNCTION_NAME"]}
	c, err := config.Load(config.Source{Environ: environ, Checks: parts.All(d.now)})
	if err != nil {
		return nil, err
	}
	d.config, d.rules, d.keys, d.policy = c, c.Rules(), parts.Keys, parts.Policy
	d.log = slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: c.Process.LogLevel}))
	d.policy.Log = d.log
	slog.SetDefault(d.log)
	if d.auth, err = webhook.New(startup.WebhookKeys(c.Webhook), d.now, startup.SenderSettings(c.Senders)...); err != nil {
		return nil, err
	}
	if d.cloud, err = startup.Cloud(c.Cloud, "stopdesktops/"+version, d.log, d.now); err != nil {
		return nil, err
	}
	if d.answers, err = startup.TicketAnswers(c); err != nil {
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
	for _, w := range slices.Concat(c.Warnings, parts.Strangers(c), parts.TooMuchKey(c)) {
		d.log.Warn(w)
	}
	return d, nil
}

// errNoRole is the mistake of a function that was deployed without a role.
var errNoRole = errors.New("the invocation came without role credentials; give the function the role of deploy/ram/stopdesktops.json")

// slackPostsOf makes what posts to Slack. A deployment without Slack never
// uses it.
func slackPostsOf(p settings.SlackPosts) (*slackPosts, error) {
	poster, err := startup.Poster(p)
	if err != nil {
		return nil, err
	}
	bot, err := startup.BotPoster(p)
	return &slackPosts{poster: poster, bot: bot, inChannel: p.InChannel}, err
}
