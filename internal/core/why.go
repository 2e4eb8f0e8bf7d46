package core

import "time"

// Trace is what decides about one desktop: the facts, each rule's word in
// order, and the verdict.
type Trace struct {
	At      time.Time   `json:"At"`
	Desktop Desktop     `json:"Desktop"`
	Found   bool        `json:"Found"`
	Rules   []TraceRule `json:"Rules"`
	Verdict Entry       `json:"Verdict"`
	// AsSelection is the verdict where a selection, such as a timer's, reached
	// the desktop: it has more reasons to leave it alone.
	AsSelection Entry `json:"AsSelection"`
}

// TraceRule is one rule's word on the desktop.
type TraceRule struct {
	Rule    string `json:"Rule"`              // its name, such as in-use
	Says    string `json:"Says"`              // what it found, in words
	Code    Code   `json:"Code,omitempty"`    // what it would leave the desktop alone with
	Decided bool   `json:"Decided,omitempty"` // this word is the verdict
	// Selections marks a rule that has no word on a desktop named by id.
	Selections bool `json:"Selections,omitempty"`
}
