package tests

import (
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// TestKeepAwake keeps a desktop awake from Slack, past a selection, a stop by id
// and a person's own stop, until it is no longer kept.
func TestKeepAwake(t *testing.T) {
	t.Parallel()
	dev := map[string]string{"env": "dev"}
	w := fleetWorld(t, []ecd.Desktop{
		{Region: hangzhou, ID: "ecd-bob1", EndUserIDs: []string{"bob"}, Tags: dev},
		{Region: shanghai, ID: "ecd-bob2", EndUserIDs: []string{"bob"}, Tags: dev},
		{Region: hangzhou, ID: "ecd-alice1", EndUserIDs: []string{"alice"}, Tags: dev},
		{Region: hangzhou, ID: "ecd-vault1", EndUserIDs: []string{"alice"}},
	}, withEnv(map[string]string{"MAX_KEEP": "12h"}))
	until := time.Now().Add(3 * time.Hour).In(zone(t, "Asia/Shanghai"))

	w.say(bob, "keep ecd-bob1 2026-13-40", "is no time")
	w.say(bob, "keep ecd-bob1 for 13h", "further off than the 12h", "nothing was done")
	w.say(bob, "keep ecd-alice1 3h", "Nothing is kept awake", "`ecd-alice1`", "action keep")
	w.say(alice, "keep ecd-vault1 3h", "Nothing is kept awake", "`ecd-vault1`", "action keep")
	w.say(carol, "keep ecd-bob1 3h", "Nothing is kept awake", "action keep")
	w.say(alice, "keep ecd-gone 3h", "Nothing is kept awake", "`ecd-gone`", "Check the id")
	w.wantTags(map[string]string{})
	w.say(bob, "keep ecd-bob1 until "+until.Format("15:04")+" still compiling", "1 desktop kept awake until", until.UTC().Format("15:04"), "/stop-desktop unkeep ecd-bob1")
	w.say(alice, "keep ecd-alice1 2h", "1 desktop kept awake until")
	w.wantTags(map[string]string{"ecd-bob1": until.Truncate(time.Minute).Format(time.RFC3339), "ecd-alice1": ""})

	// Nobody's stop passes the tag, by id or by selection, nor Force without its
	// permission.
	r := w.postWaiting("kept", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-bob1"],"Force":true}`)
	wantPlaces(t, *r.Report, map[string]core.Code{"cn-hangzhou/ecd-bob1": core.Kept})
	w.say(bob, "mine", "1 will stop", "`ecd-bob2`", "1 `kept`", "`ecd-bob1`")
	w.pressAs(bob, "stop")
	wantPlaces(t, w.reportOf(core.Slack, "T012ABCD0/"+bob), map[string]core.Code{"cn-hangzhou/ecd-bob1": core.Kept, "cn-shanghai/ecd-bob2": core.Stopped})

	w.say(carol, "mine", "Nobody knows which desktops belong to", "SLACK_IDENTITY")
	w.say(bob, "<@"+carol+">", "Nobody knows which desktops belong to")
	w.say(bob, "<@"+alice+">", "0 of 2 desktops", "2 `not_permitted`")
	w.say(alice, "<@"+bob+"> status:Running", "0 of 1 desktop", "1 `kept`")

	w.say(carol, "unkeep ecd-bob1", "Nothing changed", "action keep")
	w.say(bob, "unkeep ecd-bob1", "1 desktop no longer kept awake", "/stop-desktop keep ecd-bob1")
	w.wantTags(map[string]string{"ecd-alice1": ""})
	w.say(alice, "<@"+bob+"> status:Running preview", "1 of 1 desktop would stop")
	if n := w.stopIDs(ecd.VersionAdmin, hangzhou); n != 0 {
		t.Errorf("%d desktops of hangzhou were stopped, and all were kept, in the vault or previewed", n)
	}
}

// say types a command and wants the words on the screen that come of it, and
// nobody else to see them.
func (w *world) say(user, text string, words ...string) {
	w.t.Helper()
	before := w.as(user)
	if r := w.command(user, text); r.Error != "" {
		w.t.Fatalf("%s: %s %s", text, r.Error, r.Cause)
	}
	w.drain()
	shown := strings.TrimPrefix(w.as(user), before)
	for _, word := range words {
		if !strings.Contains(shown, word) {
			w.t.Errorf("%s: %q is not in what came of it:\n%s", text, word, shown)
		}
	}
	if other := w.as(mallory); other != "" {
		w.t.Errorf("%s: others read\n%s", text, other)
	}
}

// pressAs presses a button of the newest message that has it.
func (w *world) pressAs(user, action string) {
	w.t.Helper()
	messages := w.Slack.Messages(channel, user)
	for i := len(messages) - 1; i >= 0; i-- {
		if _, ok := messages[i].Button(action); ok {
			if r := w.pressOn(messages[i].Ref, user, action); r.Error != "" {
				w.t.Fatalf("press %s: %s %s", action, r.Error, r.Cause)
			}
			w.drain()
			return
		}
	}
	w.t.Fatalf("no message has the button %s:\n%s", action, w.as(user))
}

// wantTags wants these desktops, and no other, to be tagged by keep: with a value
// where one is given.
func (w *world) wantTags(want map[string]string) {
	w.t.Helper()
	for _, d := range w.ECD.Desktops() {
		got, has := d.Tags[core.TagKeepUntil]
		value, wanted := want[d.ID]
		if has != wanted || value != "" && got != value {
			w.t.Errorf("%s has the tag %q, want %q", d.ID, got, value)
		}
	}
}
