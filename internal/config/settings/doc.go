// Package settings is what the deployment says by environment variables. It reads
// no file, so that the function that faces Slack starts without what only the
// configuration folder needs.
//
// Variables() is the list of variables. A variable that looks like one of ours
// and is none of them is a mistake too, because a misspelt name would otherwise
// be passed over in silence. An empty variable counts as one that is not set.
//
// Each group of variables is a struct with a method that lists them, each with
// where its value goes; a program's settings are the groups that it is told
// (settings.go for stopdesktops and the terminal, slack_front.go for slackcmd).
//
// Reading order: settings.go, variable.go, read.go, environment.go, unknown.go,
// value.go.
package settings
