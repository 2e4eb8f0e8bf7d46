package core

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestSettledWhileItLives: news of a death that is none, with the holder as the
// attempt's record names it. The report that is written then says that nothing
// more was stopped, and so nothing is.
func TestSettledWhileItLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(3)...)
		i := Instant{Timer: "nightly", At: time.Now(), Request: ask("ecd-0000", "ecd-0001", "ecd-0002")}
		told := false
		w.cloud.lookErr = func() error {
			if told {
				return nil
			}
			told = true
			a, err := w.Journal.Attempt(t.Context(), w.RunOf(i), 1)
			if err != nil {
				t.Fatal(err)
			}
			other := *w.Runner
			other.Me = Invocation{RequestID: "another", Deadline: time.Now().Add(time.Minute)}
			if r, err := other.Settle(t.Context(), w.RunOf(i), a.Holder); err != nil || r.Counts[NotTried] != 3 {
				t.Errorf("settled: %v, %v", r.Counts, err)
			}
			return nil
		}
		r, err := w.Tick(t.Context(), i)
		if err != nil || r.Counts[NotTried] != 3 || len(w.cloud.stops) > 0 {
			t.Errorf("%v, %v; %d calls", r.Counts, err, len(w.cloud.stops))
		}
	})
}

// TestDeathOfOneWhoWaited: an invocation that only waited for the holder of a run
// dies for good. The run goes on, and its report is the holder's.
func TestDeathOfOneWhoWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(60)...)
		w.Rules.Batch = 2
		slowly(w, time.Second)
		w.Queue = nil // so that one invocation does it all
		deadline := time.Now().Add(10 * time.Minute)
		ctx, cancel := contextWithDeadline(t, deadline)
		defer cancel()
		w.Me = Invocation{RequestID: "inv-1", Deadline: deadline}
		i := Instant{Timer: "nightly", At: time.Now(), Request: ask(idsOfDesktops(running(60))...)}
		other := *w.Runner
		other.Me = Invocation{RequestID: "undertaker", Deadline: deadline}
		settled := make(chan Report, 1)
		go func() {
			time.Sleep(5 * time.Second) // in the bubble's time
			r, err := other.Settle(ctx, w.RunOf(i), "inv-2")
			if err != nil {
				t.Error(err)
			}
			settled <- r
		}()
		r, err := w.Tick(ctx, i)
		if err != nil || r.Counts[Stopped] != 60 || r.Ending != "" {
			t.Errorf("%v, ending %q, %v", r.Counts, r.Ending, err)
		}
		if s := <-settled; s.Counts[Stopped] != 60 {
			t.Errorf("settled: %v", s.Counts)
		}
	})
}

// TestAReportThatWasThereFirst: the first report of a run counts, and the audit has
// all the same what was stopped.
func TestAReportThatWasThereFirst(t *testing.T) {
	w := newWorld(t, running(2)...)
	var said bytes.Buffer
	w.Log = slog.New(slog.NewTextHandler(&said, nil))
	a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000", "ecd-0001")))
	if err != nil {
		t.Fatal(err)
	}
	w.journal.reports[a.Run] = Report{Run: a.Run, Caller: Caller{Door: Webhook, Name: "x"}, Attempt: 1, Counts: map[Code]int{Connected: 2},
		Outcomes: []Outcome{{DesktopId: "ecd-0000", Code: Connected}, {DesktopId: "ecd-0001", Code: Connected}}}
	if _, err := w.Carry(t.Context(), a.Run, nil); err != nil {
		t.Fatal(err)
	}
	audited := 0
	for line := range strings.Lines(said.String()) {
		if strings.Contains(line, "decision=report") && strings.Contains(line, "outcomes=map[stopped:2]") {
			audited++
		}
	}
	if stopped := w.cloud.stopped(); len(stopped) != 2 || audited != 1 {
		t.Errorf("%v were stopped, and %d audit lines say so:\n%s", stopped, audited, said.String())
	}
	if !strings.Contains(said.String(), "another report of this run was there first") {
		t.Error("nobody is told")
	}
	// Whose report is the same says nothing twice.
	said.Reset()
	if r := w.carry(t, ask("ecd-0000")); r.Counts[AlreadyStopped] != 1 || strings.Count(said.String(), "decision=report") != 1 || strings.Contains(said.String(), "was there first") {
		t.Errorf("%v\n%s", r.Counts, said.String())
	}
}

// TestALeaseThatNeverEnds: a lease that says more than an invocation can last is
// over when that is over, and one of the future holds nobody up.
func TestALeaseThatNeverEnds(t *testing.T) {
	for name, c := range map[string]struct {
		at   time.Duration // from now
		over time.Duration // when it must be
	}{
		"for a year":        {0, 24 * time.Hour},
		"from next year on": {365 * 24 * time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, running(1)...)
				a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000")))
				if err != nil {
					t.Fatal(err)
				}
				at := time.Now().Add(c.at)
				w.journal.attempts[attemptKey(a.Run, 1)] = Attempt{N: 1, Step: StepStop, Holder: "x", At: at, Until: at.AddDate(1, 0, 0)}
				time.Sleep(c.over) // in the bubble's time
				w.Me = Invocation{RequestID: "inv-9", Deadline: time.Now().Add(time.Minute)}
				ctx, cancel := contextWithDeadline(t, w.Me.Deadline)
				defer cancel()
				if r, err := w.Carry(ctx, a.Run, nil); err != nil || r.Counts[Stopped] != 1 {
					t.Errorf("%v, %v", r.Counts, err)
				}
			})
		})
	}
}

// TestTokensElsewhere: a door that takes requests in refuses what nobody else could
// carry out, before anything is recorded.
func TestTokensElsewhere(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Elsewhere = true
	q := ask("ecd-0000")
	q.ClientId, q.LoginToken = "f4a0dc8e-1702-4728-9a60-95b27a350000", "v18101ac6a9e69c66b04a163031680463660b4b216cd758f34b"
	_, err := w.Submit(t.Context(), deliver("d1", q))
	if CodeOf(err) != Invalid || !strings.Contains(MessageOf(err), "ecd:StopDesktops") || len(w.journal.requests) > 0 {
		t.Errorf("%v; %d records", err, len(w.journal.requests))
	}
}

// TestSenderMay: whether a sender may ask for this is asked again where the run is
// carried out.
func TestSenderMay(t *testing.T) {
	w := newWorld(t, running(1)...)
	a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000")))
	if err != nil {
		t.Fatal(err)
	}
	w.SenderMay = func(name string, q Request) error {
		if name != w.journal.requests[a.Run].Caller.Name || len(q.DesktopId) != 1 {
			t.Errorf("asked of %s and %v", name, q)
		}
		return Errorf(Forbidden, "Sender %s may only preview.", name)
	}
	r, err := w.Carry(t.Context(), a.Run, nil)
	if err != nil || r.Counts[NotPermitted] != 1 || len(w.cloud.stops) > 0 || !strings.Contains(r.Note, "may only preview") {
		t.Errorf("%v %q, %v", r.Counts, r.Note, err)
	}
	// The policy alone decides about everybody else.
	timer := newWorld(t, running(1)...)
	timer.SenderMay = w.SenderMay
	if r, err := timer.Tick(t.Context(), Instant{Timer: "nightly", At: time.Now(), Request: ask("ecd-0000")}); err != nil || r.Counts[Stopped] != 1 {
		t.Errorf("a timer: %v, %v", r.Counts, err)
	}
}
