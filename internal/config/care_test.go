package config

import (
	"fmt"
	"strings"
	"testing"
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
