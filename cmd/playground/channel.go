package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/config"
	"stopdesktops/internal/sim/slack"
)

// Who uses Slack in the playground, and where. config/identity.yaml says that
// the person is alice.
const (
	person  = "U0ALICE01"
	alice   = "alice"
	channel = "C0DESKTOPS"
	nightly = "C0NIGHTLY" // where timers post
)

// workspace is Slack as the playground has it. The app is in the channels where
// it posts by itself, and nobody is in the user groups that a folder names.
func workspace(botToken string, c config.Config) slack.Options {
	o := slack.Options{
		BotToken: botToken, Scopes: []string{"commands", "chat:write", "usergroups:read"},
		Users:    []slack.User{{ID: person, Name: alice}},
		Channels: []slack.Channel{{ID: channel, Name: "desktops"}, {ID: nightly, Name: "nightly", AppIn: true}},
	}
	for group := range c.Groups.SlackGroups() {
		_, id, _ := strings.Cut(group, "/")
		o.Groups = append(o.Groups, slack.Group{ID: id})
	}
	for _, id := range channelsOf(c) {
		if id != nightly {
			o.Channels = append(slices.DeleteFunc(o.Channels, func(known slack.Channel) bool { return known.ID == id }), slack.Channel{ID: id, AppIn: true})
		}
	}
	return o
}

// channelsOf are the channels to which a folder posts, each once.
func channelsOf(c config.Config) (ids []string) {
	for _, t := range c.Timers {
		ids = append(ids, t.Channel)
	}
	for _, s := range c.Senders {
		ids = append(ids, s.Channel)
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
}

// types sends a slash command and waits until what it set off is over.
func (p *playground) types(ctx context.Context, in, text string) error {
	reply, err := p.cloud.Slack.Command(ctx, slack.Command{URL: p.cloud.FC.HTTPURL("slackcmd") + "/slack/command", Text: text, UserID: person, ChannelID: in})
	if err != nil {
		return err
	}
	if reply.Error != "" {
		return fmt.Errorf("the command failed: %s (%s)", reply.Notice, reply.Cause)
	}
	return p.cloud.Drain(ctx)
}

// presses presses the button of the newest message that has it, and waits until
// what it set off is over.
func (p *playground) presses(ctx context.Context, in, action string) error {
	for _, m := range slices.Backward(p.cloud.Slack.Messages(in, person)) {
		if _, ok := m.Button(action); !ok {
			continue
		}
		reply, err := p.cloud.Slack.Click(ctx, slack.Click{URL: p.cloud.FC.HTTPURL("slackcmd") + "/slack/interaction", Message: m.Ref, ActionID: action, UserID: person})
		if err != nil {
			return err
		}
		if reply.Error != "" {
			return fmt.Errorf("the click failed: %s (%s)", reply.Notice, reply.Cause)
		}
		return p.cloud.Drain(ctx)
	}
	return otherwisef("no message in %s has the button %q; run again with -logs to see why", in, action)
}

// read prints what stands in a channel, as the person sees it, behind what was
// printed of it before. It fails where there is nothing new, or where a word
// that is wanted is missing.
func (p *playground) read(in string, wanted ...string) error {
	screen := p.cloud.Slack.Screen(in, person)
	fresh := strings.TrimPrefix(strings.TrimPrefix(screen, p.seen[in]), "\n")
	if fresh == "" {
		return otherwisef("nothing new stands in %s; run again with -logs to see why", in)
	}
	fmt.Fprintln(p.out, indented(shortened(fresh)))
	p.seen[in] = screen
	for _, word := range wanted {
		if !strings.Contains(fresh, word) {
			return otherwisef("%q does not stand in %s", word, in)
		}
	}
	return nil
}

// Lines of the beginning and the end of a message too long for a terminal.
const (
	longMessage = 80
	shownHead   = 12
	shownTail   = 4
)

// shortened leaves the middle of a long message out.
func shortened(s string) string {
	lines := strings.Split(s, "\n")
	if len(lines) <= longMessage {
		return s
	}
	left := fmt.Sprintf("  ... %d lines more ...", len(lines)-shownHead-shownTail)
	return strings.Join(slices.Concat(lines[:shownHead], []string{left}, lines[len(lines)-shownTail:]), "\n")
}

func indented(s string) string { return "   " + strings.ReplaceAll(s, "\n", "\n   ") }
