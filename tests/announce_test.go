package tests

import (
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/slack"
)

// TestAnnouncedTimer announces a stop, lets bob keep his desktops and carol try
// to, and then stops the rest: one announcement and one morning report, whatever
// is delivered twice.
func TestAnnouncedTimer(t *testing.T) {
	t.Parallel()
	now := time.Now()
	red, blue := map[string]string{"team": "red"}, map[string]string{"team": "blue"}
	w := fleetWorld(t, []ecd.Desktop{
		{Region: hangzhou, ID: "ecd-bob1", EndUserIDs: []string{"bob"}, Tags: red},
		{Region: shanghai, ID: "ecd-bob2", EndUserIDs: []string{"alice", "bob"}, Tags: blue},
		{Region: hangzhou, ID: "ecd-boboff", EndUserIDs: []string{"bob"}, Tags: red, Status: ecd.Stopped},
		{Region: hangzhou, ID: "ecd-bobother", EndUserIDs: []string{"bob"}, Tags: map[string]string{"team": "green"}},
		{Region: hangzhou, ID: "ecd-alice1", EndUserIDs: []string{"alice"}, Tags: red},
		{Region: hangzhou, ID: "ecd-carol1", EndUserIDs: []string{"carol"}, Tags: red},
		{Region: hangzhou, ID: "ecd-long", EndUserIDs: []string{"alice"}, Tags: blue, Connection: ecd.Connected, LastStarted: now.Add(-80 * time.Hour)},
	})
	announced := now.Truncate(time.Minute)
	w.FC.DeliverTwice("stopdesktops", fc.DuplicatesAfter)
	w.tickAt("evening-announce", announced)
	w.tickAt("evening-announce", announced)
	w.drain()
	w.FC.DeliverTwice("stopdesktops", fc.NoDuplicates)
	post := w.onlyPost("will stop 4 of 6 desktops")
	wantWords(t, post, "`evening`", "`ecd-bob1`", "`ecd-alice1`", "`connected`", "`already_stopped`", "[Keep mine tonight]", "Would save about", announced.Add(time.Hour).UTC().Format("15:04"))
	if len(w.stops()) != 0 {
		t.Fatal("the announcement stopped desktops")
	}

	w.keepMine(carol)
	wantWords(t, w.Slack.Screen(operations, carol), "Nobody knows which desktops are yours", "keep ecd-... until 23:00")
	if strings.Contains(w.Slack.Screen(operations, bob), "Nobody knows") {
		t.Error("bob reads what carol was told")
	}
	w.wantKept()
	w.keepMine(bob)
	wantWords(t, w.Slack.Screen(operations, bob), "2 desktops kept awake until", "`ecd-bob1`", "`ecd-bob2`")
	w.wantKept("ecd-bob1", "ecd-bob2")
	if w.onlyPost("will stop 4 of 6 desktops") != post {
		t.Error("a press changed the announcement that everybody reads")
	}

	// The run itself comes at once rather than in an hour: it is the tick of
	// another instant.
	w.FC.DeliverTwice("stopdesktops", fc.DuplicatesAtOnce)
	w.tickAt("evening", announced)
	w.tickAt("evening", announced)
	w.drain()
	wantPlaces(t, w.reportOf(core.Timer, "evening"), map[string]core.Code{
		"cn-hangzhou/ecd-bob1": core.Kept, "cn-shanghai/ecd-bob2": core.Kept, "cn-hangzhou/ecd-boboff": core.AlreadyStopped,
		"cn-hangzhou/ecd-alice1": core.Stopped, "cn-hangzhou/ecd-carol1": core.Stopped, "cn-hangzhou/ecd-long": core.Connected,
	})
	morning := w.onlyPost("*2 stopped, 3 left alone, 1 was off already.*")
	wantWords(t, morning, "2 `kept`", "1 `connected`", "Running longest", "`ecd-long`", "3 d 8 h", "Saves about")
	if strings.Contains(morning, "ecd-bobother") {
		t.Errorf("the morning report speaks of a desktop that the timer does not reach:\n%s", morning)
	}
	if !logged(w.FC.Logs("stopdesktops"), `"msg":"alive"`, `"timer":"evening"`, `"what":"ran"`, `"stopped":2`) {
		t.Error("no line says that the timer is alive")
	}
}

// keepMine presses "Keep mine tonight" under the announcement and waits for what
// comes of it.
func (w *world) keepMine(user string) {
	w.t.Helper()
	var announcement slack.Ref
	for _, m := range w.Slack.Messages(operations, user) {
		if _, ok := m.Button("keep_mine"); ok {
			announcement = m.Ref
		}
	}
	r, err := w.Slack.Click(w.t.Context(), slack.Click{URL: w.FC.HTTPURL("slackcmd") + "/slack/interaction", Message: announcement, ActionID: "keep_mine", UserID: user})
	if err != nil || r.Error != "" {
		w.t.Fatalf("press: %v %s %s", err, r.Error, r.Cause)
	}
	w.keep(r)
	w.drain()
}

// wantKept wants the tag of keep on these desktops and on no other, until the
// next morning at eight.
func (w *world) wantKept(ids ...string) {
	w.t.Helper()
	kept := map[string]bool{}
	for _, d := range w.ECD.Desktops() {
		until, ok := d.Tags[core.TagKeepUntil]
		if !ok {
			continue
		}
		kept[d.ID] = true
		if at, err := time.Parse(time.RFC3339, until); err != nil || at.In(zone(w.t, "Asia/Shanghai")).Hour() != 8 || time.Until(at) > 26*time.Hour {
			w.t.Errorf("%s is kept until %q, want the next morning at 8", d.ID, until)
		}
	}
	for _, id := range ids {
		if !kept[id] {
			w.t.Errorf("%s is not kept", id)
		}
		delete(kept, id)
	}
	if len(kept) > 0 {
		w.t.Errorf("also kept: %v", kept)
	}
}
