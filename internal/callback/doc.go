// Package callback tells a ticketing system how its request ended: one HTTP
// call to the URL that the deployment configured, with the proof that the
// receiver wants and a body made from a template.
//
// What comes from outside, the ticket's id above all, never names a host and
// never leaves its place in the URL or in the body. The address of the
// connection that is actually made is checked, so that a name which leads
// inside, or begins to, leads nowhere.
//
// Reading order: callback.go, place.go, proof.go, body.go, fields.go, deliver.go,
// judge.go, guard.go.
package callback
