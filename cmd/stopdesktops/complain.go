package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"stopdesktops/internal/core"
)

// complain says what went wrong, whose credentials were used where that matters,
// and what to do next.
func (t *terminal) complain(err error) {
	to := t.adviceOn(err)
	t.explain(err, to.mend != "")
	if to.mend == "" {
		return
	}
	if to.signed != "" {
		t.say("the credentials used come from %s", to.signed)
	}
	t.say("hint: %s", to.mend)
}

// explain says what went wrong. What comes from the core or from records stays on
// the line that it is put on: a second one could say anything in our name. mendable says that there is better advice than to
// try again.
func (t *terminal) explain(err error, mendable bool) {
	if f := (*failure)(nil); errors.As(err, &f) {
		if f.text != "" {
			t.say("%s", f.text)
		}
		if f.hint != "" {
			t.say("hint: %s", oneLine(f.hint))
		}
		return
	}
	e := (*core.Error)(nil)
	if !errors.As(err, &e) {
		t.say("%s", localized(err.Error())) // of this machine: mistakes may be several lines
		return
	}
	t.say("%s", oneLine(begun(said(e.Message, t.zone))))
	for _, f := range e.Fields {
		fmt.Fprintf(t.err, "  %s\n", oneLine(flagOf(f.Field)+" "+said(f.Problem, t.zone)))
	}
	// The cause goes to a log elsewhere. Here the person is who reads it.
	if e.Cause != nil && (e.Code == core.Busy || e.Code == core.Internal) {
		if cause := e.Cause.Error(); !strings.Contains(e.Message, cause) {
			t.say("because: %s", oneLine(localized(cause)))
		}
	}
	if e.Code == core.Busy && !mendable {
		t.say("hint: the same command may work later")
	}
}

// messageOf is what a person here may read of an error.
func messageOf(err error, zone *time.Location) string {
	if e := (*core.CloudError)(nil); errors.As(err, &e) && core.CodeOf(err) == core.Internal {
		return said(e.Error(), zone)
	}
	return said(core.MessageOf(err), zone)
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
