// Package senders is senders.yaml: who may send webhooks, how each proves who it is,
// what it may ask, which field of a request is where in its body, and how its
// tickets are answered.
//
// The file names the secrets and never holds them: they are variables of the
// deployment, or members of SENDER_SECRETS. How a scheme is checked is for package
// webhook; what a sender of a scheme must say besides is here (agree.go).
//
// Reading order: sender.go, scheme.go, senders_file.go, secrets.go, request.go,
// callback.go, agree.go.
package senders
