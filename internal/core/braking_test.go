package core

import (
	"strings"
	"testing"
	"time"
)

// validRun is a run id of the right shape; the fakes' own are not.
const validRun RunID = "webhook-abcdefghijklmnopqrstuvwxyz"

func TestFreezeAndUnfreeze(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name   string
		may    permitFunc
		until  time.Time
		reason string
		want   ErrorCode // empty is done
		says   string
	}{
		{"done", allow(ActionFreeze), now.Add(2 * time.Hour), "outage", "", ""},
		{"as long as may", allow(ActionFreeze), now.Add(FreezeMost), "", "", ""},
		{"longer", allow(ActionFreeze), now.Add(FreezeMost + time.Second), "", Invalid, "A freeze lasts from now to at most 7d. Nothing was done; give another time."},
		{"until now", allow(ActionFreeze), now, "", Invalid, "A freeze lasts from now to at most 7d. Nothing was done; give another time."},
		{"not permitted", allow(ActionStop, ActionHalt), now.Add(time.Hour), "", Forbidden, "The policy does not permit this request: terminal:bob needs action freeze. Nothing was done; ask whoever keeps the policy."},
		{"a reason of two lines", allow(ActionFreeze), now.Add(time.Hour), "a\nb", Invalid, "The reason must be one line of at most 500 letters."},
		{"a reason that is too long", allow(ActionFreeze), now.Add(time.Hour), strings.Repeat("a", 501), Invalid, "The reason must be one line of at most 500 letters."},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.Now = func() time.Time { return now }
			w.Permit = c.may
			_, err := w.Freeze(t.Context(), operator, c.until, c.reason)
			if c.want == "" {
				if f := w.journal.freeze; err != nil || f == nil || f.By != operator || !f.Until.Equal(c.until) || f.Reason != c.reason || !f.At.Equal(now) {
					t.Fatalf("%v, %+v", err, f)
				}
				if was, err := w.Unfreeze(t.Context(), operator, ""); err != nil || w.journal.freeze != nil || was == nil || was.Reason != c.reason {
					t.Errorf("unfreeze: %+v, %v", was, err)
				}
				return
			}
			if CodeOf(err) != c.want || MessageOf(err) != c.says || w.journal.freeze != nil {
				t.Errorf("%v, frozen %t", err, w.journal.freeze != nil)
			}
		})
	}
	w := newWorld(t)
	w.journal.freeze, w.Permit = &Freeze{}, allow(ActionHalt, ActionRead)
	if _, err := w.Unfreeze(t.Context(), operator, ""); CodeOf(err) != Forbidden || w.journal.freeze == nil {
		t.Errorf("unfreeze without the right: %v", err)
	}
	if f, err := w.Frozen(t.Context(), operator); err != nil || f == nil {
		t.Errorf("who may read sees %v, %v", f, err)
	}
	w.Permit = allow(ActionFreeze)
	if _, err := w.Frozen(t.Context(), operator); CodeOf(err) != Forbidden {
		t.Errorf("who may not read sees it: %v", err)
	}
}

func TestHalt(t *testing.T) {
	w := newWorld(t)
	w.journal.requests[validRun] = RequestRecord{Run: validRun}
	w.Permit = allow(ActionStop, ActionFreeze)
	if _, err := w.Halt(t.Context(), operator, validRun, ""); CodeOf(err) != Forbidden || len(w.journal.halts) != 0 {
		t.Errorf("without the right: %v", err)
	}
	w.Permit = allow(ActionHalt)
	for run, says := range map[RunID]string{"": "There is no such run. ", "webhook-x": "There is no such run. ", "../freeze": "There is no such run. ",
		"webhook-bbcdefghijklmnopqrstuvwxyz": "There is no run webhook-bbcdefghijklmnopqrstuvwxyz. "} {
		if _, err := w.Halt(t.Context(), operator, run, ""); CodeOf(err) != Missing || !strings.HasPrefix(MessageOf(err), says) || len(w.journal.halts) != 0 {
			t.Errorf("run %q: %v", run, err)
		}
	}
	h, err := w.Halt(t.Context(), operator, validRun, "wrong fleet")
	if err != nil || h.By != operator || h.Reason != "wrong fleet" {
		t.Fatalf("%+v, %v", h, err)
	}
	if h, err = w.Halt(t.Context(), alice, validRun, "me too"); err != nil || h.By != operator {
		t.Errorf("a second halt: %+v, %v; the first counts", h, err)
	}
}

// TestDoBrakes: the recorded wishes of Slack do the same.
func TestDoBrakes(t *testing.T) {
	w := newWorld(t)
	w.Permit = allow(ActionFreeze, ActionHalt)
	w.journal.requests[validRun] = RequestRecord{Run: validRun}
	do := func(rec RequestRecord) (Done, error) {
		rec.Run, rec.Caller, rec.At = RunID("slack-"+string(rec.Kind)), alice, time.Now()
		w.journal.requests[rec.Run] = rec
		return w.Do(t.Context(), rec.Run)
	}
	until := time.Now().Add(time.Hour)
	if d, err := do(RequestRecord{Kind: AskFreeze, Until: until, Request: Request{Reason: "outage"}}); err != nil || d.Freeze == nil || !d.Freeze.Until.Equal(until) || w.journal.freeze == nil {
		t.Errorf("freeze: %+v, %v", d, err)
	}
	if d, err := do(RequestRecord{Kind: AskUnfreeze}); err != nil || d.Freeze == nil || w.journal.freeze != nil {
		t.Errorf("unfreeze: %+v, %v", d, err)
	}
	if d, err := do(RequestRecord{Kind: AskHalt, Of: validRun}); err != nil || d.Halt == nil || d.Halt.By != alice || len(w.journal.halts) != 1 {
		t.Errorf("halt: %+v, %v", d, err)
	}
	for _, kind := range []Wish{"", AskResult, AskWhy, AskForecast, "dance"} {
		if _, err := do(RequestRecord{Kind: kind}); CodeOf(err) != Invalid {
			t.Errorf("%q: %v", kind, err)
		}
	}
	if _, err := w.Do(t.Context(), "slack-none"); CodeOf(err) != Missing {
		t.Errorf("no record: %v", err)
	}
}

// TestNewerFreezeStays: a job that unfreezes may be late or come twice, and a
// shorter freeze must not take the place of a longer one.
func TestNewerFreezeStays(t *testing.T) {
	w := newWorld(t)
	w.Permit = allow(ActionFreeze)
	now := time.Now()
	run := RunID("slack-aaaaaaaaaaaaaaaaaaaaaaaaaa")
	w.journal.requests[run] = RequestRecord{Run: run, At: now.Add(-time.Minute), Kind: AskUnfreeze, Caller: Caller{Door: Slack, Name: "T1/U1"}}
	w.journal.freeze = &Freeze{At: now, By: Caller{Door: Slack, Name: "T1/U2"}, Until: now.Add(48 * time.Hour)}
	if _, err := w.Do(t.Context(), run); CodeOf(err) != Invalid || w.journal.freeze == nil {
		t.Errorf("freeze %+v, %v", w.journal.freeze, err)
	}
	if _, err := w.Freeze(t.Context(), Caller{Door: Slack, Name: "T1/U1"}, now.Add(10*time.Minute), ""); CodeOf(err) != Invalid || !w.journal.freeze.Until.Equal(now.Add(48*time.Hour)) {
		t.Errorf("freeze %+v, %v", w.journal.freeze, err)
	}
}

// TestAFreezeThatNobodyCanReadNow is not ended by a job that may be late, and keeps
// nobody from pulling the brake.
func TestAFreezeThatNobodyCanReadNow(t *testing.T) {
	w := newWorld(t)
	w.Permit = allow(ActionFreeze)
	asked := w.Now()
	holds := Freeze{At: asked.Add(time.Minute), By: operator, Until: asked.Add(100 * time.Hour), Reason: "outage"}
	w.journal.freeze = &holds
	w.journal.requests["slack-x"] = RequestRecord{Run: "slack-x", At: asked, Caller: alice, Kind: AskUnfreeze}
	w.journal.blind = Errorf(Busy, "the bucket did not answer")
	if _, err := w.Do(t.Context(), "slack-x"); CodeOf(err) != Busy || w.journal.freeze == nil {
		t.Errorf("an unfreeze that was asked before: %v, frozen %v", err, w.journal.freeze)
	}
	// The brake is pulled all the same.
	if _, err := w.Freeze(t.Context(), alice, asked.Add(time.Hour), "x"); err != nil || !w.journal.freeze.Until.Equal(asked.Add(time.Hour)) {
		t.Errorf("a freeze: %v, frozen %v", err, w.journal.freeze)
	}
}

// TestSpoiltBrakesHold: a stop by id goes on where nobody can read the brake now, and
// not where one is there and cannot be understood.
func TestSpoiltBrakesHold(t *testing.T) {
	unread := Errorf(Busy, "the bucket did not answer")
	ids, all := Request{DesktopId: []string{"ecd-a"}}, Request{Select: &Selection{Tag: []Tag{{"env", "dev"}}}}
	for _, c := range []struct {
		name    string
		request Request
		door    Door
		spoilt  bool
		want    Ending
	}{
		{"ids, no answer", ids, Webhook, false, ""},
		{"ids, spoilt", ids, Webhook, true, EndedBlind},
		{"ids in Slack, spoilt", ids, Slack, true, EndedBlind},
		{"a selection, no answer", all, Webhook, false, EndedBlind},
		{"a timer, no answer", ids, Timer, false, EndedBlind},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got Ending
			if e := newWorld(t).braked(&RequestRecord{Caller: Caller{Door: c.door}, Request: c.request}, Brakes{Spoilt: c.spoilt}, unread); e != nil {
				got = e.ending
			}
			if got != c.want {
				t.Errorf("it ends %q, want %q", got, c.want)
			}
		})
	}
}

// TestTheSameHaltAgain ends a run whose first attempt died, so that its report says
// what could be seen and not that it was halted. Whoever asks for the same halt again
// is told of the halt; anybody else that the run has ended.
func TestTheSameHaltAgain(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Permit = allow(ActionSubmit, ActionStop, ActionHalt)
	rec := RequestRecord{Run: validRun, At: w.Now(), Caller: Caller{Door: Webhook, Name: "webhook"}, Request: ask("ecd-0000")}
	plan, err := w.plan(t.Context(), rec)
	if err != nil {
		t.Fatal(err)
	}
	w.journal.requests[validRun], w.journal.plans[validRun] = rec, plan
	w.journal.attempts[attemptKey(validRun, 1)] = Attempt{N: 1, Step: StepStop, Holder: "inv-0"}
	first, err := w.Halt(t.Context(), alice, validRun, "wrong tag")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := w.Carry(t.Context(), validRun, nil); err != nil || r.Ending != "" || len(w.cloud.stops) != 0 {
		t.Fatalf("ending %q, %d calls, %v", r.Ending, len(w.cloud.stops), err)
	}
	if h, err := w.Halt(t.Context(), alice, validRun, "wrong tag"); err != nil || h != first {
		t.Errorf("the same halt again: %+v, %v", h, err)
	}
	for reason, c := range map[string]Caller{"wrong tag": operator, "another reason": alice} {
		if _, err := w.Halt(t.Context(), c, validRun, reason); CodeOf(err) != TooLate {
			t.Errorf("%s, %s: %v", c, reason, err)
		}
	}
}

// TestHaltOfARunThatHasEnded says so, and does not claim to hold anything back.
func TestHaltOfARunThatHasEnded(t *testing.T) {
	for _, c := range []struct {
		name   string
		report *Report
		want   ErrorCode
	}{
		{"it goes on", nil, ""},
		{"it has ended", &Report{Run: validRun, Finished: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)}, TooLate},
		{"its ceiling ended it", &Report{Run: validRun, Ending: EndedCeiling}, TooLate},
		{"a halt ended it, and this is the same one again", &Report{Run: validRun, Ending: EndedHalted}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.Permit = allow(ActionHalt)
			w.journal.requests[validRun] = RequestRecord{Run: validRun}
			if c.report != nil {
				w.journal.reports[validRun] = *c.report
			}
			h, err := w.Halt(t.Context(), operator, validRun, "wrong tag")
			_, written := w.journal.halts[validRun]
			if done := c.want == ""; (err == nil) != done || written != done || done && h.Run != validRun || !done && CodeOf(err) != c.want {
				t.Errorf("halt %+v, written %t, error %v", h, written, err)
			}
			if c.want == TooLate && !strings.Contains(err.Error(), "so nothing of it was left to halt") {
				t.Errorf("it says %v", err)
			}
		})
	}
}
