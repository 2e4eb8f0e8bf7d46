package triggers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/timetable"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// TestShipped: both files have the triggers of the timers that ship.
func TestShipped(t *testing.T) {
	timers := timersIn(t, "../../config")
	for _, file := range []string{"s.yaml", "template.yml"} {
		text, err := os.ReadFile(filepath.Join("../..", file))
		if err != nil {
			t.Fatal(err)
		}
		found, err := Read(text)
		if err != nil || len(found) != len(timers) {
			t.Errorf("%s: %d triggers of %d timers, %v", file, len(found), len(timers), err)
		}
		if said := Compare(file, "config", found, timers, now).Said; len(said) > 0 {
			t.Errorf("%q", said)
		}
	}
}

func timersIn(t *testing.T, dir string) []timetable.Timer {
	t.Helper()
	c, err := config.LoadTimes(dir, config.Source{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return c.Timers
}

const someTimers = `Timers:
  - {Name: nightly, Cron: CRON_TZ=Asia/Shanghai 0 0 20 * * *, Announce: 30m, Channel: C0OPERATIONS, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-a]}}
  - {Name: noon, Cron: 0 0 12 * * *, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-a]}}
`

func TestCompare(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "timers.yaml"), []byte(someTimers), 0o600); err != nil {
		t.Fatal(err)
	}
	timers := timersIn(t, dir)
	good := []Trigger{{1, "nightly", "CRON_TZ=Asia/Shanghai 0 0 20 * * *", "nightly", false}, {2, "nightly-announce", "CRON_TZ=Asia/Shanghai 0 30 19 * * *", "nightly", true},
		{3, "noon", "0 0 12 * * *", "noon", false}}
	for _, c := range []struct {
		name string
		edit func([]Trigger) []Trigger
		want []string
	}{
		{"all fit", func(all []Trigger) []Trigger { return all }, nil},
		{"no trigger", func(all []Trigger) []Trigger { return all[:2] }, []string{`s.yaml: no trigger asks for timer noon of my/timers.yaml, so it never runs. Add one at "0 0 12 * * *" with the payload {"Timer":"noon"}.`}},
		{"no announcing trigger", func(all []Trigger) []Trigger { return slices.Delete(all, 1, 2) },
			[]string{`s.yaml: no trigger announces timer nightly of my/timers.yaml, 30m0s before it runs. Add one so much earlier with the payload {"Timer":"nightly","Announce":true}.`}},
		{"a trigger too many", func(all []Trigger) []Trigger { return append(all, Trigger{9, "old", "0 0 1 * * *", "old", false}) },
			[]string{"s.yaml:9: trigger old asks for timer old, which my/timers.yaml does not have; its ticks are refused. Remove the trigger, or add the timer."}},
		{"a near name", func(all []Trigger) []Trigger { all[0].Timer = "nigthly"; return all },
			[]string{"s.yaml:1: trigger nightly asks for timer nigthly, which my/timers.yaml does not have; its ticks are refused. Did you mean nightly?"}},
		{"another time", func(all []Trigger) []Trigger { all[2].Cron = "0 0 13 * * *"; return all },
			[]string{`s.yaml:3: trigger noon comes at "0 0 13 * * *", and timer noon of my/timers.yaml at "0 0 12 * * *"; ticks off a timer's schedule are refused. Give both the same.`}},
		{"announced too late", func(all []Trigger) []Trigger { all[1].Cron = "CRON_TZ=Asia/Shanghai 0 45 19 * * *"; return all },
			[]string{"s.yaml:2: trigger nightly-announce does not come 30m0s before the run of timer nightly at 2026-11-24T20:00:00+08:00, so that is not announced. Give it the timer's expression, so much earlier."}},
		{"announced in another zone", func(all []Trigger) []Trigger { all[1].Cron = "0 30 11 * * *"; return all }, nil},
		{"announced at no time", func(all []Trigger) []Trigger { all[1].Cron = "half past seven"; return all }, []string{"does not come 30m0s before"}},
		{"announced, and not wanted", func(all []Trigger) []Trigger {
			return append(all, Trigger{4, "noon-announce", "0 30 11 * * *", "noon", true})
		}, []string{"s.yaml:4: trigger noon-announce announces timer noon, which has no Announce in my/timers.yaml."}},
	} {
		said := Compare("s.yaml", "my", c.edit(slices.Clone(good)), timers, now).Said
		if len(said) != len(c.want) {
			t.Errorf("%s: %q", c.name, said)
			continue
		}
		for i, want := range c.want {
			if !strings.Contains(said[i], want) {
				t.Errorf("%s: it says\n%s\nwant\n%s", c.name, said[i], want)
			}
		}
	}
}

func TestRead(t *testing.T) {
	const text = `
resources:
  other: {props: {triggers: [{triggerName: hello, triggerType: timer, triggerConfig: {payload: 'hello', cronExpression: 0 0 1 * * *}}, {triggerName: http, triggerType: http, triggerConfig: {payload: '{"Timer":"x"}'}}]}}
  ours:
    props:
      triggers:
        - triggerType: timer
          triggerName: a
          triggerConfig: {payload: '{"Timer":"a","Announce":true}', cronExpression: 0 0 1 * * *}
`
	found, err := Read([]byte(text))
	if want := []Trigger{{8, "a", "0 0 1 * * *", "a", true}}; err != nil || !slices.Equal(found, want) {
		t.Errorf("%v, %v; want %v", found, err, want)
	}
	if found, err := Read([]byte("a: [")); err == nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
}

// FuzzRead: whatever a file is, reading it ends.
func FuzzRead(f *testing.F) {
	f.Add([]byte("Resources: {A: {Type: ALIYUN::FC3::Trigger, Properties: {TriggerType: timer, TriggerName: a, TriggerConfig: {payload: '{\"Timer\":\"a\"}'}}}}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		found, err := Read(text)
		if err != nil && len(found) > 0 {
			t.Error("triggers of a file that cannot be read")
		}
	})
}
