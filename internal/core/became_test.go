package core

import (
	"testing"
	"time"
)

// TestBecame: brake and tags tell whether a wish was done whose job died, and
// nothing is changed by asking.
func TestBecame(t *testing.T) {
	until := time.Now().Add(time.Hour)
	const other = RunID("webhook-bbbbbbbbbbbbbbbbbbbbbbbbbb")
	freeze := func(by Caller, until time.Time) func(*world) {
		return func(w *world) { w.journal.freeze = &Freeze{At: time.Now(), By: by, Until: until} }
	}
	tagged := func(value string) func(*world) {
		return func(w *world) {
			if err := w.Tagger.SetTag(t.Context(), "cn-hangzhou", "ecd-0000", Tag{Key: TagKeepUntil, Value: value}); err != nil {
				t.Fatal(err)
			}
		}
	}
	not := func(*world) {}
	for name, c := range map[string]struct {
		kind Wish
		was  func(*world)
		want bool
	}{
		"frozen so":                  {AskFreeze, freeze(alice, until), true},
		"frozen by another":          {AskFreeze, freeze(operator, until), false},
		"frozen otherwise":           {AskFreeze, freeze(alice, until.Add(time.Hour)), false},
		"not frozen":                 {AskFreeze, not, false},
		"no longer frozen":           {AskUnfreeze, not, true},
		"still frozen":               {AskUnfreeze, freeze(operator, until), false},
		"halted":                     {AskHalt, func(w *world) { w.journal.halts[other] = Halt{Run: other, By: alice} }, true},
		"not halted":                 {AskHalt, not, false},
		"kept":                       {AskKeep, tagged(until.Format(time.RFC3339)), true},
		"kept for another time":      {AskKeep, tagged(until.Add(time.Hour).Format(time.RFC3339)), false},
		"not kept":                   {AskKeep, not, false},
		"still kept":                 {AskUnkeep, tagged(until.Format(time.RFC3339)), false},
		"no longer kept":             {AskUnkeep, not, true},
		"frozen, he may not":         {AskFreeze, func(w *world) { freeze(alice, until)(w); w.Permit = allow(ActionKeep) }, false},
		"not frozen, he may not ask": {AskUnfreeze, func(w *world) { w.Permit = allow(ActionKeep) }, false},
		"halted, he may not":         {AskHalt, func(w *world) { w.journal.halts[other] = Halt{Run: other}; w.Permit = allow(ActionKeep) }, false},
		"no longer kept, he may not": {AskUnkeep, func(w *world) { w.Permit = allow(ActionFreeze) }, false},
	} {
		w := newWorld(t, running(1)...)
		w.Permit = allow(ActionFreeze, ActionHalt, ActionKeep)
		c.was(w)
		before := len(w.cloud.desktops["ecd-0000"].Tags)
		rec := RequestRecord{Run: "slack-aaaaaaaaaaaaaaaaaaaaaaaaaa", At: time.Now(), Caller: alice, Kind: c.kind, Until: until, Of: other}
		if c.kind == AskKeep || c.kind == AskUnkeep {
			rec.Request = ask("ecd-0000")
		}
		if done, got, err := w.Became(t.Context(), rec); err != nil || got != c.want || done.Kind != c.kind {
			t.Errorf("%s: %t, %v; want %t", name, got, err, c.want)
		}
		if len(w.cloud.desktops["ecd-0000"].Tags) != before {
			t.Errorf("%s: a tag was changed", name)
		}
	}
	for _, kind := range []Wish{AskFreeze, AskUnfreeze, AskHalt, AskKeep, AskUnkeep, AskKeepMine} {
		w := newWorld(t, running(1)...)
		w.Permit = allow(ActionFreeze, ActionHalt, ActionKeep)
		w.journal.blind = Errorf(Busy, "the bucket did not answer")
		w.cloud.lookErr = func() error { return &CloudError{Class: CloudDown} }
		rec := RequestRecord{At: time.Now(), Caller: alice, Kind: kind, Until: until, Of: other}
		if kind == AskKeep || kind == AskUnkeep {
			rec.Request = ask("ecd-0000")
		}
		if _, got, err := w.Became(t.Context(), rec); err == nil || got {
			t.Errorf("%s, where nobody can look: %t, %v", kind, got, err)
		}
	}
}
