package core

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var alice = Caller{Door: Slack, Name: "T1/U1", Place: "C1"}

// asked takes a Slack request in, as the Slack-facing function does, and makes
// its plan.
func (w *world) asked(t *testing.T, q Request, unasked bool) prepared {
	t.Helper()
	run := w.Keys.RunIDs(Slack, alice.Name, "d1")[0]
	if _, _, err := w.Journal.Claim(t.Context(), RequestRecord{Run: run, At: w.Now(), Caller: alice, Request: q, Unasked: unasked}); err != nil {
		t.Fatal(err)
	}
	p, err := w.Prepare(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	return prepared{p, run}
}

// prepared is what a plan step of a run led to.
type prepared struct {
	Prepared
	run RunID
}

// answer records an answer to a plan and carries the run out.
func (w *world) answer(t *testing.T, p prepared, change func(*Confirm)) Report {
	t.Helper()
	c := Confirm{Run: p.run, At: w.Now(), By: alice, Stop: true, Digest: p.Plan.Digest}
	if change != nil {
		change(&c)
	}
	if _, _, err := w.Journal.PutConfirm(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	w.Me.RequestID = "inv-stop"
	r, err := w.Carry(t.Context(), p.run, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSlackAsksFirst(t *testing.T) {
	w := newWorld(t, running(2)...)
	p := w.asked(t, Request{DesktopId: []string{"ecd-0000", "ecd-0001"}}, false)
	if p.Plan == nil || len(w.cloud.stops) != 0 {
		t.Fatalf("plan %+v, %d calls before anybody answered", p.Plan, len(w.cloud.stops))
	}
	wantCodes(t, w.answer(t, p, nil), map[string]Code{"ecd-0000": Stopped, "ecd-0001": Stopped})
	if len(w.cloud.stops) != 1 || w.cloud.stops[0].RegionId != "cn-hangzhou" {
		t.Errorf("calls %+v", w.cloud.stops)
	}
}

func TestStopJobBeforeTheAnswer(t *testing.T) {
	w := newWorld(t, running(1)...)
	p := w.asked(t, Request{DesktopId: []string{"ecd-0000"}}, false)
	if _, err := w.Carry(t.Context(), p.run, nil); CodeOf(err) != Invalid || len(w.cloud.stops) != 0 {
		t.Errorf("a stop job that nobody answered: %v, %d calls", err, len(w.cloud.stops))
	}
}

func TestAnswersThatStopNothing(t *testing.T) {
	for name, change := range map[string]func(*Confirm){
		"somebody else":  func(c *Confirm) { c.By.Name = "T1/U2" },
		"another place":  func(c *Confirm) { c.By.Place = "C2" },
		"cancelled":      func(c *Confirm) { c.Stop = false },
		"days ago":       func(c *Confirm) { c.At = c.At.Add(-72 * time.Hour) },
		"another digest": func(c *Confirm) { c.Digest = "x" },
		"too late":       func(c *Confirm) { c.At = c.At.Add(ConfirmWithin + time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, running(1)...)
			p := w.asked(t, Request{DesktopId: []string{"ecd-0000"}}, false)
			r := w.answer(t, p, change)
			wantCodes(t, r, map[string]Code{"ecd-0000": NotTried})
			if len(w.cloud.stops) != 0 || r.Note == "" {
				t.Errorf("%d calls, note %q", len(w.cloud.stops), r.Note)
			}
		})
	}
}

func TestPlanThatChangesBeforeTheAnswer(t *testing.T) {
	fleet := running(2)
	fleet[1].Connection = ConnConnected
	connect := func(w *world, id, connection string) {
		d := w.cloud.desktops[id]
		d.Connection = connection
		w.cloud.desktops[id] = d
	}
	t.Run("somebody connects: it drops out", func(t *testing.T) {
		w := newWorld(t, running(2)...)
		p := w.asked(t, Request{DesktopId: []string{"ecd-0000", "ecd-0001"}}, false)
		connect(w, "ecd-0001", ConnConnected)
		wantCodes(t, w.answer(t, p, nil), map[string]Code{"ecd-0000": Stopped, "ecd-0001": Connected})
	})
	t.Run("somebody disconnects: it would join, so it asks again", func(t *testing.T) {
		w := newWorld(t, fleet...)
		p := w.asked(t, Request{DesktopId: []string{"ecd-0000", "ecd-0001"}}, false)
		connect(w, "ecd-0001", ConnDisconnected)
		r := w.answer(t, p, nil)
		wantCodes(t, r, map[string]Code{"ecd-0000": NotTried, "ecd-0001": Connected})
		if r.Next == "" || len(w.queue.jobs) != 1 || w.queue.jobs[0] != r.Next || len(w.cloud.stops) != 0 {
			t.Fatalf("next %q, queued %v, %d calls", r.Next, w.queue.jobs, len(w.cloud.stops))
		}
		again, err := w.Prepare(t.Context(), r.Next)
		if err != nil || again.Plan == nil || len(again.Plan.stops()) != 2 {
			t.Errorf("the new plan: %+v, %v", again.Plan, err)
		}
	})
}

func TestUnasked(t *testing.T) {
	ids := func(n int) Request { return Request{DesktopId: idsOfDesktops(running(n))} }
	w := newWorld(t, running(4)...)
	if p := w.asked(t, ids(3), true); p.Plan == nil {
		t.Error("the policy permits unasked to nobody, and nobody was asked")
	}
	w = newWorld(t, running(4)...)
	w.Permit = allow(ActionSubmit, ActionStop, ActionUnasked)
	if p := w.asked(t, ids(4), true); p.Plan == nil {
		t.Error("four desktops were stopped unasked")
	}
	w = newWorld(t, running(4)...)
	w.Permit = allow(ActionSubmit, ActionStop, ActionUnasked)
	p := w.asked(t, ids(3), true)
	if p.Report == nil || p.Report.Counts[Stopped] != 3 {
		t.Errorf("report %+v", p.Report)
	}
}

func TestNothingToAskAbout(t *testing.T) {
	w := newWorld(t)
	p := w.asked(t, Request{DesktopId: []string{"ecd-gone"}}, false)
	if p.Report == nil {
		t.Fatal("asked about nothing")
	}
	wantCodes(t, *p.Report, map[string]Code{"ecd-gone": NotFound})
}

func TestFoundInTwoRegions(t *testing.T) {
	w := newWorld(t, running(2)...)
	both := twoRegions{w.cloud, map[string][]string{"cn-hangzhou": {"ecd-0000", "ecd-0001"}, "cn-shanghai": {"ecd-0001"}}}
	w.Desktops = both
	p := w.asked(t, Request{DesktopId: []string{"ecd-0000", "ecd-0001"}}, false)
	r := w.answer(t, p, nil)
	wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": Ambiguous})
}

func TestPlanIsShownOnce(t *testing.T) {
	w := newWorld(t, running(1)...)
	p := w.asked(t, Request{DesktopId: []string{"ecd-0000"}}, false)
	if _, err := w.Journal.Mark(t.Context(), p.run, MarkAsked); err != nil {
		t.Fatal(err)
	}
	w.Me.RequestID = "inv-2"
	if again, err := w.Prepare(t.Context(), p.run); err != nil || !again.Asked {
		t.Errorf("a second plan job: %+v, %v", again, err)
	}
}

// TestCancelAfterStop cancels after Stop was recorded and before anything began.
func TestCancelAfterStop(t *testing.T) {
	w := newWorld(t, running(1)...)
	p := w.asked(t, Request{DesktopId: []string{"ecd-0000"}}, false)
	if _, err := w.Journal.Mark(t.Context(), p.run, MarkCancelled); err != nil {
		t.Fatal(err)
	}
	r := w.answer(t, p, nil)
	wantCodes(t, r, map[string]Code{"ecd-0000": NotTried})
	if r.Ending != EndedCancelled || len(w.cloud.stops) != 0 {
		t.Errorf("ending %q, %d calls", r.Ending, len(w.cloud.stops))
	}
}

// TestRefusedAfterAnEarlierAttemptStopped lets an attempt stop one desktop and
// die; what refuses the next attempt must not claim that nothing was stopped.
func TestRefusedAfterAnEarlierAttemptStopped(t *testing.T) {
	for name, refuse := range map[string]func(w *world){
		"the policy changed": func(w *world) { w.Permit = allow(ActionRead) },
		"the role may not look": func(w *world) {
			looks := 0
			w.cloud.lookErr = func() error {
				if looks++; looks == 1 {
					return &CloudError{Class: CloudForbidden, Op: "DescribeDesktops"}
				}
				return nil
			}
		},
		"a desktop would join": func(w *world) {
			d := w.cloud.desktops["ecd-0002"]
			d.Connection = ConnDisconnected
			w.cloud.desktops["ecd-0002"] = d
		},
	} {
		t.Run(name, func(t *testing.T) {
			fleet := running(3)
			fleet[2].Connection = ConnConnected
			w := newWorld(t, fleet...)
			w.Rules.Batch = 1
			p := w.asked(t, Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-0000", "ecd-0001", "ecd-0002"}}, false)
			died := errors.New("the process died")
			w.cloud.lost = func(StopCall) error { w.journal.down = died; return nil }
			w.cloud.stopErr = func(c StopCall) error {
				if c.DesktopId[0] == "ecd-0001" {
					return &CloudError{Class: CloudForbidden}
				}
				return nil
			}
			c := Confirm{Run: p.run, At: w.Now(), By: alice, Stop: true, Digest: p.Plan.Digest}
			if _, _, err := w.Journal.PutConfirm(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			w.Me.RequestID = "inv-stop"
			if _, err := w.Carry(t.Context(), p.run, nil); !errors.Is(err, died) {
				t.Fatalf("the first attempt ended with %v", err)
			}
			w.journal.down, w.cloud.lost, w.cloud.stopErr = nil, nil, nil
			refuse(w)
			w.Me.Retry++
			r, err := w.Carry(t.Context(), p.run, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := codesOf(r)
			if got["ecd-0000"] != Stopped && got["ecd-0000"] != NotPermitted || strings.Contains(r.Note, "Nothing was stopped") {
				t.Errorf("outcomes %v, note %q", got, r.Note)
			}
			if len(r.Outcomes) != 3 {
				t.Errorf("%d outcomes, want 3", len(r.Outcomes))
			}
		})
	}
}

// TestPlanOfNothingThatCouldStopLater: the recorded plan is the upper bound, so
// a run that had nothing to stop ends, whatever changes.
func TestPlanOfNothingThatCouldStopLater(t *testing.T) {
	fleet := running(1)
	fleet[0].Connection = ConnConnected
	w := newWorld(t, fleet...)
	looks := 0
	w.cloud.lookErr = func() error {
		if looks++; looks == 2 {
			d := w.cloud.desktops["ecd-0000"]
			d.Connection = ConnDisconnected
			w.cloud.desktops["ecd-0000"] = d
		}
		return nil
	}
	p := w.asked(t, Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-0000"}}, false)
	if p.Report == nil || len(w.cloud.stops) != 0 {
		t.Fatalf("report %v, %d calls", p.Report, len(w.cloud.stops))
	}
	wantCodes(t, *p.Report, map[string]Code{"ecd-0000": Connected})
}
