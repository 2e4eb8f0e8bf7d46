package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// clean takes out of a text what could move the cursor or hide something.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) && r != '\n' {
			return '?'
		}
		return r
	}, s)
}

// oneLine cleans a text that must not begin another line either, in which it could
// say what it likes.
func oneLine(s string) string { return strings.ReplaceAll(clean(s), "\n", " ") }

// printLine prints one line of a result. Names come from the cloud, and records
// from doors that somebody may have taken over, so whatever stands in it is cleaned
// here.
func printLine(w io.Writer, format string, args ...any) error {
	_, err := fmt.Fprintln(w, oneLine(fmt.Sprintf(format, args...)))
	return err
}

// escaped writes what clean takes out as JSON does, \u009b for example, so that a
// program reads what was there and a screen does nothing. Between the texts of a
// document only line breaks and spaces stand, which stay.
func escaped(document []byte) []byte {
	out := make([]byte, 0, len(document))
	for rest := document; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		switch {
		case r == '\n', unicode.IsPrint(r) && (r != utf8.RuneError || n > 1):
			out = append(out, rest[:n]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		rest = rest[n:]
	}
	return out
}

// escaping is a writer of JSON whose every Write is whole documents, as a handler
// of slog gives them.
type escaping struct{ to io.Writer }

func (e escaping) Write(document []byte) (int, error) {
	if _, err := e.to.Write(escaped(document)); err != nil {
		return 0, err
	}
	return len(document), nil
}
