package senders

import (
	"maps"
	"slices"
	"strings"
)

// What a scheme proves.
const (
	provesAll    = "id, time and body"
	provesTime   = "time and body"
	provesBody   = "the body"
	provesSecret = "whoever holds the secret"
)

// traits are what is true of every sender of a scheme.
type traits struct {
	proves string
	header bool // the deployment names the header
	fixed  bool // the system's body is its own
}

var schemes = map[string]traits{
	"standard-webhooks": {proves: provesAll},
	"zendesk":           {proves: provesTime},
	"github":            {proves: provesBody, fixed: true},
	"jira-cloud":        {proves: provesBody, fixed: true},
	"pagerduty":         {proves: provesBody, fixed: true},
	"sha256":            {proves: provesBody, header: true},
	"header":            {proves: provesSecret, header: true},
	"gitlab":            {proves: provesSecret},
	"bearer":            {proves: provesSecret},
	"basic":             {proves: provesSecret},
}

// Schemes are the names that Scheme can have, in alphabetical order.
func Schemes() []string { return slices.Sorted(maps.Keys(schemes)) }

func wantScheme() string { return "one of " + strings.Join(Schemes(), ", ") }
