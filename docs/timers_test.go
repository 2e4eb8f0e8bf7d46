package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/timetable"
	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// configFolder makes a folder of the shipped calendars and these files.
func configFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "calendars"), os.DirFS("../config/calendars")); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// fileOf is the file that a block says it is of, in its first line.
func fileOf(t *testing.T, block string) string {
	t.Helper()
	name, ok := strings.CutPrefix(strings.SplitN(block, "\n", 2)[0], "# ")
	if !ok || !fs.ValidPath(name) {
		t.Fatalf("a block does not say which file it is of:\n%s", block)
	}
	return name
}

// timerBlocks reads every block of the page that is of timers.yaml.
func timerBlocks(t *testing.T) []config.Config {
	t.Helper()
	var all []config.Config
	for _, b := range claimed(t, "TestBlocksOfTimersPage") {
		block, files := b.text, map[string]string{"timers.yaml": "Timers: []\n"}
		files[fileOf(t, block)] = block
		c, err := config.LoadTimes(configFolder(t, files), config.Source{Now: func() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) }})
		if err != nil {
			t.Errorf("%s\n%v", block, err)
			continue
		}
		all = append(all, c)
	}
	return all
}

func TestBlocksOfTimersPage(t *testing.T) {
	var timers, schedules int
	for _, c := range timerBlocks(t) {
		timers += len(c.Timers)
		schedules += len(c.Schedules.All())
		for _, w := range c.Warnings {
			if !strings.Contains(w, "SLACK_BOT_TOKEN") && !strings.Contains(w, "provisional") {
				t.Error(w)
			}
		}
	}
	if timers < 3 || schedules < 3 {
		t.Errorf("%d timers and %d schedules are shown", timers, schedules)
	}
}

// TestTimersPageHasEveryKey asks the configuration which keys it takes, by one
// that it does not.
func TestTimersPageHasEveryKey(t *testing.T) {
	page := readText(t, "timers.md")
	for _, text := range []string{"Timers: [{Nonsense: 1}]\n", "Timers: []\nSchedules: [{Nonsense: 1}]\n"} {
		_, err := config.LoadTimes(configFolder(t, map[string]string{"timers.yaml": text}), config.Source{})
		wantKeys(t, page, err)
	}
	_, err := config.LoadTimes(configFolder(t, map[string]string{"timers.yaml": "Timers: []\n", "calendars/x.yaml": "Nonsense: 1\n"}), config.Source{})
	wantKeys(t, page, err)
}

var keysWanted = regexp.MustCompile(`found the key "Nonsense"; want (.*)`)

// wantKeys wants every key named that the mistake about the key Nonsense lists.
func wantKeys(t *testing.T, page string, mistake error) {
	t.Helper()
	if mistake == nil {
		t.Fatal("a key that does not exist is no mistake")
	}
	list := keysWanted.FindStringSubmatch(mistake.Error())
	if list == nil {
		t.Fatalf("no keys are listed: %v", mistake)
	}
	for _, key := range strings.Split(list[1], ", ") {
		if !names(page, key) {
			t.Errorf("the key %s is not explained", key)
		}
	}
}

// TestTriggersOfTimersPage fires the page's triggers for the page's timer.
func TestTriggersOfTimersPage(t *testing.T) {
	var file struct {
		Triggers []struct {
			Name   string `yaml:"triggerName"`
			Config struct {
				Cron    string `yaml:"cronExpression"`
				Payload string `yaml:"payload"`
			} `yaml:"triggerConfig"`
		} `yaml:"triggers"`
	}
	for _, b := range claimed(t, "TestTriggersOfTimersPage") {
		if err := yaml.Unmarshal([]byte(b.text), &file); err != nil {
			t.Fatal(err)
		}
	}
	timers := map[string]timetable.Timer{}
	for _, c := range timerBlocks(t) {
		for _, timer := range c.Timers {
			timers[timer.Name] = timer
		}
	}
	announced := 0
	for _, trigger := range file.Triggers {
		at := firstInstant(t, trigger.Config.Cron)
		event := fmt.Sprintf(`{"triggerTime":%q,"triggerName":%q,"payload":%q}`, at.Format(time.RFC3339), trigger.Name, trigger.Config.Payload)
		tick, err := fc.Open([]byte(event)).Tick()
		if err != nil {
			t.Fatalf("%s: %v", trigger.Name, err)
		}
		timer, known := timers[tick.Timer]
		if !known {
			t.Fatalf("%s names the timer %q, which the page does not have", trigger.Name, tick.Timer)
		}
		admit := timer.Admit
		if tick.Announce {
			admit = timer.AdmitAnnouncement
			announced++
		}
		if _, err := admit(tick.At, tick.At); err != nil {
			t.Errorf("%s: %v", trigger.Name, err)
		}
	}
	if announced != 1 || len(file.Triggers) != 2 {
		t.Errorf("%d triggers, %d of which announce", len(file.Triggers), announced)
	}
}

// firstInstant is when a trigger with this expression fires first.
func firstInstant(t *testing.T, cron string) time.Time {
	t.Helper()
	text := fmt.Sprintf("Timers: [{Name: x, Cron: %q, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-a]}}]\n", cron)
	c, err := config.LoadTimes(configFolder(t, map[string]string{"timers.yaml": text}), config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	for at := range c.Timers[0].Instants(from, from.AddDate(1, 0, 0)) {
		return at
	}
	t.Fatalf("%s never fires", cron)
	return time.Time{}
}

// TestTimersPageIsTrue compares what the page says by the way with the code.
func TestTimersPageIsTrue(t *testing.T) {
	page := readText(t, "timers.md")
	said := []string{
		fmt.Sprintf("over %d desktops", core.CanaryAbove), fmt.Sprintf("at most %d desktops", core.KeepMost),
		"20,000 desktops", "three hours before", "`" + core.TagKeep + "`", "`" + core.TagKeepUntil + "`",
		"`" + core.TagSchedule + "=office`", "`" + core.TagZone + "=Europe/Berlin`", "`" + string(core.ScheduleUnknown) + "`", "`" + string(core.TagsUnknown) + "`",
	}
	if core.CeilingTimer != 20_000 || timetable.ServedWithin != 3*time.Hour {
		t.Error("the page's numbers are old")
	}
	for _, m := range regexp.MustCompile(`d\.quiet\(ctx, r, t, \w+, "([^"]+)"|core\.Alive\(ctx, r\.Log, report\.Caller\.Name, scheduled, "([^"]+)"`).
		FindAllStringSubmatch(readText(t, "../functions/stopdesktops/timer.go")+readText(t, "../functions/stopdesktops/morning.go"), -1) {
		said = append(said, "| `"+m[1]+m[2]+"` |")
	}
	if len(said) < 15 {
		t.Errorf("only %d words of the alive line are found in the code", len(said)-10)
	}
	for _, words := range said {
		if !says(page, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
}

// TestPreviewOfTimersPage runs the page's command with the folder that my-config
// is a copy of, and looks for the page's lines in what it prints.
func TestPreviewOfTimersPage(t *testing.T) {
	var printed []string
	shown := 0
	for _, b := range claimed(t, "TestPreviewOfTimersPage") {
		if b.language == "" {
			shipped := strings.Replace(b.text, "CONFIG=my-config ", "CONFIG=config ", 1)
			if shipped == b.text {
				t.Errorf("it does not name the folder:\n%s", b)
			}
			printed = strings.Split(sh(t, shipped), "\n")
			continue
		}
		for line := range strings.Lines(b.text) {
			shown++
			if !slices.Contains(printed, strings.TrimSuffix(line, "\n")) {
				t.Errorf("make preview does not print %q", line)
			}
		}
	}
	if shown == 0 {
		t.Error("the page shows nothing of make preview")
	}
}
