package main

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"stopdesktops/internal/core"
)

// complain says what went wrong and what to do next.
func (t *terminal) complain(err error) {
	if f := (*failure)(nil); errors.As(err, &f) {
		if f.text != "" {
			t.say("%s", f.text)
		}
		if f.hint != "" {
			t.say("hint: %s", f.hint)
		}
		return
	}
	e := (*core.Error)(nil)
	if !errors.As(err, &e) {
		t.say("%v", err)
		return
	}
	t.say("%s", begun(clean(e.Message)))
	for _, f := range e.Fields {
		fmt.Fprintf(t.err, "  %s %s\n", flagOf(f.Field), clean(f.Problem))
	}
	// The cause goes to a log elsewhere. Here the person is who reads it.
	if e.Cause != nil && (e.Code == core.Busy || e.Code == core.Internal) {
		t.say("because: %s", clean(e.Cause.Error()))
	}
	if e.Code == core.Busy {
		t.say("hint: the same command may work later")
	}
}

// begun is a sentence as it begins behind a colon.
func begun(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[n:])
	if unicode.IsUpper(second) {
		return s // an abbreviation
	}
	return string(unicode.ToLower(first)) + s[n:]
}

// flagNames are the flags by the request's fields.
var flagNames = map[string]string{
	"RegionId": "--region", "DesktopId": "desktop id", "All": "--all", "Grace": "--grace", "MinUptime": "--min-uptime", "Canary": "--canary",
	"MaxFailures": "--max-failures", "Reason": "--reason", "Ticket": "--ticket", "Force": "--force", "StoppedMode": "--stopped-mode", "OsUpdate": "--os-update",
	"Select": "--select", "Except": "--except",
}

// flagOf calls a field of a request what it is called here.
func flagOf(field string) string {
	name, rest := field, ""
	if i := strings.IndexAny(field, ".["); i > 0 {
		name, rest = field[:i], field[i:]
	}
	if f, known := flagNames[name]; known {
		return f + strings.Replace(rest, ".", " ", 1)
	}
	return field
}

// clean takes out of a text what could move the cursor or hide something.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) && r != '\n' {
			return '?'
		}
		return r
	}, s)
}
