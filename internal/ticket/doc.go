// Package ticket reads a request out of the JSON that a ticketing system sends.
//
// Such systems send a body of their own shape. A Mapping says where in it each
// field of a core.Request is: at a path, or nowhere because it is a constant.
// Paths come from the deployment's configuration only, never from a body.
//
// Nothing missing ever widens a request: a path that leads nowhere is a problem
// and not an empty field, because an empty word of a selection reaches more.
//
// Reading order: document.go, path.go, rule.go, mapping.go, find.go, moment.go.
package ticket
