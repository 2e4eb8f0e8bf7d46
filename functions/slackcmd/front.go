package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
	"stopdesktops/internal/journal"
	"stopdesktops/internal/slackbot/identity"
	"stopdesktops/internal/slackbot/inbound"
	"stopdesktops/internal/slackbot/post"
	"stopdesktops/internal/startup/slackfront"
	"stopdesktops/internal/statekey"
)

// answerWithin is our own deadline. Slack counts three seconds from its send to
// our answer, the way there and back and a cold start included.
const answerWithin = 2500 * time.Millisecond

// front is what the configuration makes, once, at start.
type front struct {
	config   settings.SlackFront
	rules    core.Rules
	verifier *inbound.Verifier
	allowed  identity.Allowed
	keys     *statekey.Keys
	door     *statekey.Door
	queue    *fc.Invoker
	poster   *post.Poster
	log      *slog.Logger
	now      func() time.Time
}

// deploy reads the configuration whole. The error names every mistake.
func deploy(environ []string, out io.Writer) (*front, error) {
	var parts slackfront.Parts
	c, err := settings.LoadSlack(environ, parts.Checks()...)
	if err != nil {
		return nil, err
	}
	f := &front{config: c, rules: c.Rules(), verifier: parts.Verifier, keys: parts.Keys, now: time.Now}
	f.log = slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: c.Process.LogLevel}))
	slog.SetDefault(f.log)
	f.allowed = allowed(c)
	f.door, _ = f.keys.Door(core.Slack)
	origins, err := post.ParseOrigins(origins(c.Posts))
	if err != nil {
		return nil, fmt.Errorf("SLACK_HOOK_ORIGINS: %w", err)
	}
	f.poster = post.NewPoster(origins)
	if f.queue, err = fc.NewInvoker(fc.InvokerOptions{Function: c.Invoke.Function, Endpoint: c.Invoke.Endpoint}); err != nil {
		return nil, err
	}
	f.log.Info("started", "version", version, "regions", c.Cloud.Regions)
	for _, w := range c.Warnings {
		f.log.Warn(w)
	}
	return f, nil
}

func allowed(c settings.SlackFront) identity.Allowed {
	return identity.Allowed{AppIDs: c.AppIDs, TeamIDs: c.TeamIDs, EnterpriseIDs: c.EnterpriseIDs}
}

func origins(p settings.SlackPosts) []string {
	if len(p.Origins) == 0 {
		return post.DefaultOrigins
	}
	return p.Origins
}

// handle takes every event. Only HTTP events are this function's business.
func (f *front) handle(ctx context.Context, event []byte) (any, error) {
	fc.ReleaseLarge(event)
	ctx, cancel := context.WithTimeout(fc.Enter(ctx), answerWithin)
	defer cancel()
	inv, _ := fc.FromContext(ctx)
	log := f.log.With(slog.String("invocation", inv.RequestID))
	e := fc.Open(event)
	if e.Shape != fc.ShapeHTTP {
		log.Error("the event is none that this function knows; find out who invokes it", "alarm", "event_unknown")
		return json.RawMessage("null"), nil
	}
	return fc.Serve(ctx, e, f.routes(inv, log), log), nil
}

// journal writes with the invocation's own role, which cannot read.
func (f *front) journal(inv fc.Invocation, log *slog.Logger) *journal.Journal {
	s := f.config.State
	j, err := journal.New(journal.Options{Bucket: s.Bucket, Region: s.Region, Endpoint: s.Endpoint, Sealer: f.keys, WriteOnly: true, Log: log,
		Credentials: func(context.Context) (journal.Credentials, error) {
			c := inv.Credentials
			if !c.Complete() {
				return journal.Credentials{}, errors.New("the invocation came without role credentials; give the function the role of deploy/ram/slackcmd.json")
			}
			return journal.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken}, nil
		}})
	if err != nil {
		panic(fmt.Sprintf("make the journal: %v", err)) // its options were checked at start
	}
	return j
}
