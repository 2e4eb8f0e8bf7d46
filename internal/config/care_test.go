package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stopdesktops/internal/core"
)

// TestCare has every variable of how carefully runs go about it, and what core
// is told of them.
func TestCare(t *testing.T) {
	vars := good()
	for name, value := range map[string]string{
		"ECD_CALLS_PER_SECOND": "16", "ECD_MAX_CONCURRENCY": "8", "ECD_TAG_SOURCE": "list", "ECD_SESSION_WINDOW": "24h",
		"CEILING_WEBHOOK_PERCENT": "10", "CEILING_TIMER_PERCENT": "90", "CEILING_SLACK_PERCENT": "5",
		"ZONE": "Europe/Berlin", "MAX_KEEP": "15m", "GRACE": "0s", "MIN_UPTIME": "1h", "CANARY": "0", "MAX_FAILURES": "3", "WAIT": "90s",
		"SLACK_IDENTITY": "file", "HELP_CONTACT": " ask #it-help ",
	} {
		vars[name] = value
	}
	files := goodFiles()
	files["timers.yaml"] = goodKeys
	files["calendars/china.yaml"] = strings.Replace(goodCalendar, "Provisional: [2027]\n", "", 1)
	files["prices.yaml"], files["identity.yaml"], files["senders.yaml"] = goodPrices, goodIdentity, "Senders: []\n"
	c, err := load(vars, files)
	if err != nil {
		t.Fatal(err)
	}
	rules := c.Rules()
	got := fmt.Sprintln(c.Cloud.CallsPerSecond, c.Cloud.MaxConcurrency, c.Cloud.ListTags, c.Cloud.SessionWindow, rules.Concurrency,
		rules.Percent(core.Webhook), rules.Percent(core.Timer), rules.Percent(core.Slack), rules.Zone, rules.MaxKeep, rules.Grace, rules.MinUptime, rules.Canary, rules.MaxFailures, rules.Wait,
		c.People.Identity, len(c.EndUsers), rules.HelpContact, rules.Prices.Currency, len(c.Senders))
	if want := "16 8 true 24h0m0s 8 10 90 5 Europe/Berlin 15m0s 0s 1h0m0s 0 3 1m30s file 3 ask #it-help CNY 0\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if due, problem := rules.Schedules("office", "", at(t, "2027-01-04T18:00:00Z"), at(t, "2027-01-04T19:00:00Z")); !due || problem != "" {
		t.Errorf("the schedule of 20:00 in ZONE is due %t %q", due, problem)
	}
	if timer, _ := c.Timer("none"); timer.Zone.String() != "Europe/Berlin" {
		t.Errorf("a timer without a zone has %s", timer.Zone)
	}
}

func TestCareByDefault(t *testing.T) {
	c, err := load(good(), map[string]string{"policy.cedar": goodPolicy})
	if err != nil {
		t.Fatal(err)
	}
	rules := c.Rules()
	got := fmt.Sprintln(c.Cloud.CallsPerSecond, c.Cloud.MaxConcurrency, c.Cloud.ListTags, c.Cloud.SessionWindow, rules.Percent(core.Timer),
		rules.Zone, rules.MaxKeep, rules.Grace, rules.MinUptime, rules.Canary, rules.MaxFailures, rules.Wait, c.People.Identity, rules.HelpContact == "", rules.Prices == nil, len(c.Senders) == 0)
	if want := "10 4 false 720h0m0s 100 Asia/Shanghai 72h0m0s 30m0s 0s 3 10% 4m0s none true true true\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if _, problem := rules.Schedules("office", "", time.Time{}, time.Time{}); problem == "" {
		t.Error("a schedule is known without timers.yaml")
	}
}

// TestTimeWarnings holds what is said at start about what is allowed and hardly
// meant.
func TestTimeWarnings(t *testing.T) {
	const (
		schedules = "Schedules: [{Name: office, Stop: \"20:00\", Calendar: china, OnlyOn: workdays}]\n"
		serving   = "Timers: [{Name: a, Cron: 0 0 * * * *, Request: {Select: {RegionId: [all], Scheduled: true}}}]\n"
		missing   = "calendar china has no dates of 2028: its days count by their weekdays only; add the year to calendars/china.yaml"
	)
	for _, c := range []struct {
		name  string
		today string
		vars  map[string]string
		files map[string]string
		want  []string
	}{
		{"nothing", "2027-12-01", nil, nil, nil},
		{"a calendar that nothing uses", "2027-12-01", nil, map[string]string{"timers.yaml": "Timers: []"}, nil},
		{"in September", "2027-09-30", nil, map[string]string{"timers.yaml": serving + schedules}, nil},
		{"in October", "2027-10-01", nil, map[string]string{"timers.yaml": serving + schedules}, []string{missing}},
		{"once for all who use it", "2027-10-01", nil, map[string]string{"timers.yaml": serving + schedules, "prices.yaml": goodPrices}, []string{missing}},
		{"prices alone", "2027-10-01", nil, map[string]string{"prices.yaml": goodPrices}, []string{missing}},
		{"nobody serves", "2027-01-01", nil, map[string]string{"timers.yaml": "Timers: []\n" + schedules}, []string{"timers.yaml has Schedules and no timer whose request says Select.Scheduled: nothing serves them"}},
		{"nothing to serve", "2027-01-01", nil, map[string]string{"timers.yaml": serving}, []string{"timers.yaml has a timer whose request says Select.Scheduled and no Schedules: it can stop nothing"}},
		{"a channel", "2027-01-01", nil, map[string]string{"timers.yaml": one(cronLine + requestLine + "  Channel: C012ABCDE\n")}, []string{"timer a has a Channel and SLACK_BOT_TOKEN is not set: its reports are only logged"}},
		{"a channel and a token", "2027-01-01", map[string]string{"SLACK_BOT_TOKEN": bearerToken}, map[string]string{"timers.yaml": one(cronLine + requestLine + "  Channel: C012ABCDE\n")}, nil},
		{"people for nothing", "2027-01-01", nil, map[string]string{"identity.yaml": goodIdentity}, []string{"identity.yaml is not used, because SLACK_IDENTITY is none"}},
	} {
		vars, files := good(), map[string]string{"policy.cedar": goodPolicy, "calendars/china.yaml": strings.Replace(goodCalendar, "Provisional: [2027]\n", "", 1)}
		for name, value := range c.vars {
			vars[name] = value
		}
		for name, text := range c.files {
			files[name] = text
		}
		loaded, err := loadOn(c.today+"T12:00:00+08:00", t, vars, files)
		if err != nil || !slices.Equal(loaded.Warnings, c.want) {
			t.Errorf("%s: warnings %q, error %v; want %q", c.name, loaded.Warnings, err, c.want)
		}
	}
}

// TestLoadTimes reads a folder away from its deployment: no policy, no bucket, no
// regions.
func TestLoadTimes(t *testing.T) {
	folder := func(files map[string]string) Source {
		all := fstest.MapFS{}
		for name, text := range files {
			all[name] = &fstest.MapFile{Data: []byte(text)}
		}
		return Source{Open: openOnly(all), Now: func() time.Time { return at(t, "2027-12-01T00:00:00Z") }}
	}
	files := map[string]string{"timers.yaml": goodKeys, "calendars/china.yaml": goodCalendar}
	c, err := LoadTimes("conf", folder(files))
	if err != nil || len(c.Timers) != 3 || len(c.Schedules.All()) != 2 || len(c.Warnings) == 0 {
		t.Errorf("%d timers, %d schedules, warnings %q, error %v", len(c.Timers), len(c.Schedules.All()), c.Warnings, err)
	}
	source := folder(files)
	source.Environ = []string{"ECD_REGIONS=eu-central-1", "ZONE=Mars", "ECD_UNKNOWN=x"}
	_, err = LoadTimes("conf", source)
	want := `ZONE: found "Mars"; want the name of a time zone such as Asia/Shanghai
conf/timers.yaml:12:13: RegionId is "cn-hangzhou"; this deployment serves eu-central-1
conf/timers.yaml:16:13: RegionId is "cn-hangzhou"; this deployment serves eu-central-1`
	if err == nil || err.Error() != want {
		t.Errorf("LoadTimes says\n%v\nwant\n%s", err, want)
	}
	if _, err := LoadTimes("conf", folder(nil)); err == nil || err.Error() != "conf/timers.yaml: found no such file (file does not exist); want the timers of a configuration folder" {
		t.Errorf("an empty folder: %v", err)
	}
}
