// Package config is what the deployment says: the variables (package settings)
// and the files of the configuration folder. It is read once, at start, and
// whole: the error (package mistake) names every mistake at once, each with its
// place, what was found there and what is allowed. A secret's value is never
// shown.
//
// The folder (CONFIG_DIR) holds:
//
//	policy.cedar       who may do what; required
//	timers.yaml        the timers, and the schedules that desktops choose by tag
//	calendars/*.yaml   holidays and make-up workdays
//	prices.yaml        what an hour of each desktop type costs
//	identity.yaml      which Slack user is which end user
//	groups.yaml        who is an operator, on call, an owner, of the help desk
//	senders.yaml       who may send webhooks
//
// Keys in YAML files are in PascalCase, like the fields of a request, which are
// the cloud's own.
//
// Reading order: load.go, config.go, folder.go, package document, package
// timetable.
package config
