package post

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stopdesktops/internal/pattern"
	"stopdesktops/internal/slackbot/identity"
)

// How a look-up in Slack can fail. Whoever asks denies on every one of them; the
// words in the error are for the log and say what to put right.
var (
	ErrNotFound    = errors.New("no such person or user group in Slack")
	ErrNoEmail     = errors.New("the person has no confirmed e-mail address that Slack shows")
	ErrScope       = errors.New("the app lacks a scope")
	ErrRefused     = errors.New("the look-up is refused by Slack")
	ErrUnavailable = errors.New("no answer from Slack")
)

// scopeEmail is the scope without which Slack leaves the address out, and says
// nothing of it.
const scopeEmail = "users:read.email"

// headerScopes lists the scopes of the token that made a call.
const headerScopes = "X-OAuth-Scopes"

// maxEmail is the longest address there is (RFC 5321, section 4.5.3.1).
const maxEmail = 254

// Email returns a user's e-mail address in small letters (users.info, scopes
// users:read and users:read.email). An address that its owner has not confirmed
// is none: anybody may claim one. The error is one of ErrNotFound, ErrNoEmail,
// ErrScope, ErrRefused and ErrUnavailable.
func (b *Bot) Email(ctx context.Context, user string) (string, error) {
	if !identity.UserID.MatchString(user) {
		return "", fmt.Errorf("look up the e-mail address: %w: the id is not of Slack's form", ErrNotFound)
	}
	var reply struct {
		User struct {
			ID        string `json:"id"`
			Confirmed *bool  `json:"is_email_confirmed"`
			Profile   struct {
				Email string `json:"email"`
			} `json:"profile"`
		} `json:"user"`
	}
	header, err := b.ask(ctx, methodUser, url.Values{"user": {user}}, &reply)
	switch {
	case err != nil:
		return "", fmt.Errorf("look up the e-mail address of %s: %w", user, err)
	case reply.User.ID != user:
		return "", fmt.Errorf("look up the e-mail address of %s: %w: the answer is about somebody else", user, ErrUnavailable)
	case reply.User.Profile.Email == "" && header.Get(headerScopes) != "" && !slices.Contains(scopes(header), scopeEmail):
		return "", fmt.Errorf("look up the e-mail address of %s: %w: add %s to the app's scopes and reinstall it", user, ErrScope, scopeEmail)
	}
	email := strings.ToLower(strings.TrimSpace(reply.User.Profile.Email))
	if name, host, ok := strings.Cut(email, "@"); !ok || name == "" || host == "" || len(email) > maxEmail || reply.User.Confirmed != nil && !*reply.User.Confirmed {
		return "", fmt.Errorf("look up the e-mail address of %s: %w", user, ErrNoEmail)
	}
	return email, nil
}

// GroupMembers returns the ids of the people in a user group
// (usergroups.users.list, scope usergroups:read, paid plans only). A group may be
// empty. The error is one of ErrNotFound, ErrScope, ErrRefused and
// ErrUnavailable.
func (b *Bot) GroupMembers(ctx context.Context, group string) ([]string, error) {
	if !identity.GroupID.MatchString(group) {
		return nil, fmt.Errorf("look up a user group: %w: the id is not of Slack's form, S and capital letters and digits", ErrNotFound)
	}
	var reply struct {
		Users *[]string `json:"users"`
	}
	if _, err := b.ask(ctx, methodGroup, url.Values{"usergroup": {group}}, &reply); err != nil {
		return nil, fmt.Errorf("look up user group %s: %w", group, err)
	}
	if reply.Users == nil || slices.ContainsFunc(*reply.Users, func(id string) bool { return !identity.UserID.MatchString(id) }) {
		return nil, fmt.Errorf("look up user group %s: %w: the answer lists no users of Slack's form", group, ErrUnavailable)
	}
	return *reply.Users, nil
}

// ask calls a method that changes nothing, again where it may work then, and
// reads its answer. Such methods take forms only.
func (b *Bot) ask(ctx context.Context, method string, form url.Values, into any) (http.Header, error) {
	var last *answer
	result := repeat(ctx, 1, func(ctx context.Context) attempt {
		got, a := b.call(ctx, method, "application/x-www-form-urlencoded", []byte(form.Encode()))
		last = got
		a.Used = 0 // Asking twice does no harm.
		a.Retry = a.Retry || got != nil && slices.Contains(passing, errorWord(got.body))
		return a
	})
	if !result.Posted {
		word := ""
		if last != nil {
			word = errorWord(last.body)
		}
		return nil, lookupError(word, last, result)
	}
	if err := json.Unmarshal(last.body, into); err != nil {
		return nil, fmt.Errorf("%w: the answer is not of Slack's form", ErrUnavailable)
	}
	return last.header, nil
}

// What Slack says, in its reference of the two methods.
var (
	passing = []string{"internal_error", "fatal_error", "request_timeout", "service_unavailable", "ratelimited"}
	unknown = []string{"user_not_found", "user_not_visible", "no_such_subteam"}
)

// scopeName is the shape of a scope, such as users:read.email.
var scopeName = pattern.Upto(64, `^[a-z]+([.:_][a-z]+)*$`)

// lookupError is a failed look-up as one of our errors. It holds words of
// Slack's and nothing else that came.
func lookupError(word string, last *answer, result Result) error {
	switch {
	case slices.Contains(unknown, word):
		return fmt.Errorf("%w: %s", ErrNotFound, word)
	case word == "missing_scope":
		var said struct {
			Needed string `json:"needed"`
		}
		// Without the word there is still the error.
		if json.Unmarshal(last.body, &said) == nil && scopeName.MatchString(said.Needed) {
			return fmt.Errorf("%w: add %s to the app's scopes and reinstall it", ErrScope, said.Needed)
		}
		return ErrScope
	case result.Retry || word == "":
		return fmt.Errorf("%w: %s", ErrUnavailable, result.Reason)
	}
	return fmt.Errorf("%w: %s", ErrRefused, word)
}

// scopes are those of the token, as Slack lists them beside every answer.
func scopes(h http.Header) []string {
	list := strings.Split(h.Get(headerScopes), ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}
