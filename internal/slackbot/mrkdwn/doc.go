// Package mrkdwn writes Slack's markup, which Slack calls so. What comes from
// outside goes through it: then it mentions nobody, links nowhere and formats
// nothing.
//
// Reading order: escape.go, moment.go.
package mrkdwn
