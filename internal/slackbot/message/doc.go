// Package message is what people read in Slack: it turns what the core found into
// messages, each as text that tells the whole story and as blocks, inside Slack's
// limits whatever a run holds. It posts nothing.
//
// Reading order: message.go, group.go; plan.go, progress.go, ended.go, report.go,
// in the order in which a person meets them; ack.go, problems.go, help.go, why.go,
// keep.go, brake.go; forecast.go, morning.go, money.go.
package message
