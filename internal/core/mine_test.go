package core

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestMineNow: a selection is asked about, also where only the job knows that it
// is one.
func TestMineNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fleet := running(1)
		fleet[0].EndUserIds = []string{"alice"}
		w := newWorld(t, fleet...)
		w.Permit = allow(ActionSubmit, ActionStop, ActionUnasked)
		w.People = owns("alice")
		run := RunID("slack-aaaaaaaaaaaaaaaaaaaaaaaaaa")
		w.journal.requests[run] = RequestRecord{Run: run, At: time.Now(), Caller: Caller{Door: Slack, Name: "T1/U1", Place: "C1"}, Mine: true, Unasked: true}
		p, err := w.Prepare(t.Context(), run)
		if err != nil || p.Plan == nil && (p.Report == nil || p.Report.Run == "") {
			t.Errorf("plan %v, report %v, %v: nobody is asked and nothing ends", p.Plan, p.Report, err)
		}
	})
}

type ownsPeople string

func owns(user string) People { return ownsPeople(user) }

func (o ownsPeople) Who(context.Context, Caller) (Person, error) {
	return Person{EndUser: string(o)}, nil
}

// TestKeepMineDoesNotShorten: a press must not shorten what was promised before.
func TestKeepMineDoesNotShorten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		later := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)
		d := running(1)
		d[0].EndUserIds, d[0].Tags = []string{"alice"}, map[string]string{TagKeepUntil: later.Format(time.RFC3339)}
		w := newWorld(t, d...)
		w.Permit = allow(ActionKeep)
		w.People = owns("alice")
		w.TimerRequest = func(string) (Request, bool) {
			return Request{RegionId: "cn-hangzhou", Select: &Selection{EndUserId: []string{"alice"}}}, true
		}
		run := RunID("slack-aaaaaaaaaaaaaaaaaaaaaaaaaa")
		w.journal.requests[run] = RequestRecord{Run: run, At: time.Now(), Kind: AskKeepMine, For: "nightly", Due: time.Now().Add(30 * time.Minute), Caller: Caller{Door: Slack, Name: "T1/U1"}}
		done, err := w.Do(t.Context(), run)
		got, _ := time.Parse(time.RFC3339, w.cloud.desktops["ecd-0000"].Tags[TagKeepUntil])
		if err != nil || got.Before(later) {
			t.Errorf("kept until %s before, %s now: %v %v", later, got, done, err)
		}
	})
}

// TestKeepMineKeepsAll: also of somebody who owns more than one keep may name.
func TestKeepMineKeepsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := running(KeepMost + 3)
		for i := range d {
			d[i].EndUserIds = []string{"alice"}
		}
		w := newWorld(t, d...)
		w.Permit = allow(ActionKeep)
		w.People = owns("alice")
		w.TimerRequest = func(string) (Request, bool) {
			return Request{RegionId: "cn-hangzhou", Select: &Selection{EndUserId: []string{"alice"}}}, true
		}
		run := RunID("slack-aaaaaaaaaaaaaaaaaaaaaaaaaa")
		w.journal.requests[run] = RequestRecord{Run: run, At: time.Now(), Kind: AskKeepMine, For: "nightly", Due: time.Now().Add(30 * time.Minute), Caller: Caller{Door: Slack, Name: "T1/U1"}}
		done, err := w.Do(t.Context(), run)
		if err != nil || len(done.Desktops) != len(d) {
			t.Errorf("%d of %d kept, note %q, %v", len(done.Desktops), len(d), done.Note, err)
		}
	})
}
