// Package slack is a local double of Slack for one app: it sends slash
// commands and button clicks to the app's request URLs, signed as Slack signs
// them, gives out response URLs with Slack's rules, answers the few Web API
// methods that the app may use, and shows what a person would see.
//
// It is stricter than Slack on purpose. What breaks a documented limit, and
// what this double does not know, is refused with the exact reason in the log
// of calls, where Slack would cut it, ignore it, or say "invalid_blocks".
// Where Slack's documentation is silent, the comment beside the rule says so.
package slack

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"stopdesktops/internal/sim/fault"
)

// Defaults of Options. They are samples.
const (
	DefaultAppID      = "A012ABCD0A0"
	DefaultTeamID     = "T012ABCD0"
	DefaultTeamDomain = "example"
)

// CommandDeadline is how long Slack waits for the answer to a slash command or
// a click, counted from its own send: 3000 ms by Slack's documentation.
const CommandDeadline = 3 * time.Second

// Options describes the workspace and the app that is installed there.
type Options struct {
	// SigningSecret is the app's. Required.
	SigningSecret string
	// AppID, TeamID and TeamDomain are the defaults above when empty.
	AppID, TeamID, TeamDomain string
	// EnterpriseID and EnterpriseName are sent only when the workspace is in
	// an Enterprise organisation, which it is not when EnterpriseID is empty.
	EnterpriseID, EnterpriseName string
	// BotToken is what the Web API accepts. Without one it accepts nobody.
	BotToken string
	// Scopes the app was installed with; "commands" and "chat:write" when nil.
	Scopes []string
	// Users, Channels and Groups that exist. Who and what else is named in a
	// command or a click is there too, with its id for a name.
	Users    []User
	Channels []Channel
	Groups   []Group
	// Base is where the response URLs point, for example
	// "http://127.0.0.1:8080"; see SetBase.
	Base string
	// Now is Slack's clock. time.Now when nil.
	Now func() time.Time
	// Wait passes the time of a Slow fault and ends early when the caller
	// hangs up. A real timer when nil.
	Wait func(ctx context.Context, d time.Duration) error
	// Deadline replaces CommandDeadline, for functions that start slowly under
	// the race detector.
	Deadline time.Duration
	// Transport carries the commands and clicks; one of its own when nil.
	Transport http.RoundTripper
}

// User is a person in the workspace, or a stranger from another one.
type User struct {
	ID    string
	Name  string // what follows the @, the id in lower case when empty
	Email string
	// EmailUnconfirmed says that the person has not shown the address to be his.
	EmailUnconfirmed bool
	Locale           string // like "zh-CN", "en-US" when empty
	// TeamID is another workspace's for a stranger of a shared channel. It is
	// Options.TeamID when empty.
	TeamID string
	// EnterpriseID is another organisation's for a stranger.
	EnterpriseID string
}

// Channel is a conversation.
type Channel struct {
	ID      string
	Name    string // the id in lower case when empty
	Private bool
	// Members are the ids of who is in it. Everybody when empty.
	Members []string
	// AppIn says that the app was invited; see Invite.
	AppIn bool
}

// Group is a user group.
type Group struct {
	ID    string
	Users []string
}

// Server is the double. It is safe for concurrent use.
type Server struct {
	o      Options
	client *http.Client

	mu       sync.Mutex
	base     string
	users    map[string]User
	channels map[string]*channel
	hooks    map[string]*hook // by path
	faults   fault.List[Fault]
	calls    []Call
	lastTS   int64         // microseconds; no two messages have one
	changed  chan struct{} // closed and replaced whenever something changes
}

// channel is a conversation with what was said in it, oldest first.
type channel struct {
	Channel
	posts []*Message
}

// New returns a double with empty conversations. It panics without a signing
// secret, because anybody can sign with an empty one.
func New(o Options) *Server {
	if o.SigningSecret == "" {
		panic("slack: Options.SigningSecret is required")
	}
	o.AppID = or(o.AppID, DefaultAppID)
	o.TeamID = or(o.TeamID, DefaultTeamID)
	o.TeamDomain = or(o.TeamDomain, DefaultTeamDomain)
	o.Base = or(o.Base, "https://hooks.slack.com")
	o.Deadline = or(o.Deadline, CommandDeadline)
	if o.Scopes == nil {
		o.Scopes = []string{"commands", "chat:write"}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = fault.Wait
	}
	if o.Transport == nil {
		o.Transport = &http.Transport{MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second}
	}
	s := &Server{
		o: o, base: strings.TrimSuffix(o.Base, "/"),
		// A redirect is an answer like any other: Slack wants a 200.
		client: &http.Client{Transport: o.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		users:  map[string]User{}, channels: map[string]*channel{}, hooks: map[string]*hook{},
		changed: make(chan struct{}),
	}
	for _, u := range o.Users {
		s.users[u.ID] = u
	}
	for _, c := range o.Channels {
		s.channels[c.ID] = &channel{Channel: c}
	}
	return s
}

// SetBase says where this double is reachable, for example
// "http://127.0.0.1:8080". Response URLs given out from then on point there.
func (s *Server) SetBase(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = strings.TrimSuffix(url, "/")
}

// Invite takes the app into a channel, which chat.postMessage needs.
func (s *Server) Invite(channelID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channel(channelID).AppIn = true
}

// Until returns when the condition holds. It is asked again whenever a call
// came in or a message changed. The error is the context's.
func (s *Server) Until(ctx context.Context, condition func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if condition() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// touch wakes whoever waits in Until. The lock is held.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// ServeHTTP answers response URLs and the Web API. The call is in the log
// before the caller can see the answer.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if method, ok := strings.CutPrefix(r.URL.Path, "/api/"); ok {
		s.serveAPI(w, r, method)
		return
	}
	s.serveHook(w, r)
}

// user finds a person, or makes one up. The lock is held.
func (s *Server) user(id string) User {
	u, ok := s.users[id]
	if !ok {
		u.ID = id
	}
	u.Name = or(u.Name, strings.ToLower(id))
	u.Locale = or(u.Locale, "en-US")
	if u.TeamID == "" {
		u.TeamID, u.EnterpriseID = s.o.TeamID, s.o.EnterpriseID
	}
	return u
}

// channel finds a conversation, or makes one up. The lock is held.
func (s *Server) channel(id string) *channel {
	c, ok := s.channels[id]
	if !ok {
		c = &channel{Channel: Channel{ID: id}}
		s.channels[id] = c
	}
	c.Name = or(c.Name, strings.ToLower(id))
	return c
}

// in reports whether a person is in the conversation.
func (c *channel) in(userID string) bool {
	return len(c.Members) == 0 || slices.Contains(c.Members, userID)
}

// or is the first of both that is not zero.
func or[T comparable](a, b T) T {
	var zero T
	if a != zero {
		return a
	}
	return b
}
