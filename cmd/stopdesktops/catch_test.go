package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/oss"
)

// heard is what a terminal said. A test can wait for words of it.
type heard struct {
	mu   sync.Mutex
	more *sync.Cond
	text bytes.Buffer
	over bool // nothing more comes
}

func newHeard() *heard {
	h := &heard{}
	h.more = sync.NewCond(&h.mu)
	return h
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.more.Broadcast()
	return h.text.Write(p)
}

// wait returns once the words were said, and fails where the command ends
// without them.
func (h *heard) wait(t *testing.T, words string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for !strings.Contains(h.text.String(), words) {
		if h.over {
			t.Fatalf("the command ended and never said %q: %s", words, h.text.String())
		}
		h.more.Wait()
	}
}

// end says that the command is over.
func (h *heard) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
	h.more.Broadcast()
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// sitting is somebody at a terminal, with a fleet behind it.
type sitting struct {
	*world
	t       *terminal
	out     bytes.Buffer
	err     *heard
	signals chan os.Signal
	left    chan int // exit codes of whoever left at once
	code    chan int
	ended   chan struct{}
	skip    atomic.Int64 // how far its clock has gone ahead
}

func sit(t *testing.T, desktops int, env map[string]string) *sitting {
	t.Helper()
	w, err := newWorld()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.gate.open(); w.Close() })
	for i := range desktops {
		if err := w.ECD.Add(ecd.Desktop{Region: "cn-hangzhou", ID: fmt.Sprintf("ecd-%02d", i), Tags: map[string]string{"env": "dev"}}); err != nil {
			t.Fatal(err)
		}
	}
	s := &sitting{world: w, err: newHeard(), signals: make(chan os.Signal), left: make(chan int, 1), code: make(chan int, 1), ended: make(chan struct{})}
	s.t = &terminal{in: strings.NewReader(""), out: &s.out, err: s.err,
		now:     func() time.Time { return time.Now().Add(time.Duration(s.skip.Load())) },
		signals: func() (<-chan os.Signal, func()) { return s.signals, func() {} }, exit: func(code int) { s.left <- code }}
	variables := w.variables()
	maps.Copy(variables, env)
	for name, value := range variables {
		t.Setenv(name, value) // the chain of credentials reads the process's own
		s.t.environ = append(s.t.environ, name+"="+value)
	}
	return s
}

// give gives a command and does not wait for its end.
func (s *sitting) give(args ...string) {
	go func() {
		code := s.t.run(append(args, "--config", "../../config", "--as", "alice"))
		s.err.end()
		close(s.ended)
		s.code <- code
	}()
}

// held waits until the gate holds a call, and fails where the command ends
// without one.
func (s *sitting) held(t *testing.T) {
	t.Helper()
	select {
	case <-s.gate.arrival():
	case <-s.ended:
		t.Fatalf("the command ended without the call: %s", s.err)
	}
}

// press presses Ctrl-C.
func (s *sitting) press(t *testing.T) {
	t.Helper()
	select {
	case s.signals <- os.Interrupt:
	case <-s.ended:
		t.Fatalf("the command ended before Ctrl-C: %s", s.err)
	}
}

// report is the result of a command that was given with --output json.
func (s *sitting) report(t *testing.T) core.Report {
	t.Helper()
	var a struct{ Report core.Report }
	if err := json.Unmarshal(s.out.Bytes(), &a); err != nil {
		t.Fatalf("%v: %s", err, s.out.String())
	}
	return a.Report
}

// called are the ids that a StopDesktops call has named.
func (s *sitting) called() []string {
	var ids []string
	for _, c := range s.ECD.Calls() {
		if c.Operation == "StopDesktops" {
			ids = append(ids, c.Effect...)
		}
	}
	slices.Sort(ids)
	return ids
}

// slowly makes every desktop a call of its own, and the calls come one by one.
var slowly = map[string]string{"ECD_BATCH_SIZE": "1", "ECD_MAX_CONCURRENCY": "1", "ECD_CALLS_PER_SECOND": "1000"}

// TestCtrlCEndsTheRun presses Ctrl-C while the first of twenty calls is on its
// way: the wave that has begun is finished and proven, the rest is not tried, and
// the report says so.
func TestCtrlCEndsTheRun(t *testing.T) {
	s := sit(t, 20, slowly)
	s.gate.hold("StopDesktops")
	s.give("stop", "--region", "cn-hangzhou", "--select", "tag:env=dev", "--yes", "--output", "json")
	s.held(t)
	s.press(t)
	s.err.wait(t, "ending the run before its next step")
	s.gate.open()
	if code := <-s.code; code != exitEnded {
		t.Fatalf("exit %d: %s", code, s.err)
	}
	r := s.report(t)
	if r.Counts[core.Stopped] == 0 || r.Counts[core.NotTried] == 0 || r.Counts[core.Stopped]+r.Counts[core.NotTried] != 20 {
		t.Errorf("outcomes %v", r.Counts)
	}
	for _, o := range r.Outcomes {
		d, _ := s.ECD.Desktop("cn-hangzhou", o.DesktopId)
		if (o.Code == core.Stopped) != (d.Status == ecd.Stopped) || slices.Contains(s.called(), o.DesktopId) != (o.Code == core.Stopped) {
			t.Errorf("%s is %s, and the report says %s", o.DesktopId, d.Status, o.Code)
		}
	}
	if r.Ending != core.EndedHalted || !strings.Contains(r.Note, "halted by terminal:alice: Ctrl-C") {
		t.Errorf("ending %s: %s", r.Ending, r.Note)
	}
}

// TestSecondCtrlCLeaves leaves in the middle, and says where to look.
func TestSecondCtrlCLeaves(t *testing.T) {
	s := sit(t, 2, slowly)
	s.gate.hold("StopDesktops")
	s.give("stop", "--region", "cn-hangzhou", "ecd-00", "ecd-01", "--yes")
	s.held(t)
	s.press(t)
	s.press(t)
	select {
	case code := <-s.left:
		if code != exitInterrupt {
			t.Errorf("exit %d", code)
		}
	case <-s.ended:
		t.Fatalf("nobody left: %s", s.err)
	}
	if said := s.err.String(); !strings.Contains(said, "hint: stopdesktops runs --settle terminal-") {
		t.Errorf("it does not say what to look at: %s", said)
	}
	s.gate.open()
	<-s.code
}

// TestCtrlCAtTheQuestion stops nothing.
func TestCtrlCAtTheQuestion(t *testing.T) {
	s := sit(t, 2, nil)
	in, typing := io.Pipe()
	defer typing.Close()
	s.t.in, s.t.asks = in, true
	s.give("stop", "--region", "cn-hangzhou", "ecd-00", "--output", "json")
	s.err.wait(t, "Type yes: ")
	s.press(t)
	if code := <-s.code; code != exitEnded {
		t.Errorf("exit %d: %s", code, s.err)
	}
	if r := s.report(t); r.Counts[core.NotTried] != 1 || len(s.called()) != 0 {
		t.Errorf("outcomes %v, called %v", r.Counts, s.called())
	}
}

// TestCtrlCBeforeThePlan stops nothing and asks nothing.
func TestCtrlCBeforeThePlan(t *testing.T) {
	s := sit(t, 2, nil)
	s.gate.hold("DescribeDesktops")
	s.t.asks = true
	s.give("stop", "--region", "cn-hangzhou", "ecd-00", "--output", "json")
	s.held(t)
	s.press(t)
	s.err.wait(t, "ending the run")
	s.gate.open()
	if code := <-s.code; code != exitEnded {
		t.Errorf("exit %d: %s", code, s.err)
	}
	if said := s.err.String(); strings.Contains(said, "Type yes") || len(s.called()) != 0 {
		t.Errorf("asked or called: %s %v", said, s.called())
	}
}

// TestJoinersAreNotStopped holds that the plan that was confirmed bounds the run:
// a desktop that joins the selection while the question is open is not stopped,
// and one that somebody has connected to meanwhile is left alone.
func TestJoinersAreNotStopped(t *testing.T) {
	s := sit(t, 2, nil)
	in, typing := io.Pipe()
	s.t.in, s.t.asks = in, true
	s.give("stop", "--region", "cn-hangzhou", "--select", "tag:env=dev", "--output", "json")
	s.err.wait(t, "Stop 2 of 2 desktops as terminal:alice?")
	if err := s.ECD.Add(ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-joined", Tags: map[string]string{"env": "dev"}}); err != nil {
		t.Fatal(err)
	}
	s.ECD.Update("cn-hangzhou", "ecd-01", func(d *ecd.Desktop) { d.Connection = ecd.Connected })
	s.skip.Add(int64(time.Minute)) // the look before the plan is too old to call by
	fmt.Fprintln(typing, "yes")
	if code := <-s.code; code != exitOK {
		t.Errorf("exit %d: %s", code, s.err)
	}
	if got := s.called(); !slices.Equal(got, []string{"ecd-00"}) {
		t.Errorf("called %v", got)
	}
	if r := s.report(t); r.Counts[core.Stopped] != 1 || r.Counts[core.Connected] != 1 {
		t.Errorf("outcomes %v", r.Counts)
	}
}

// TestReportThatCannotBeWritten says that desktops may have stopped, and where to
// look.
func TestReportThatCannotBeWritten(t *testing.T) {
	s := sit(t, 1, nil)
	s.OSS.Fault(oss.Fault{Method: http.MethodPut, KeyContains: "/report", Kind: oss.AccessDenied})
	s.give("stop", "--region", "cn-hangzhou", "ecd-00", "--yes")
	if code := <-s.code; code != exitDesktops {
		t.Errorf("exit %d", code)
	}
	if said := s.err.String(); s.out.Len() > 0 || !strings.Contains(said, "the run could not be finished: ") || !strings.Contains(said, "hint: desktops may have been stopped; look with stopdesktops runs terminal-") {
		t.Errorf("out %q, said %s", s.out.String(), said)
	}
	if got := s.called(); !slices.Equal(got, []string{"ecd-00"}) {
		t.Errorf("called %v", got)
	}
}
