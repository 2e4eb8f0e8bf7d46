// Package document reads the YAML files of the configuration folder, so that every
// mistake in them has its line and column and a file is read to its end: what is
// wrong with it comes all at once (package mistake).
//
// It keeps to the part of YAML that reads the same to everybody: one document, no
// anchors, aliases, merges or tags, each key once. A word that nobody knows is
// answered with the nearest one that somebody does.
//
// It knows no file's meaning: that is for the packages beside it, timetable,
// prices, people and senders.
//
// Reading order: document.go, keys.go, names.go, json.go.
package document
