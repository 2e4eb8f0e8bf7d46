// Package webhook says who sent a webhook, on the bytes as they arrived and
// before anything reads them as JSON.
//
// Each way to prove it is a Scheme in a file of its own. Authenticator holds
// the built-in sender of POST /stop, with the schemes that the deployment has
// secrets for, and the named senders of POST /senders/<name>, each with one
// scheme and secrets of its own. A named sender also says which delivery a
// request is, whether it is fresh, and what it asks.
//
// Reading order: scheme.go, authenticator.go, settings.go, sender.go, key.go,
// and then a scheme: standard.go, hub.go, pagerduty.go, zendesk.go, bearer.go,
// static.go.
package webhook
