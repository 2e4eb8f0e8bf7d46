// Package command reads what somebody typed behind /stop-desktop: which desktops,
// how, and why, or another wish than a stop; and writes it again, so that it can
// be repeated. What cannot be taken as it is becomes a problem with the way to put
// it right. It asks no cloud and knows no desktop.
//
// Reading order: command.go, word.go, choosing.go, verb.go; repair.go, mentions.go
// and token.go, which undo what Slack and keyboards do to a text; reader.go,
// selecting.go, until.go, value.go, untagged.go, mistyped.go; help.go.
package command
