// Package ram is a local double of Alibaba Cloud's access control: it hands
// out role credentials that expire and answers whether a key may do an action
// to a resource. The doubles of the other services ask it; the product never
// sees it.
package ram

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"
)

// Errors that Authenticate returns. Each service maps them to its own codes.
var (
	ErrUnknownKey    = errors.New("access key is unknown")
	ErrMissingToken  = errors.New("temporary access key came without its security token")
	ErrTokenMismatch = errors.New("security token does not belong to the access key")
	ErrTokenExpired  = errors.New("security token has expired")
)

// Policy is a RAM policy document, version 1.
type Policy struct {
	Version   string
	Statement []Statement
}

// Statement allows or denies actions on resources. Both lists take "*"
// wildcards, as RAM's do.
type Statement struct {
	Effect   string
	Action   []string
	Resource []string
}

// ParsePolicy reads a RAM policy document. Action and Resource may each be a
// string or a list, as in documents written by hand.
func ParsePolicy(document []byte) (Policy, error) {
	var raw struct {
		Version   string
		Statement []struct {
			Effect   string
			Action   oneOrMany
			Resource oneOrMany
		}
	}
	if err := json.Unmarshal(document, &raw); err != nil {
		return Policy{}, fmt.Errorf("read RAM policy: %w", err)
	}
	if raw.Version != "1" {
		return Policy{}, fmt.Errorf("read RAM policy: Version is %q, want \"1\"", raw.Version)
	}
	p := Policy{Version: raw.Version}
	for _, s := range raw.Statement {
		p.Statement = append(p.Statement, Statement{Effect: s.Effect, Action: s.Action, Resource: s.Resource})
	}
	return p, nil
}

type oneOrMany []string

func (o *oneOrMany) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*o = oneOrMany{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// Credentials are what a role's user receives.
type Credentials struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string // empty for a long-lived user key
	Expires         time.Time
	Role            string
}

// Authority knows every role, user and credential of the local cloud.
// It is safe for concurrent use.
type Authority struct {
	now func() time.Time

	mu     sync.Mutex
	roles  map[string]Policy
	issued map[string]Credentials
}

// New returns an empty authority; now is its clock.
func New(now func() time.Time) *Authority {
	return &Authority{now: now, roles: map[string]Policy{}, issued: map[string]Credentials{}}
}

// SetRole creates a role or replaces its policy.
func (a *Authority) SetRole(name string, p Policy) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.roles[name] = p
}

// AddUser creates a user with a long-lived key.
func (a *Authority) AddUser(name, accessKeyID, secret string, p Policy) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.roles[name] = p
	a.issued[accessKeyID] = Credentials{AccessKeyID: accessKeyID, AccessKeySecret: secret, Role: name}
}

// Issue returns new credentials of a role, valid for ttl.
func (a *Authority) Issue(role string, ttl time.Duration) (Credentials, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.roles[role]; !ok {
		return Credentials{}, fmt.Errorf("issue credentials: role %q does not exist", role)
	}
	c := Credentials{
		AccessKeyID:     "STS." + rand.Text(),
		AccessKeySecret: rand.Text(),
		SecurityToken:   "sim-token-" + rand.Text() + rand.Text(),
		Expires:         a.now().Add(ttl),
		Role:            role,
	}
	a.issued[c.AccessKeyID] = c
	return c, nil
}

// Principal is who a key belongs to.
type Principal struct {
	Credentials
	policy Policy
}

// Authenticate finds the owner of a key. The caller still has to verify the
// signature with the principal's secret before it believes any of it.
func (a *Authority) Authenticate(accessKeyID, securityToken string) (Principal, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, ok := a.issued[accessKeyID]
	switch {
	case !ok:
		return Principal{}, ErrUnknownKey
	case c.SecurityToken != "" && securityToken == "":
		return Principal{}, ErrMissingToken
	case c.SecurityToken != securityToken:
		return Principal{}, ErrTokenMismatch
	case !c.Expires.IsZero() && !a.now().Before(c.Expires):
		return Principal{}, ErrTokenExpired
	}
	return Principal{Credentials: c, policy: a.roles[c.Role]}, nil
}

// Allowed says whether the principal may do the action to the resource: some
// statement allows it and none denies it.
func (p Principal) Allowed(action, resource string) bool {
	allowed := false
	for _, s := range p.policy.Statement {
		if !matchesAny(s.Action, action) || !matchesAny(s.Resource, resource) {
			continue
		}
		if strings.EqualFold(s.Effect, "Deny") {
			return false
		}
		allowed = allowed || s.Effect == "Allow"
	}
	return allowed
}

func matchesAny(patterns []string, s string) bool {
	for _, p := range patterns {
		// path.Match stops "*" at a slash and RAM does not, so slashes are
		// folded away on both sides before matching.
		if ok, err := path.Match(strings.ReplaceAll(p, "/", "\x00"), strings.ReplaceAll(s, "/", "\x00")); err == nil && ok {
			return true
		}
	}
	return false
}

// Expire ends credentials at once, as the cloud does when a session is revoked.
func (a *Authority) Expire(accessKeyID string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c, ok := a.issued[accessKeyID]; ok {
		c.Expires = a.now()
		a.issued[accessKeyID] = c
	}
}

// Secrets lists every secret and token handed out so far, for tests that
// search logs and records for them.
func (a *Authority) Secrets() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []string
	for _, c := range a.issued {
		all = append(all, c.AccessKeySecret)
		if c.SecurityToken != "" {
			all = append(all, c.SecurityToken)
		}
	}
	return all
}
