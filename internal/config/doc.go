// Package config reads what the deployment says: environment variables and the
// files of the configuration folder. It is read once, at start, and whole: the
// error names every mistake at once, each with its place, what was found there
// and what is allowed. A secret's value is never shown.
//
// Variables() is the list of variables. A variable that looks like one of ours
// and is none of them is a mistake too, because a misspelt name would otherwise
// be passed over in silence. An empty variable counts as one that is not set.
//
// The folder (CONFIG_DIR) holds:
//
//	policy.cedar   who may do what; required
//	timers.yaml    the timers, if there are any
//
// Keys in YAML files are in PascalCase, like the fields of a request, which are
// the cloud's own.
//
// Reading order: load.go, config.go, variable.go, value.go, endpoint.go,
// timers.go, timer.go, schedule.go.
package config
