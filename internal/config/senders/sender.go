package senders

import (
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/ticket"
)

// Sender is one sender of senders.yaml. Its route is POST /senders/<Name>.
type Sender struct {
	Name    string
	Scheme  string
	Header  string        // of scheme sha256 or header
	Secrets []core.Secret // the live ones
	May     []string

	SecretsAt []SecretAt // of each of Secrets

	Delivery  string // Idempotency-Key, a path of the body, or empty
	Freshness string // path of a time in the body, or empty
	Request   ticket.Mapping

	Channel    string // Slack channel of its reports, or empty
	CostCentre string
	Callback   *Callback

	// Incomplete says that a variable of it is not set here; see World.Absent.
	Incomplete bool
}

// Callback is how the ticket is answered.
type Callback struct {
	URL     string // its host is one of the allowed ones; the path may hold the template's braces
	Method  string // POST, PUT or PATCH; empty is POST
	Auth    string // standard-webhooks, header, bearer or basic
	Header  string // of header
	Secrets []core.Secret
	Ticket  string // path of the ticket's id in the sender's body
	Body    string // template

	SecretsAt []SecretAt // of each of Secrets
}

// SecretAt is by which name a secret goes, and where the file says so.
type SecretAt struct {
	Name   string
	Where  string // file:line:column
	Shared bool   // it stands in SENDER_SECRETS, and is no variable of its own
}

// actions are what a sender may ask; those that change something come first.
var actions = []string{"stop", "halt", "freeze", "preview", "read", "why"}

const (
	idempotencyKey = "Idempotency-Key"
	builtIn        = "webhook"

	// maxCallbackBody is the most bytes of a template: a ticket's comment is
	// shorter.
	maxCallbackBody = 16 << 10
)

var (
	headerShape = pattern.Name{Most: 64, First: "A-Za-z", Rest: "A-Za-z0-9-"}
	secretShape = settings.SecretName
)

// platformNames begin variables of the platform. A sender that named one of them
// for its secret would give away what it protects; so would one of our own.
var platformNames = []string{"ALIBABA_CLOUD_", "FC_"}

const (
	wantSenders    = "Senders: and a list of senders"
	wantSenderList = "a list of senders, or [] for none"
	wantSender     = "a sender: Name, Scheme, Header, Secrets, May, Delivery, Freshness, Request, Channel, CostCentre, Callback"
	wantSecrets    = "a list of the names of environment variables that hold its live secrets, such as [TICKETS_SECRET]"
	wantSecretName = "the name of an environment variable, or of a secret in SENDER_SECRETS: up to 64 capitals, digits and underscores, beginning with a letter"
	wantMay        = "a list of stop, halt, freeze, preview, read, why"
	wantHeader     = "the name of a header: up to 64 letters, digits and dashes, beginning with a letter"
	wantMapping    = "fields of a request, each with a path or a constant such as =StopCharging"
	wantRule       = "a path, a constant behind an equal sign, or Path with Find or Optional"
	wantCallback   = "a callback: URL, Method, Auth, Header, Secrets, Ticket, Body"
	wantAuth       = "one of standard-webhooks, header, bearer, basic"
	wantURL        = "an https URL without user and fragment, or http on a literal loopback address"
)
