package core

import "log/slog"

// hidden is what every attempt to print a Secret shows.
const hidden = "[hidden]"

// Secret is a string that must not reach a log, an error, an answer or a
// record. Printing, logging and marshalling it show "[hidden]"; Reveal is the
// one way to its value, so that a search for Reveal finds every use.
type Secret string

// Reveal returns the value.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) String() string               { return hidden }
func (s Secret) GoString() string             { return hidden }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
