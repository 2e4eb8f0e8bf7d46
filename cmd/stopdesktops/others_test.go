package main

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// bob gives a command at another terminal, waits for its end and returns what it said.
func (s *sitting) bob(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	other := &terminal{in: strings.NewReader(""), out: &out, err: &complaints, environ: s.t.environ, now: s.t.now}
	if code := other.run(append(args, "--config", "../../config", "--as", "bob")); code != exitOK {
		t.Fatalf("%v: exit %d: %s", args, code, complaints.String())
	}
	return out.String()
}

// run is the run that the terminal said has begun.
func (s *sitting) run(t *testing.T) string {
	t.Helper()
	run := masks[0].of.FindString(s.err.String())
	if run == "" {
		t.Fatalf("it did not say which run it is: %s", s.err)
	}
	return run
}

// TestFreezeComesBeforeTheQuestion freezes everything while the plan is made:
// nobody is asked about a plan that may not be carried out.
func TestFreezeComesBeforeTheQuestion(t *testing.T) {
	s := sit(t, 1, nil)
	in, typing := io.Pipe()
	defer typing.Close()
	s.t.in, s.t.asks = in, true
	s.gate.hold("DescribeDesktops")
	s.give("stop", "--region", "cn-hangzhou", "ecd-00", "--output", "json")
	s.held(t)
	s.bob(t, "freeze", "1h", "release", "night")
	s.gate.open()
	go io.WriteString(typing, "yes\n") // were it asked, it would be told to go on
	if code := <-s.code; code != exitRefused {
		t.Errorf("exit %d: %s", code, s.err)
	}
	if said := s.err.String(); strings.Contains(said, "Type yes") || len(s.called()) > 0 {
		t.Errorf("asked or called: %s %v", said, s.called())
	}
	if r := s.report(t); r.Ending != core.EndedFrozen || !strings.Contains(r.Note, "frozen by terminal:bob") {
		t.Errorf("ending %s: %s", r.Ending, r.Note)
	}
}

// TestHaltFromAnotherTerminal halts a run in its first step: what has begun is
// proven, the rest is not tried, and the report says by whom and why.
func TestHaltFromAnotherTerminal(t *testing.T) {
	s := sit(t, 20, slowly)
	s.gate.hold("StopDesktops")
	s.give("stop", "--region", "cn-hangzhou", "--select", "tag:env=dev", "--yes", "--output", "json")
	s.held(t)
	for _, again := range [][]string{{"wrong", "machines"}, {"me", "too"}} { // the first halt counts
		if said, want := s.bob(t, append([]string{"halt", s.run(t)}, again...)...), "run "+s.run(t)+" is halted by terminal:bob: wrong machines; it ends before its next step\n"; said != want {
			t.Errorf("it says %q, want %q", said, want)
		}
	}
	s.gate.open()
	if code := <-s.code; code != exitEnded {
		t.Errorf("exit %d: %s", code, s.err)
	}
	r := s.report(t)
	if r.Ending != core.EndedHalted || !strings.Contains(r.Note, "halted by terminal:bob: wrong machines") {
		t.Errorf("ending %s: %s", r.Ending, r.Note)
	}
	if r.Counts[core.Stopped] == 0 || r.Counts[core.NotTried] == 0 || r.Counts[core.Stopped]+r.Counts[core.NotTried] != 20 {
		t.Errorf("outcomes %v", r.Counts)
	}
	for _, o := range r.Outcomes {
		d, _ := s.ECD.Desktop("cn-hangzhou", o.DesktopId)
		if (o.Code == core.Stopped) != (d.Status == ecd.Stopped) || slices.Contains(s.called(), o.DesktopId) != (o.Code == core.Stopped) {
			t.Errorf("%s is %s, and the report says %s", o.DesktopId, d.Status, o.Code)
		}
	}
}
