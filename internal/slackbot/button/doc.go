// Package button is the buttons under our messages: which there are, where each
// stands, and what it carries. A value is signed, so that whoever reads a click
// knows that we made its button, for whom and for what.
//
// Reading order: action.go, signed.go; plan.go, halt.go, keep.go.
package button
