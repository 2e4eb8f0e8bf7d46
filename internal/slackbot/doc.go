// Package slackbot is what the product knows of Slack: it proves that a request
// came from Slack, reads the command or the click in it, turns what the core
// found into messages, and posts them.
//
// It decides nothing about desktops and calls no cloud. Whoever faces Slack
// links it, so it imports the core's words and no adapter.
//
// Reading order: identity, mrkdwn, button, command, inbound, message; budget.go,
// post.go, bot.go, people.go.
package slackbot
