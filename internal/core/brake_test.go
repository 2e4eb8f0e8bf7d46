package core

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var operator = Caller{Door: Terminal, Name: "bob"}

// TestHaltBetweenWaves leaves every desktop either stopped or not tried.
func TestHaltBetweenWaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(30)...)
		w.Rules.Batch = 1
		i := Instant{Timer: "nightly", At: time.Now(), Request: ask(idsOfDesktops(running(30))...)}
		w.cloud.lost = func(StopCall) error {
			if len(w.cloud.stops) == 3 {
				w.journal.halts[w.RunOf(i)] = Halt{Run: w.RunOf(i), By: operator, Reason: "wrong fleet"}
			}
			return nil
		}
		r, err := w.Tick(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		if r.Counts[Stopped] != waveBatches || r.Counts[NotTried] != 30-waveBatches || r.Ending != EndedHalted {
			t.Errorf("ending %q, %v", r.Ending, r.Counts)
		}
		for _, o := range r.Outcomes {
			if after := w.cloud.desktops[o.DesktopId].Status; (o.Code == Stopped) != (after == StatusStopped) {
				t.Errorf("%s is reported %s and is %s", o.DesktopId, o.Code, after)
			}
			if o.Code == NotTried && o.Detail != "the run was halted by terminal:bob: wrong fleet" {
				t.Errorf("%s: %q", o.DesktopId, o.Detail)
			}
		}
	})
}

// TestHaltAfterADeath: what the dead attempt stopped is told as stopped, and only
// what it cannot have called as not tried.
func TestHaltAfterADeath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(3)...)
		w.Rules.Batch = 1
		i := Instant{Timer: "nightly", At: time.Now(), Request: ask(idsOfDesktops(running(3))...)}
		w.cloud.lost = func(c StopCall) error {
			w.journal.down = Errorf(Busy, "the process died")
			return nil
		}
		w.cloud.stopErr = func(c StopCall) error {
			if c.DesktopId[0] != "ecd-0000" {
				return &CloudError{Class: CloudBadDesktop, Op: "StopDesktops"}
			}
			return nil
		}
		if _, err := w.Tick(t.Context(), i); err == nil {
			t.Fatal("it did not die")
		}
		w.journal.down = nil
		w.journal.halts[w.RunOf(i)] = Halt{By: operator}
		w.Me.Retry++
		calls := len(w.cloud.stops)
		r, err := w.Tick(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		wantCodes(t, r, map[string]Code{"ecd-0000": Stopped, "ecd-0001": Unknown, "ecd-0002": Unknown})
		if len(w.cloud.stops) != calls || !strings.Contains(r.Note, "halted by terminal:bob") {
			t.Errorf("%d calls more, note %q", len(w.cloud.stops)-calls, r.Note)
		}
	})
}

// TestFrozen: nothing begins at any door, and what has begun ends.
func TestFrozen(t *testing.T) {
	until := time.Now().Add(2 * time.Hour)
	freeze := &Freeze{By: operator, Reason: "outage", Until: until}
	t.Run("at the door", func(t *testing.T) {
		w := newWorld(t, running(1)...)
		w.journal.freeze = freeze
		_, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000")))
		want := "Everything is frozen by terminal:bob until " + until.UTC().Format(time.RFC3339) + ": outage. Nothing was done; send a new request when it is over. Whoever may freeze can end it sooner."
		if CodeOf(err) != Frozen || MessageOf(err) != want || len(w.journal.requests) != 0 {
			t.Errorf("%v\nwant %s", err, want)
		}
		if _, err := w.Tick(t.Context(), Instant{Timer: "nightly", At: time.Now(), Request: ask("ecd-0000")}); CodeOf(err) != Frozen {
			t.Errorf("a timer: %v", err)
		}
	})
	t.Run("before the job", func(t *testing.T) {
		w := newWorld(t, running(1)...)
		a, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000")))
		if err != nil {
			t.Fatal(err)
		}
		w.journal.freeze = freeze
		if again, err := w.Submit(t.Context(), deliver("d1", ask("ecd-0000"))); err != nil || !again.Repeated {
			t.Errorf("a repeat of what was recorded before: %+v, %v", again, err)
		}
		r, err := w.Carry(t.Context(), a.Run, nil)
		if err != nil {
			t.Fatal(err)
		}
		wantCodes(t, r, map[string]Code{"ecd-0000": NotTried})
		if r.Ending != EndedFrozen || len(w.cloud.stops) != 0 {
			t.Errorf("ending %q, %d calls", r.Ending, len(w.cloud.stops))
		}
	})
	t.Run("in Slack, after the plan", func(t *testing.T) {
		fleet := running(2)
		fleet[1].Connection = ConnConnected
		w := newWorld(t, fleet...)
		p := w.asked(t, Request{DesktopId: []string{"ecd-0000", "ecd-0001"}}, false)
		w.journal.freeze = freeze
		wantCodes(t, w.answer(t, p, nil), map[string]Code{"ecd-0000": NotTried, "ecd-0001": Connected})
	})
}

// TestFrozenAndNobodyKnows: a run that may have begun is not taken for refused
// because its record cannot be read.
func TestFrozenAndNobodyKnows(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.journal.freeze = &Freeze{By: operator, Until: time.Now().Add(time.Hour)}
	w.Journal = deafJournal{w.journal}
	if _, err := w.Tick(t.Context(), Instant{Timer: "nightly", At: time.Now(), Request: ask("ecd-0000")}); CodeOf(err) != Busy {
		t.Errorf("%v; want an error that makes it come again", err)
	}
}

// TestUnreadableBrake: timers and selections are refused, a stop by id goes on
// and says so.
func TestUnreadableBrake(t *testing.T) {
	blind := Errorf(Busy, "the bucket did not answer")
	all := Request{RegionId: "cn-hangzhou", All: true}
	for _, c := range []struct {
		name  string
		door  Door
		q     Request
		goes  bool
		later bool // it was readable at the door
	}{
		{"a timer by id", Timer, ask("ecd-0000"), false, false},
		{"a selection", Webhook, all, false, false},
		{"a webhook by id", Webhook, ask("ecd-0000"), true, false},
		{"an operator by id", Terminal, ask("ecd-0000"), true, false},
		{"a timer by id, later", Timer, ask("ecd-0000"), false, true},
		{"a selection, later", Webhook, all, false, true},
		{"a webhook by id, later", Webhook, ask("ecd-0000"), true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, running(1)...)
			w.Permit = allow(ActionSubmit, ActionStop, ActionStopAll)
			d := Delivery{Caller: Caller{Door: c.door, Name: "x"}, ID: "d1", Request: c.q}
			if !c.later {
				w.journal.blind = blind
			}
			a, err := w.Submit(t.Context(), d)
			if !c.later && !c.goes {
				if CodeOf(err) != Busy || len(w.journal.requests) != 0 || !strings.HasPrefix(MessageOf(err), "The brake could not be read: the bucket did not answer. Nothing was done") {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			w.journal.blind = blind
			r, err := w.Carry(t.Context(), a.Run, nil)
			if err != nil {
				t.Fatal(err)
			}
			if called := len(w.cloud.stops) > 0; called != c.goes || c.goes != (r.Ending == "") {
				t.Errorf("ending %q, note %q, %d calls", r.Ending, r.Note, len(w.cloud.stops))
			}
			if !c.goes && r.Ending != EndedBlind {
				t.Errorf("ending %q", r.Ending)
			}
		})
	}
}
