package tests

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/slack"
)

// People and places of testdata/fleet, beside alice: bob is mapped to an end
// user, carol is not.
const (
	bob        = "U0BOB0001"
	carol      = "U0CAROL01"
	operations = "C0OPERATIONS" // where timers report
	botToken   = "xoxb-2024-fleet-tests-only"
)

// hangzhou and shanghai are the two regions of the local cloud.
const (
	hangzhou = "cn-hangzhou"
	shanghai = "cn-shanghai"
)

// fleetWorld is a slackWorld deployed as testdata/fleet says: groups, people,
// prices, a channel for reports, and calls as fast as the machine makes them.
func fleetWorld(t *testing.T, fleet []ecd.Desktop, options ...option) *world {
	t.Helper()
	deployed := []option{
		func(o *cloud.Options) { o.Config = fleetConfig(t, time.Now()) },
		func(o *cloud.Options) {
			o.Slack.BotToken = botToken
			o.Slack.Users = []slack.User{{ID: alice, Name: "alice"}, {ID: bob, Name: "bob"}, {ID: carol, Name: "carol"}}
			o.Slack.Channels = []slack.Channel{{ID: operations, AppIn: true}}
			o.Function = func(f *fc.Function) {
				if f.Name == "stopdesktops" {
					f.Timers = fleetTimers()
				}
			}
		},
		withEnv(map[string]string{"ECD_CALLS_PER_SECOND": "1000", "SLACK_IDENTITY": "file", "SLACK_BOT_TOKEN": botToken}),
	}
	w := slackWorld(t, fleet, append(deployed, options...)...)
	w.Secrets = append(w.Secrets, botToken)
	return w
}

// fleetTimers are the triggers of testdata/fleet/timers.yaml, and the one that
// announces.
func fleetTimers() []fc.TimerTrigger {
	names := []string{"schedules", "client", "holiday-off", "holiday-on", "makeup-on", "past", "within", "late", "dry", "evening", "nightly"}
	var all []fc.TimerTrigger
	for _, name := range names {
		all = append(all, fc.TimerTrigger{Name: name, Cron: "0 * * * * *", Payload: `{"Timer":"` + name + `"}`, Enable: true})
	}
	return append(all, fc.TimerTrigger{Name: "evening-announce", Cron: "0 * * * * *", Payload: `{"Timer":"evening","Announce":true}`, Enable: true})
}

// fleetConfig is testdata/fleet, filled in for the day and the hour of now: it is
// a holiday by one calendar and a make-up workday by the other.
func fleetConfig(t *testing.T, now time.Time) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/fleet")); err != nil {
		t.Fatal(err)
	}
	utc := now.UTC()
	// Shanghai is 8 hours ahead, so what its clocks show now UTC's show in 8
	// hours.
	hour := func(ahead int) string { return utc.Add(time.Duration(ahead)*time.Hour).Format("15") + ":00" }
	timers, err := os.ReadFile(filepath.Join(dir, "timers.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("THIS_HOUR", hour(0), "SHANGHAI_HOUR", hour(8), "ANOTHER_HOUR", hour(12)).Replace(string(timers))
	today := now.In(zone(t, "Asia/Shanghai"))
	years := fmt.Sprintf("Years: [%d, %d]\n", today.Year(), today.Year()+1)
	date := today.Format(time.DateOnly)
	other := (today.Weekday() + 3) % 7
	for name, text := range map[string]string{
		"timers.yaml":            filled,
		"calendars/holiday.yaml": years + fmt.Sprintf("Weekend: [%s]\nHolidays: [{ Date: %s, Name: Founding Day }]\n", other, date),
		"calendars/makeup.yaml":  years + fmt.Sprintf("Weekend: [%s]\nWorkdays: [{ Date: %s, Name: Founding Day }]\n", today.Weekday(), date),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// many are desktops of a team that nothing speaks against stopping.
func many(region string, n int, tags map[string]string) []ecd.Desktop {
	all := make([]ecd.Desktop, n)
	for i := range all {
		all[i] = ecd.Desktop{Region: region, ID: fmt.Sprintf("ecd-%s%03d", strings.TrimPrefix(region, "cn-"), i), Tags: maps.Clone(tags)}
	}
	return all
}

// reportOf returns the one report of a caller.
func (w *world) reportOf(door core.Door, name string) core.Report {
	w.t.Helper()
	var found []core.Report
	for _, r := range w.reports() {
		if r.Caller.Door == door && (name == "" || r.Caller.Name == name) {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("%d reports of %s %s, want 1", len(found), door, name)
	}
	return found[0]
}

// wantPlaces compares a report with the code that each desktop, as region/id,
// must end with.
func wantPlaces(t *testing.T, r core.Report, want map[string]core.Code) {
	t.Helper()
	got := map[string]core.Code{}
	for _, o := range r.Outcomes {
		place := o.RegionId + "/" + o.DesktopId
		if _, twice := got[place]; twice {
			t.Errorf("%s has two outcomes", place)
		}
		got[place] = o.Code
	}
	for _, place := range slices.Sorted(maps.Keys(want)) {
		if got[place] != want[place] {
			t.Errorf("%s is %q, want %q", place, got[place], want[place])
		}
	}
	for _, place := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[place]; !ok {
			t.Errorf("%s is %q, want it left out", place, got[place])
		}
	}
}

// posts are the app's messages to all in a channel that hold the words, as
// people read them.
func (w *world) posts(channelID, words string) []string {
	var all []string
	for _, m := range w.Slack.Messages(channelID, mallory) {
		if text := m.Readable(); strings.Contains(text, words) {
			all = append(all, text)
		}
	}
	return all
}

// onlyPost is the one message of the channel that holds the words.
func (w *world) onlyPost(words string) string {
	w.t.Helper()
	all := w.posts(operations, words)
	if len(all) != 1 {
		w.t.Fatalf("%d messages say %q, want 1:\n%s", len(all), words, w.Slack.Screen(operations, mallory))
	}
	return all[0]
}

func wantWords(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q is not in:\n%s", word, text)
		}
	}
}

// call sends one request that is signed by the bearer token only.
func (w *world) call(method, path, body string) response {
	w.t.Helper()
	return w.send(method, path, map[string]string{"Authorization": "Bearer " + w.WebhookToken, "Content-Type": "application/json"}, body)
}

// stopIDs counts the desktops that the region's StopDesktops calls of one
// contract have named.
func (w *world) stopIDs(version, region string) int {
	return w.ECD.Tallies()[ecd.TallyKey{Version: version, Operation: "StopDesktops", Region: region}].IDs
}

// as reads the screen of somebody in the channel where commands are typed.
func (w *world) as(user string) string { return w.Slack.Screen(channel, user) }
