package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/post"
)

// people knows who a caller is, for one invocation: what Slack says is asked
// once for each person and kept no longer.
type people struct {
	*deployment
	mu    sync.Mutex
	known map[core.Caller]found
}

type found struct {
	person core.Person
	err    error
}

// people is made anew for each invocation.
func (d *deployment) people() core.People {
	return &people{deployment: d, known: map[core.Caller]found{}}
}

// Who implements core.People. Senders and timers are nobody beside their names.
func (p *people) Who(ctx context.Context, c core.Caller) (core.Person, error) {
	if c.Door != core.Slack {
		return core.Person{Groups: p.config.Groups.Of(c.Door, c.Name)}, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c.Place = "" // he is the same everywhere
	f, asked := p.known[c]
	if !asked {
		f.person, f.err = p.find(ctx, c)
		p.known[c] = f
	}
	return f.person, f.err
}

func (p *people) find(ctx context.Context, c core.Caller) (core.Person, error) {
	groups, err := p.groups(ctx, c)
	if err != nil {
		return core.Person{}, err
	}
	user, err := p.endUser(ctx, c)
	return core.Person{Groups: groups, EndUser: user}, err
}

// endUser is who a Slack user is among the cloud's end users, by the
// deployment's rule. Somebody whom the rule does not know is nobody; a rule that
// could not be asked is an error.
func (p *people) endUser(ctx context.Context, c core.Caller) (string, error) {
	team, user := homeOf(c), userOf(c)
	switch p.config.People.Identity {
	case settings.IdentityFile:
		return p.config.EndUsers.Of(team, user), nil
	case settings.IdentityEmail, settings.IdentityLocal:
		email, err := p.slack.email(ctx, user)
		if errors.Is(err, post.ErrNotFound) || errors.Is(err, post.ErrNoEmail) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		if p.config.People.Identity == settings.IdentityLocal {
			email, _, _ = strings.Cut(email, "@")
		}
		return email, nil
	}
	return "", nil
}

// groups are the groups of the deployment that a Slack user is in: by name, or
// by a user group of Slack.
func (p *people) groups(ctx context.Context, c core.Caller) ([]string, error) {
	all := p.config.Groups.Of(c.Door, c.Name)
	asked := p.config.Groups.SlackGroups()
	for _, g := range p.policy.SlackGroups() {
		asked[g] = append(asked[g], g)
	}
	home := homeOf(c)
	for group, means := range asked {
		team, id, _ := strings.Cut(group, "/")
		if team != home {
			continue
		}
		members, err := p.slack.members(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("who is in Slack's user group %s: %w", group, err)
		}
		for _, m := range members {
			if m == userOf(c) {
				all = append(all, means...)
			}
		}
	}
	return all, nil
}

var errNoBot = errors.New("SLACK_BOT_TOKEN is not set, so nobody can be looked up in Slack")

func (s *slackPosts) email(ctx context.Context, user string) (string, error) {
	if s.bot == nil {
		return "", errNoBot
	}
	return s.bot.Email(ctx, user)
}

func (s *slackPosts) members(ctx context.Context, group string) ([]string, error) {
	if s.bot == nil {
		return nil, errNoBot
	}
	return s.bot.GroupMembers(ctx, group)
}
