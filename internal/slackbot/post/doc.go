// Package post brings messages to Slack: to the response URL of a command or a
// click, which bears five uses, or as the app's bot, which also looks people up.
// It posts to configured places only, and says how each post ended.
//
// Reading order: origin.go, budget.go, uses.go, post.go; bot.go, people.go.
package post
