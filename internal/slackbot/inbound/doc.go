// Package inbound is what comes from Slack: it proves that a request is Slack's,
// and reads the slash command or the click in it. What was typed, and what a
// button carries, are read by command and button.
//
// Reading order: verify.go, form.go, interaction.go.
package inbound
