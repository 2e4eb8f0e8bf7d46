package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// TestWhileTheQuestionStands lets somebody else act while the operator thinks about
// the plan: the yes that comes then no longer stops anything.
func TestWhileTheQuestionStands(t *testing.T) {
	for name, c := range map[string]struct {
		elsewhere []string // given at another terminal
		ending    core.Ending
		note      string
	}{
		"everything is frozen": {[]string{"freeze", "--as", "bob", "1h", "release", "night"}, core.EndedFrozen, "frozen by terminal:bob"},
		"the run is halted":    {[]string{"halt", "--as", "bob", "RUN", "wrong", "machines"}, core.EndedHalted, "halted by terminal:bob: wrong machines"},
		"the run is settled":   {[]string{"runs", "--settle", "--as", "alice", "RUN"}, "", "nothing more was stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sit(t, 3, nil)
			in, typing := io.Pipe()
			defer typing.Close()
			s.t.in, s.t.asks = in, true
			s.give("stop", "--region", "cn-hangzhou", "--select", "tag:env=dev", "--output", "json")
			s.err.wait(t, "Type yes")
			args := strings.Fields(strings.ReplaceAll(strings.Join(c.elsewhere, " "), "RUN", s.recorded(t)))
			var out, complaints bytes.Buffer
			other := &terminal{in: strings.NewReader(""), out: &out, err: &complaints, environ: s.t.environ, now: s.t.now}
			if code := other.run(append(args, "--config", "../../config")); code != exitOK && code != exitDesktops {
				t.Fatalf("%v: exit %d: %s", args, code, complaints.String())
			}
			io.WriteString(typing, "yes\n")
			<-s.code
			if len(s.called()) > 0 {
				t.Errorf("%v were called", s.called())
			}
			if r := s.report(t); r.Ending != c.ending || !strings.Contains(r.Note, c.note) {
				t.Errorf("ending %q: %s", r.Ending, r.Note)
			}
		})
	}
}

// recorded is the run that the bucket knows of.
func (s *sitting) recorded(t *testing.T) string {
	t.Helper()
	for key := range s.OSS.Objects() {
		if run := masks[0].of.FindString(key); run != "" {
			return run
		}
	}
	t.Fatal("no run is recorded")
	return ""
}
