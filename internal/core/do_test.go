package core

import (
	"testing"
	"time"
)

// TestOnlyAStopIsCarriedOut: a record that asks for something else holds a request
// as well, and whoever sends a job for it must not have it carried out.
func TestOnlyAStopIsCarriedOut(t *testing.T) {
	for _, kind := range []Wish{AskResult, AskWhy, AskKeep, AskKeepMine, AskUnkeep, AskFreeze, AskUnfreeze, AskHalt, AskForecast} {
		w := newWorld(t, running(1)...)
		rec := RequestRecord{Run: "timer-aaaaaaaaaaaaaaaaaaaaaaaaaa", At: w.Now(), Caller: Caller{Door: Timer, Name: "nightly"}, Request: ask("ecd-0000"), Kind: kind}
		if _, _, err := w.Journal.Claim(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Carry(t.Context(), rec.Run, nil); CodeOf(err) != Invalid {
			t.Errorf("%s is carried out: %v", kind, err)
		}
		if _, err := w.Prepare(t.Context(), rec.Run); CodeOf(err) != Invalid {
			t.Errorf("%s is planned: %v", kind, err)
		}
		if len(w.cloud.stopped()) != 0 || len(w.journal.attempts) != 0 {
			t.Errorf("%s stopped %v, and leaves %d leases", kind, w.cloud.stopped(), len(w.journal.attempts))
		}
	}
}

// TestBegunUnasked: a run that nobody has answered goes on only where its caller
// need not be asked, or where an earlier invocation has handed it on.
func TestBegunUnasked(t *testing.T) {
	for name, c := range map[string]struct {
		unasked  bool
		may      permitFunc
		handedOn bool
		want     bool
	}{
		"said and permitted":    {true, allow(ActionUnasked), false, true},
		"said, not permitted":   {true, allow(ActionStop), false, false},
		"permitted, not said":   {false, allow(ActionUnasked), false, false},
		"handed on before":      {true, allow(ActionStop), true, true},
		"handed on, but not so": {false, allow(ActionStop), true, false},
	} {
		w := newWorld(t)
		w.Permit = c.may
		rec := RequestRecord{Run: "slack-aaaaaaaaaaaaaaaaaaaaaaaaaa", At: w.Now(), Caller: alice, Request: ask("ecd-0000"), Unasked: c.unasked}
		if _, _, err := w.Journal.PutAttempt(t.Context(), rec.Run, Attempt{N: 1, Step: StepStop, At: w.Now(), Until: w.Now().Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
		if c.handedOn {
			if _, err := w.Journal.PutPart(t.Context(), Part{Run: rec.Run, Attempt: 1, Nth: 1, At: w.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := w.BegunUnasked(t.Context(), rec); err != nil || got != c.want {
			t.Errorf("%s: %t, %v; want %t", name, got, err, c.want)
		}
	}
}

// TestKeepMineOfNamedDesktops: a timer that names its desktops reaches no others,
// so "mine tonight" is those of them that are mine.
func TestKeepMineOfNamedDesktops(t *testing.T) {
	fleet := running(3)
	for i := range fleet {
		fleet[i].EndUserIds = []string{"alice"}
	}
	w := newWorld(t, fleet...)
	w.Permit, w.People = allow(ActionKeep), owns("alice")
	w.TimerRequest = func(string) (Request, bool) { return ask("ecd-0001"), true }
	run := RunID("slack-aaaaaaaaaaaaaaaaaaaaaaaaaa")
	w.journal.requests[run] = RequestRecord{Run: run, At: w.Now(), Kind: AskKeepMine, For: "nightly", Due: w.Now().Add(30 * time.Minute), Caller: alice}
	done, err := w.Do(t.Context(), run)
	if err != nil || len(done.Desktops) != 1 || done.Desktops[0].DesktopId != "ecd-0001" || done.Desktops[0].Code != Kept {
		t.Errorf("kept %v, %v", done.Desktops, err)
	}
}

// TestStepsOfWishes: each thing that can be asked for has its own steps, and only
// these.
func TestStepsOfWishes(t *testing.T) {
	steps := []Step{StepPlan, StepStop, StepShow, StepDo, stepDoor, ""}
	for kind, want := range map[Wish][]bool{
		"":        {true, true},
		AskResult: {2: true}, AskWhy: {2: true},
		AskKeep: {3: true}, AskKeepMine: {3: true}, AskUnkeep: {3: true}, AskFreeze: {3: true}, AskUnfreeze: {3: true}, AskHalt: {3: true},
		AskForecast: {}, "dance": {},
	} {
		for i, step := range steps {
			if got := kind.Has(step); got != (i < len(want) && want[i]) {
				t.Errorf("%q has step %q: %t", kind, step, got)
			}
		}
	}
}
