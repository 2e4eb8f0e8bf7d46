package main

import (
	"bytes"
	"errors"
	"flag"
	"slices"
	"strings"
	"testing"
	"unicode"

	"stopdesktops/internal/core"
)

// TestVerdict holds the exit code of every kind of end.
func TestVerdict(t *testing.T) {
	codes := func(all ...core.Code) []core.Outcome {
		var out []core.Outcome
		for _, c := range all {
			out = append(out, core.Outcome{Code: c})
		}
		return out
	}
	for _, c := range []struct {
		ending   core.Ending
		outcomes []core.Outcome
		named    bool
		want     int
	}{
		{"", codes(core.Stopped, core.AlreadyStopped, core.WouldStop), true, exitOK},
		{"", codes(core.Stopped, core.Connected), false, exitOK},
		{"", codes(core.Stopped, core.Connected), true, exitLeft},
		{"", codes(core.NotFound), true, exitLeft},
		{"", codes(core.Stopped, core.Unknown, core.Connected), true, exitDesktops},
		{"", codes(core.Stopped, core.CameBack), false, exitDesktops},
		{"", codes(core.Stopped, core.NotPermitted), true, exitRefused},
		{"", codes(core.Stopped, core.NotPermitted), false, exitOK},
		{"", codes(core.NotPermitted, core.NotPermitted), false, exitRefused},
		{"", codes(core.NotPermitted, core.StillStopping), true, exitDesktops},
		{core.EndedHalted, codes(core.Stopped, core.NotTried), true, exitEnded},
		{core.EndedCeiling, codes(core.NotTried), false, exitRefused},
		{core.EndedFrozen, codes(core.NotTried), false, exitRefused},
		{core.EndedBlind, codes(core.NotTried), false, exitRefused},
		{core.EndedEmpty, nil, false, exitLeft},
		{core.EndedCanary, codes(core.StillStopping, core.NotTried), false, exitDesktops},
		{core.EndedFailures, codes(core.Unknown, core.NotTried), false, exitDesktops},
	} {
		if got := exitCode(verdict(core.Report{Ending: c.ending, Outcomes: c.outcomes}, c.named)); got != c.want {
			t.Errorf("%s %v named=%t: exit %d, want %d", c.ending, c.outcomes, c.named, got, c.want)
		}
	}
}

// TestEveryErrorHasAnExitCode holds those of the core's errors.
func TestEveryErrorHasAnExitCode(t *testing.T) {
	for code, want := range map[core.ErrorCode]int{core.Invalid: 2, core.TooLarge: 2, core.Forbidden: 4, core.AboveCeiling: 4, core.Frozen: 4,
		core.Missing: 1, core.Mismatch: 1, core.Busy: 1, core.Internal: 1, core.TooLate: 1, core.Unauthenticated: 1} {
		if got := exitCode(core.Errorf(code, "x")); got != want {
			t.Errorf("%s: exit %d, want %d", code, got, want)
		}
	}
	if got := exitCode(errors.New("x")); got != exitFailed {
		t.Errorf("exit %d", got)
	}
}

func TestComplaints(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{usagef("which %s", "desktops"), "stopdesktops: which desktops\n"},
		{&failure{text: "a", hint: "b"}, "stopdesktops: a\nstopdesktops: hint: b\n"},
		{&failure{code: exitLeft}, ""},
		{&core.Error{Code: core.Invalid, Message: "It is not valid.", Fields: []core.FieldError{{Field: "Select.Tag[0].Key", Problem: "is required"}, {Field: "MaxFailures", Problem: "is wrong"}}},
			"stopdesktops: it is not valid.\n  --select Tag[0].Key is required\n  --max-failures is wrong\n"},
		{&core.Error{Code: core.Busy, Message: "OSS did not answer.", Cause: errors.New("dial \x1b[2Jtcp")}, "stopdesktops: OSS did not answer.\nstopdesktops: because: dial ?[2Jtcp\nstopdesktops: hint: the same command may work later\n"},
		{&core.Error{Code: core.Forbidden, Message: "No.", Cause: errors.New("hidden")}, "stopdesktops: no.\n"},
	} {
		var said bytes.Buffer
		(&terminal{err: &said}).complain(c.err)
		if said.String() != c.want {
			t.Errorf("said %q, want %q", said.String(), c.want)
		}
	}
}

func TestParseTakesFlagsAnywhere(t *testing.T) {
	for _, c := range []struct {
		args  string
		words []string
		yes   bool
		bad   bool
	}{
		{"", nil, false, false},
		{"a --yes b", []string{"a", "b"}, true, false},
		{"-yes a b", []string{"a", "b"}, true, false},
		{"a -- --yes b", []string{"a", "--yes", "b"}, false, false},
		{"-- a --yes", []string{"a", "--yes"}, false, false},
		{"a b --yes", []string{"a", "b"}, true, false},
		{"a --no", nil, false, true},
	} {
		f := newFlags("x")
		yes := f.Bool("yes", false, "")
		words, err := parse(f, strings.Fields(c.args))
		if !slices.Equal(words, c.words) || *yes != c.yes || (err != nil) != c.bad {
			t.Errorf("%q: %q %t %v", c.args, words, *yes, err)
		}
	}
	if _, err := parse(newFlags("x"), []string{"a", "-h"}); err != flag.ErrHelp {
		t.Errorf("-h: %v", err)
	}
}

// TestTableIsStraight holds columns under wide letters, and that nothing from the
// cloud moves the cursor.
func TestTableIsStraight(t *testing.T) {
	rows := table{heading: []string{"ID", "NAME", "EMPTY", "LAST"}}
	rows.add("ecd-1", "设计", "", "x")
	rows.add("ecd-22", "a\x1b[2Jb\nc", "", "y")
	var out bytes.Buffer
	if err := rows.print(&out); err != nil {
		t.Fatal(err)
	}
	const want = "ID      NAME      LAST\necd-1   设计      x\necd-22  a?[2Jb c  y\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestProgress(t *testing.T) {
	steps := []core.Progress{{Stops: 2}, {Stops: 2}, {Stops: 2, Stopped: 1}}
	for over, want := range map[bool]string{
		false: "stopdesktops: 0 of 2 desktops stopped\nstopdesktops: 1 of 2 desktops stopped\n",
		true:  "\r\x1b[Kstopdesktops: 0 of 2 desktops stopped\r\x1b[Kstopdesktops: 1 of 2 desktops stopped\r\x1b[K",
	} {
		var said bytes.Buffer
		p := progress{w: &said, over: over}
		for _, s := range steps {
			p.show(s)
		}
		p.done()
		p.done()
		if said.String() != want {
			t.Errorf("over=%t: %q", over, said.String())
		}
	}
}

// TestPlanIsCutBeforeTheQuestion shows so many desktops of a big plan and says how
// many more there are.
func TestPlanIsCutBeforeTheQuestion(t *testing.T) {
	var p core.Plan
	for range planShown + 3 {
		p.Entries = append(p.Entries, core.Entry{DesktopId: "ecd-1", Stop: true})
	}
	p.Entries = append(p.Entries, core.Entry{DesktopId: "ecd-2", Code: core.Connected}, core.Entry{DesktopId: "ecd-3", Code: core.Kept}, core.Entry{DesktopId: "ecd-4", Code: core.Kept})
	var out bytes.Buffer
	planTable(&out, p, planShown)
	if n := strings.Count(out.String(), "ecd-1"); n != planShown {
		t.Errorf("%d desktops shown", n)
	}
	if !strings.HasSuffix(out.String(), "and 3 more; --dry-run shows them all\nleft alone: 2 kept, 1 connected\n") {
		t.Errorf("it says %s", out.String())
	}
}

// FuzzClean holds that no text can move the cursor.
func FuzzClean(f *testing.F) {
	f.Add("设计\x1b[2J\u202e\xff\r")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range clean(s) {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%q is left in %q", r, s)
			}
		}
	})
}

// TestEveryCommandHelps holds that each command has a line, a name and a help.
func TestEveryCommandHelps(t *testing.T) {
	for _, make := range commands {
		c := make()
		code, out, complaints := call(t, append(strings.Fields(c.name), "--help")...)
		if code != exitOK || complaints != "" || !strings.HasPrefix(out, c.what+"\n\nusage: stopdesktops "+c.name) {
			t.Errorf("%s --help: exit %d, %q, %q", c.name, code, out, complaints)
		}
		if !strings.Contains(out, c.more) {
			t.Errorf("%s --help does not say all of its text as it is written, with the indent of each line:\n%s", c.name, out)
		}
		if c.what == "" || !strings.HasSuffix(c.what, ".") {
			t.Errorf("%s: %q is no sentence", c.name, c.what)
		}
	}
}
