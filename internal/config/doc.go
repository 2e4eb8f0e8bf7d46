// Package config is what the deployment says: the variables (package settings)
// and the files of the configuration folder. It is read once, at start, and
// whole: the error (package mistake) names every mistake at once, each with its
// place, what was found there and what is allowed. A secret's value is never
// shown.
//
// The folder (CONFIG_DIR) holds the files below. The package in brackets says what a
// file means and reads it; here the files are loaded and held to each other and to
// the variables.
//
//	policy.cedar       who may do what; required (the module's package policy)
//	timers.yaml        timers, and schedules that desktops choose by tag (timetable)
//	calendars/*.yaml   holidays and make-up workdays (timetable)
//	prices.yaml        what an hour of each desktop type costs (prices)
//	identity.yaml      which Slack user is which end user (people)
//	groups.yaml        who is an operator, on call, an owner, of the help desk (people)
//	senders.yaml       who may send webhooks (senders)
//
// Those packages read YAML by package document. Its keys are in PascalCase, like the
// fields of a request, which are the cloud's own.
//
// Arrows run one way: config imports them all, prices imports timetable for its
// zone and calendar, and otherwise they do not know each other.
//
// Reading order: load.go, config.go, folder.go, warnings.go, terminal.go,
// belongs.go; then package document, and of the others the one that you need.
package config
