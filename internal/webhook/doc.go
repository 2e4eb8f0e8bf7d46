// Package webhook says who sent a webhook, on the bytes as they arrived and
// before anything reads them as JSON.
//
// Each way to prove it is a Scheme in a file of its own. Authenticator holds
// the schemes that the deployment has secrets for, and asks the one whose
// headers a request carries.
package webhook
