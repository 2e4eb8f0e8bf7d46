// Package people is who somebody is to this deployment: in which of the policies'
// groups (groups.yaml), and which Slack user is which end user (identity.yaml).
//
// Reading order: identity.go, groups.go.
package people
