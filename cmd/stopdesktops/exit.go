package main

import (
	"errors"
	"fmt"

	"stopdesktops/internal/core"
)

// Exit codes. Scripts rely on them, so a code never changes its meaning.
const (
	exitOK        = 0
	exitFailed    = 1
	exitUsage     = 2
	exitDesktops  = 3
	exitRefused   = 4
	exitLeft      = 5
	exitEnded     = 6
	exitNotYet    = 7
	exitInterrupt = 130 // as shells say it: 128 and the number of the signal
)

// exits are the codes as the help lists them.
var exits = []struct {
	code  int
	means string
}{
	{exitOK, "Everything is as wanted."},
	{exitFailed, "The command failed, or a check found mistakes."},
	{exitUsage, "The command is not well-formed; nothing was done."},
	{exitDesktops, "Some desktop failed, or nobody knows how it ended."},
	{exitRefused, "Refused by the policy, a ceiling, or a freeze."},
	{exitLeft, "Some desktop that was named was left alone, or the selection reached none."},
	{exitEnded, "The run was not confirmed, or it was halted, or Ctrl-C ended it."},
	{exitNotYet, "The run is not finished yet."},
	{exitInterrupt, "A second Ctrl-C left a run where it was."},
}

// failure is an error of this program. Its text is short, begins with a small
// letter and has no full stop.
type failure struct {
	code int
	text string // empty: only the code counts, because the result says it all
	hint string // what to do next; may be empty
	err  error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.err }

func usagef(format string, args ...any) error {
	return &failure{code: exitUsage, text: fmt.Sprintf(format, args...)}
}

// coreExits are the exit codes of the core's errors; any other is exitFailed.
var coreExits = map[core.ErrorCode]int{
	core.Invalid:      exitUsage,
	core.TooLarge:     exitUsage,
	core.Forbidden:    exitRefused,
	core.AboveCeiling: exitRefused,
	core.Frozen:       exitRefused,
}

// exitCode is the code of a command that ended with err.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	if f := (*failure)(nil); errors.As(err, &f) {
		return f.code
	}
	if code, known := coreExits[core.CodeOf(err)]; known {
		return code
	}
	return exitFailed
}
