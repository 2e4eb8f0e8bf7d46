// Package identity is who did something in Slack, and where: the ids that a
// command and a click carry, what each of them looks like, and which
// installations a deployment serves.
//
// Reading order: identity.go, allowed.go.
package identity
