package post

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/hosts"
	"stopdesktops/internal/pattern"
)

// DefaultOrigins are where Slack and GovSlack take posts to a response_url.
var DefaultOrigins = []string{"https://hooks.slack.com", "https://hooks.slack-gov.com"}

// Origins are the places that may be posted to. What comes from outside never
// names another one.
type Origins struct{ allowed map[string]bool }

// wantOrigin is what every origin must be.
const wantOrigin = "want https://<host>, or http:// before a literal loopback address such as 127.0.0.1, with nothing behind the host but a port"

// ParseOrigins checks configured origins. Each joined error is one mistake.
func ParseOrigins(list []string) (Origins, error) {
	if len(list) == 0 {
		return Origins{}, errors.New("no origin for Slack's response URLs: nothing could be posted")
	}
	o := Origins{map[string]bool{}}
	var faults []error
	for i, s := range list {
		origin, err := parseOrigin(s)
		switch {
		case err != nil:
			faults = append(faults, fmt.Errorf("origin %d %w", i+1, err))
		case o.allowed[origin]:
			faults = append(faults, fmt.Errorf("origin %d, %q, is there twice; give each once", i+1, origin))
		}
		o.allowed[origin] = true
	}
	return o, errors.Join(faults...)
}

func parseOrigin(s string) (string, error) {
	// What looks as if it held a password or a token is not shown.
	if strings.ContainsAny(s, "@?#") {
		return "", errors.New("holds a user, a query or a fragment and is not shown: " + wantOrigin)
	}
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" || u.Hostname() == "" || u.Path != "" && u.Path != "/" ||
		u.Scheme != "https" && (u.Scheme != "http" || !hosts.IsLoopback(u.Hostname())) || !hosts.GoodPort(u) {
		return "", fmt.Errorf("is %.60q: %s", s, wantOrigin)
	}
	return originOf(u), nil
}

func originOf(u *url.URL) string { return u.Scheme + "://" + strings.ToLower(u.Host) }

// hookPath is the path of a response URL: of commands, of clicks, of shortcuts.
// It has no dots, so it leads nowhere else.
var hookPath = pattern.Upto(500, `^/(commands|actions|app)(/[A-Za-z0-9_-]+)+$`)

// maxURL is far above the 100 characters of a response URL.
const maxURL = 1000

// errNotSlacks is why a URL is refused. It quotes nothing of it.
var errNotSlacks = errors.New("the response URL is not one of Slack's, or not one of the configured origins")

// Check says whether a response URL may be posted to. The error holds nothing
// of the URL.
func (o Origins) Check(responseURL core.Secret) error {
	s := responseURL.Reveal()
	if len(s) > maxURL {
		return errNotSlacks
	}
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#") ||
		!o.allowed[originOf(u)] || !hookPath.MatchString(u.EscapedPath()) {
		return errNotSlacks
	}
	return nil
}
