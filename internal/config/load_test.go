package config

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/policy"
)

// Values that must never be seen again.
const (
	stateKey      = "c3RhdGUta2V5LXN0YXRlLWtleS1zdGF0ZS1rZXkh"
	signingSecret = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
	bearerToken   = "token-token-token-token-token"
)

// good is a deployment without a mistake.
func good() map[string]string {
	return map[string]string{
		"FC_REGION": "cn-hangzhou", "FC_FUNCTION_NAME": "stopdesktops", "FC_FUNC_CODE_PATH": "/code",
		"ECD_REGIONS": "cn-hangzhou,cn-beijing", "STATE_BUCKET": "state-bucket", "STATE_KEY": stateKey,
		"WEBHOOK_SECRETS": signingSecret, "PATH": "/usr/bin",
	}
}

const goodPolicy = "permit (principal, action, resource);\n"

const goodTimers = `Timers:
  - Name: nightly-dev
    Cron: "CRON_TZ=Asia/Shanghai 0 0 20 * * *"
    Request: {RegionId: cn-hangzhou, DesktopId: [ecd-1, ecd-2], StoppedMode: StopCharging, DryRun: true}
`

// Files that have every key once, as those who read them test them.
var (
	//go:embed timetable/testdata/timers.yaml
	goodKeys string
	//go:embed timetable/testdata/calendar.yaml
	goodCalendar string
	//go:embed prices/testdata/prices.yaml
	goodPrices string
	//go:embed people/testdata/identity.yaml
	goodIdentity string
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	tm, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return tm
}

// load loads a deployment from variables and files.
func load(vars, files map[string]string, checks ...Check) (Config, error) {
	return Load(sourceOf(vars, files, checks...))
}

// loadOn does so on another day.
func loadOn(now string, t *testing.T, vars, files map[string]string) (Config, error) {
	source := sourceOf(vars, files)
	source.Now = func() time.Time { return at(t, now) }
	return Load(source)
}

func openOnly(folder fs.FS) func(string) fs.FS { return func(string) fs.FS { return folder } }

func sourceOf(vars, files map[string]string, checks ...Check) Source {
	var environ []string
	for name, value := range vars {
		environ = append(environ, name+"="+value)
	}
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return Source{
		Environ: environ, Checks: checks,
		Now: func() time.Time { return time.Date(2027, 1, 4, 12, 0, 0, 0, time.UTC) },
		Open: func(dir string) fs.FS {
			if dir == "/nowhere" {
				return os.DirFS("/nowhere/at/all")
			}
			return folder
		},
		Executable: func() (string, error) { return "/opt/bin/stopdesktops", nil },
	}
}

func goodFiles() map[string]string {
	return map[string]string{"policy.cedar": goodPolicy, "timers.yaml": goodTimers}
}

func TestLoad(t *testing.T) {
	vars := good()
	for name, value := range map[string]string{
		"ECD_API": "client", "ECD_CLIENT_ID": "client-1", "ECD_CLIENT_AUTH": "anonymous", "ECD_CLIENT_LOOKUP": "off",
		"ECD_ENDPOINT": "cn-hangzhou=https://ecd.vpc-proxy.aliyuncs.com/, cn-beijing=http://127.0.0.1:9000", "ECD_ASSUME_ROLE_ARN": "acs:ram::1234567890123456:role/stopper",
		"ECD_BATCH_SIZE": "7", "CEILING_WEBHOOK": "20", "CEILING_TIMER": "30", "CEILING_SLACK": "10", "STATE_REGION": "cn-shanghai",
		"STATE_ENDPOINT": "http://[::1]:9001", "WEBHOOK_SECRETS": " " + signingSecret + " , whsec_b2xk", "WEBHOOK_TOKENS": bearerToken,
		"INVOKE_ENDPOINT": "https://1234567890123456.cn-hangzhou-internal.fc.aliyuncs.com", "INVOKE_FUNCTION": "worker", "CONFIG_DIR": "/etc/stop", "LOG_LEVEL": "debug",
	} {
		vars[name] = value
	}
	files := goodFiles()
	files["timers.yaml"] = strings.Replace(goodTimers, "StoppedMode: StopCharging, ", "", 1)
	c, err := load(vars, files)
	if err != nil {
		t.Fatal(err)
	}
	rules := c.Rules()
	got := fmt.Sprintln(rules.Regions, rules.Pin, rules.ClientId, rules.Batch, rules.NoLookup, rules.Ceiling(core.Webhook), rules.Ceiling(core.Timer), rules.Ceiling(core.Slack), rules.Ceiling(core.Terminal),
		c.Cloud.Anonymous, c.Cloud.Endpoints, c.Cloud.AssumeRoleARN, c.State.Bucket, c.State.Region, c.State.Endpoint, c.Invoke, c.Process, c.Policy.Name)
	if want := "[cn-hangzhou cn-beijing] client client-1 7 true 20 30 10 20000 true { map[cn-beijing:http://127.0.0.1:9000 cn-hangzhou:https://ecd.vpc-proxy.aliyuncs.com]} acs:ram::1234567890123456:role/stopper state-bucket cn-shanghai http://[::1]:9001 {https://1234567890123456.cn-hangzhou-internal.fc.aliyuncs.com worker} {/etc/stop DEBUG} /etc/stop/policy.cedar\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if c.State.Key.Reveal() != stateKey || len(c.Webhook.Secrets) != 2 || c.Webhook.Secrets[0].Reveal() != signingSecret || c.Webhook.Secrets[1].Reveal() != "whsec_b2xk" || len(c.Webhook.Tokens) != 1 || c.Webhook.Tokens[0].Reveal() != bearerToken {
		t.Error("a secret arrives changed")
	}
	if want := []string{
		"ECD_ENDPOINT of cn-beijing is on this machine (http://127.0.0.1:9000): nothing reaches the cloud through it",
		"STATE_ENDPOINT is on this machine (http://[::1]:9001): nothing reaches the cloud through it",
	}; !slices.Equal(c.Warnings, want) {
		t.Errorf("warnings %q, want %q", c.Warnings, want)
	}
	if string(c.Policy.Text) != goodPolicy {
		t.Errorf("policy %q", c.Policy.Text)
	}
	timer, ok := c.Timer("nightly-dev")
	if !ok || len(timer.Request.DesktopId) != 2 || !timer.Request.DryRun || timer.LateAfter != 15*time.Minute {
		t.Errorf("timer %+v", timer)
	}
	if _, ok := c.Timer("nightly"); ok {
		t.Error("a timer that is not there is found")
	}
}

func TestDefaults(t *testing.T) {
	vars := good()
	vars["ECD_API"], vars["WEBHOOK_TOKENS"] = "", " " // as a deployment file leaves a variable out
	c, err := load(vars, map[string]string{"policy.cedar": goodPolicy})
	if err != nil {
		t.Fatal(err)
	}
	rules := c.Rules()
	got := fmt.Sprintln(rules.Pin == "", rules.ClientId == "", rules.Batch, rules.NoLookup, rules.Ceiling(core.Webhook), rules.Ceiling(core.Timer), rules.Ceiling(core.Slack),
		c.Cloud.Anonymous, c.Cloud.Endpoints, c.State.Region, c.State.Endpoint == "", c.Invoke.Function, c.Process, len(c.Webhook.Tokens), len(c.Timers), len(c.Warnings))
	if want := "true true 20 false 500 20000 200 false { map[]} cn-hangzhou true stopdesktops {/code/config INFO} 0 0 0\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	delete(vars, "FC_FUNC_CODE_PATH")
	if c, err = load(vars, goodFiles()); err != nil || c.Process.ConfigDir != "/opt/bin/config" {
		t.Errorf("config dir %q, error %v; want the folder beside the program", c.Process.ConfigDir, err)
	}
}

// TestOneEndpoint has one URL for all regions, and everything on this machine.
func TestOneEndpoint(t *testing.T) {
	vars := good()
	vars["ECD_ENDPOINT"], vars["INVOKE_ENDPOINT"] = "http://127.0.0.1:8443", "http://127.0.0.2"
	c, err := load(vars, goodFiles())
	if err != nil || c.Cloud.Endpoints.All != "http://127.0.0.1:8443" || len(c.Cloud.Endpoints.Region) != 0 {
		t.Errorf("endpoints %+v, error %v", c.Cloud.Endpoints, err)
	}
	if want := []string{
		"ECD_ENDPOINT is on this machine (http://127.0.0.1:8443): nothing reaches the cloud through it",
		"INVOKE_ENDPOINT is on this machine (http://127.0.0.2): nothing reaches the cloud through it",
	}; !slices.Equal(c.Warnings, want) {
		t.Errorf("warnings %q, want %q", c.Warnings, want)
	}
}

// TestEverythingAtOnce has a mistake in every place.
func TestEverythingAtOnce(t *testing.T) {
	vars := map[string]string{
		"ECD_REGIONS": "cn_hangzhou", "ECD_BATCH_SIZE": "many", "CEILING_TIMER": "20001", "STATE_BUKET": "b", "STATE_ENDPOINT": "http://oss.example.com",
		"CONFIG_DIR": "conf",
	}
	files := map[string]string{
		"policy.cedar": "permit (principal is Sendr, action, resource);",
		"timers.yaml":  "Timers:\n  - Name: Nightly\n    Cron: \"@every 5m\"\n    Request: {RegionId: cn-hangzhou, DesktopId: [1]}\n",
		"senders.yml":  "",
	}
	_, err := load(vars, files, policyCheck)
	want := `ECD_REGIONS: found "cn_hangzhou"; want region ids such as cn-hangzhou, separated by commas
ECD_BATCH_SIZE: found "many"; want a whole number from 1 to 100
CEILING_TIMER: found "20001"; want a whole number from 1 to the compiled ceiling, 20000
STATE_BUCKET: found nothing; want the name of an OSS bucket: 3 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends
STATE_REGION: found nothing; want the region id of the bucket, such as cn-hangzhou; FC_REGION, its default, is not set either
STATE_ENDPOINT: found "http://oss.example.com"; want https://<host>, or http:// before a literal loopback address such as 127.0.0.1, with nothing behind the host but a port
STATE_KEY: found nothing; want one or several keys separated by commas; make one with: openssl rand -base64 32
INVOKE_FUNCTION: found nothing; want the name of a function: up to 64 letters, digits, dashes and underscores, not beginning with a digit or dash; FC_FUNCTION_NAME, its default, is not set either
STATE_BUKET: nothing reads this variable; did you mean STATE_BUCKET?
conf/senders.yml: nothing reads this file; did you mean senders.yaml?
conf/policy.cedar:1:22: there is no entity type Sendr; the types are Action, Desktop, Fleet, Group, Operator, Sender, SlackChannel, SlackGroup, SlackUser, Timer
conf/timers.yaml:2:11: found "Nightly"; want 1 to 40 lower-case letters, digits and dashes
conf/timers.yaml:3:11: found "@every 5m" (@every has no fixed instants, so nobody could tell a tick of the trigger from a forged one); want six fields as in the trigger (second minute hour day month weekday), UTC unless CRON_TZ=<zone> stands before them, such as "CRON_TZ=Asia/Shanghai 0 0 20 * * *"
conf/timers.yaml:4:50: DesktopId[0] is the number "1", want a string
WEBHOOK_SECRETS, WEBHOOK_TOKENS: found neither, and no senders.yaml; want at least one of them, or nobody could get in`
	if err == nil || err.Error() != want {
		t.Errorf("Load says\n%v\nwant\n%s", err, want)
	}
	if problems, ok := errors.AsType[mistake.Problems](err); !ok || len(problems) != strings.Count(want, "\n")+1 {
		t.Errorf("the error is %T, want Problems, one a line", err)
	}
}

// policyCheck is how the program joins policy and configuration.
var policyCheck = Check{Of: "policy.cedar", Run: func(c Config) error {
	_, err := policy.Parse(c.Policy.Name, c.Policy.Text)
	return err
}}

// TestShippedFiles loads the folder that the project ships.
func TestShippedFiles(t *testing.T) {
	vars := good()
	vars["CONFIG_DIR"] = "../../config"
	var environ []string
	for name, value := range vars {
		environ = append(environ, name+"="+value)
	}
	c, err := Load(Source{Environ: environ, Checks: []Check{policyCheck}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Timers) == 0 {
		t.Error("no timer is shipped")
	}
	for _, timer := range c.Timers {
		if !timer.Request.DryRun {
			t.Errorf("timer %s is shipped without DryRun", timer.Name)
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
