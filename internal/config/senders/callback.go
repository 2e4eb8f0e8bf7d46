package senders

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/settings"
)

// callback reads how the ticket is answered.
func (s *reader) callback(n *yaml.Node) *Callback {
	fields := s.Fields(n, wantCallback, "URL", "Method", "Auth", "Header", "Secrets", "Ticket", "Body")
	if fields == nil {
		return nil
	}
	c := &Callback{}
	if u := s.Required(n, fields, "URL", wantURL); u != nil {
		c.URL = s.callbackURL(u)
	}
	if m, ok := fields["Method"]; ok {
		s.text(m, func(t string) bool { return slices.Contains([]string{"POST", "PUT", "PATCH"}, t) }, "one of POST, PUT, PATCH", &c.Method)
	}
	auth := s.Required(n, fields, "Auth", wantAuth)
	if auth != nil && !slices.Contains([]string{"standard-webhooks", "header", "bearer", "basic"}, auth.Value) {
		s.Wrong(auth, wantAuth)
	} else if auth != nil {
		c.Auth = auth.Value
		c.Header = s.header(n, fields, c.Auth == "header", "Auth "+c.Auth)
	}
	if v := s.Required(n, fields, "Secrets", wantSecrets); v != nil {
		c.Secrets, c.SecretsAt = s.secrets(v)
		if c.Auth != "" && c.Auth != "standard-webhooks" && len(v.Content) > 1 {
			s.Add(v, fmt.Sprintf("%d variables", len(v.Content)), "one: only standard-webhooks can prove itself by several at once")
		}
	}
	if v := s.Required(n, fields, "Ticket", "the path of the ticket's id in the sender's body"); v != nil {
		c.Ticket = s.path(v, "")
	}
	if v := s.Required(n, fields, "Body", "the template of the answer"); v != nil {
		s.text(v, func(t string) bool { return strings.TrimSpace(t) != "" && len(t) <= maxCallbackBody },
			fmt.Sprintf("the template of the answer, of at most %d bytes", maxCallbackBody), &c.Body)
	}
	return c
}

// callbackURL checks where an answer goes. The host is the deployment's own
// word; nothing of a ticket is ever part of it.
func (s *reader) callbackURL(n *yaml.Node) string {
	u, err := url.Parse(n.Value)
	switch {
	case n.Kind == yaml.ScalarNode && strings.ContainsAny(n.Value, "@#"):
		s.Add(n, "a URL with a user or a fragment, which is not shown", wantURL)
	case n.Kind != yaml.ScalarNode || err != nil || u.Hostname() == "" || u.Opaque != "" || u.Scheme != "https" && (u.Scheme != "http" || !settings.Loopback(u)):
		s.Wrong(n, wantURL)
	case len(s.Hosts) == 0 && s.leftOut("CALLBACK_HOSTS"):
	case !slices.Contains(s.Hosts, strings.ToLower(u.Host)):
		allowed := "a host that callbacks may go to, and none is allowed"
		if len(s.Hosts) > 0 {
			allowed = "a host that callbacks may go to: " + strings.Join(s.Hosts, ", ")
		}
		s.Add(n, "the host "+mistake.Quote(u.Host), allowed)
	default:
		return n.Value
	}
	return ""
}
