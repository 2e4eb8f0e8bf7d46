package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestBadVariables changes one thing of a good deployment. The messages are
// what an operator reads at three in the morning, so they are held to the letter.
func TestBadVariables(t *testing.T) {
	const (
		regions  = "want region ids such as cn-hangzhou, separated by commas"
		address  = "want https://<host>, or http:// before a literal loopback address such as 127.0.0.1, with nothing behind the host but a port"
		pairs    = address + "; one for all regions, or region=URL pairs separated by commas"
		bucket   = "want the name of an OSS bucket: 3 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends"
		client   = "want 1 to 128 printable ASCII characters without spaces"
		role     = "want acs:ram::<account id>:role/<role name>"
		batch    = "want a whole number from 1 to 100"
		function = "want the name of a function: up to 64 letters, digits, dashes and underscores, not beginning with a digit or dash"
		secrets  = "want signing secrets of the form whsec_<base64>, separated by commas"
	)
	for _, c := range []struct{ name, value, want string }{
		{"ECD_REGIONS", "", `ECD_REGIONS: found nothing; ` + regions},
		{"ECD_REGIONS", "  ", `ECD_REGIONS: found nothing; ` + regions},
		{"ECD_REGIONS", "cn-hangzhou,", `ECD_REGIONS: found an empty entry 2; ` + regions},
		{"ECD_REGIONS", "cn-hangzhou,cn-beijing,cn-hangzhou", `ECD_REGIONS: found "cn-hangzhou" twice; want each entry once`},
		{"ECD_REGIONS", "cn-hangzhou cn-beijing", `ECD_REGIONS: found "cn-hangzhou cn-beijing"; ` + regions},
		{"ECD_REGIONS", "evil@host/#", `ECD_REGIONS: found "evil@host/#"; ` + regions},
		{"ECD_REGIONS", "CN-Hangzhou,x-y", "ECD_REGIONS: found \"CN-Hangzhou\"; " + regions + "\nECD_REGIONS: found \"x-y\"; " + regions},
		{"ECD_API", "Admin", `ECD_API: found "Admin"; want client or admin, or nothing`},
		{"ECD_CLIENT_ID", "my client", `ECD_CLIENT_ID: found "my client"; ` + client},
		{"ECD_CLIENT_ID", strings.Repeat("x", 129), `ECD_CLIENT_ID: found "` + strings.Repeat("x", 60) + `" and 69 more characters; ` + client},
		{"ECD_CLIENT_AUTH", "none", `ECD_CLIENT_AUTH: found "none"; want role or anonymous`},
		{"ECD_CLIENT_LOOKUP", "false", `ECD_CLIENT_LOOKUP: found "false"; want on or off`},
		{"ECD_ENDPOINT", "ecd.example.com", `ECD_ENDPOINT: found "ecd.example.com"; ` + address},
		{"ECD_ENDPOINT", "http://ecd.example.com", `ECD_ENDPOINT: found "http://ecd.example.com"; ` + address},
		{"ECD_ENDPOINT", "http://localhost:9000", `ECD_ENDPOINT: found "http://localhost:9000"; ` + address},
		{"ECD_ENDPOINT", "http://127.0.0.1.example.com", `ECD_ENDPOINT: found "http://127.0.0.1.example.com"; ` + address},
		{"ECD_ENDPOINT", "https://ecd.example.com/api", `ECD_ENDPOINT: found "https://ecd.example.com/api"; ` + address},
		{"ECD_ENDPOINT", "https://ecd.example.com:0", `ECD_ENDPOINT: found "https://ecd.example.com:0"; ` + address},
		{"ECD_ENDPOINT", "https://ecd.example.com:", `ECD_ENDPOINT: found "https://ecd.example.com:"; ` + address},
		{"ECD_ENDPOINT", "https://", `ECD_ENDPOINT: found "https://"; ` + address},
		{"ECD_ENDPOINT", "https:ecd.example.com", `ECD_ENDPOINT: found "https:ecd.example.com"; ` + address},
		{"ECD_ENDPOINT", "https://alice:hunter2@ecd.example.com", `ECD_ENDPOINT: found a URL with a user, a query or a fragment, which is not shown; ` + address},
		{"ECD_ENDPOINT", "https://ecd.example.com,https://ecd2.example.com", "ECD_ENDPOINT: found an entry without a region; " + pairs + "\nECD_ENDPOINT: found an entry without a region; " + pairs},
		{"ECD_ENDPOINT", "cn-hangzhou=https://a.example.com,cn-hangzhou=https://b.example.com", `ECD_ENDPOINT: found region "cn-hangzhou" twice; want each region once`},
		{"ECD_ENDPOINT", "hangzhou=https://a.example.com", `ECD_ENDPOINT: found region "hangzhou"; want a region id such as cn-hangzhou before each =`},
		{"ECD_ENDPOINT", "cn-hangzhou=ftp://a.example.com", `ECD_ENDPOINT: found "ftp://a.example.com"; ` + address},
		{"ECD_ENDPOINT", "cn-shanghai=https://a.example.com", `ECD_ENDPOINT: found region "cn-shanghai"; want only regions of ECD_REGIONS`},
		{"ECD_ASSUME_ROLE_ARN", "acs:ram::123:role/x", `ECD_ASSUME_ROLE_ARN: found "acs:ram::123:role/x"; ` + role},
		{"ECD_ASSUME_ROLE_ARN", "arn:aws:iam::123456789012:role/x", `ECD_ASSUME_ROLE_ARN: found "arn:aws:iam::123456789012:role/x"; ` + role},
		{"ECD_BATCH_SIZE", "0", `ECD_BATCH_SIZE: found "0"; ` + batch},
		{"ECD_BATCH_SIZE", "101", `ECD_BATCH_SIZE: found "101"; ` + batch},
		{"ECD_BATCH_SIZE", "2e1", `ECD_BATCH_SIZE: found "2e1"; ` + batch},
		{"CEILING_WEBHOOK", "501", `CEILING_WEBHOOK: found "501"; want a whole number from 1 to the compiled ceiling, 500`},
		{"CEILING_TIMER", "-1", `CEILING_TIMER: found "-1"; want a whole number from 1 to the compiled ceiling, 20000`},
		{"CEILING_SLACK", "99999999999999999999", `CEILING_SLACK: found "99999999999999999999"; want a whole number from 1 to the compiled ceiling, 200`},
		{"STATE_BUCKET", "", `STATE_BUCKET: found nothing; ` + bucket},
		{"STATE_BUCKET", "State", `STATE_BUCKET: found "State"; ` + bucket},
		{"STATE_BUCKET", "-state", `STATE_BUCKET: found "-state"; ` + bucket},
		{"STATE_BUCKET", "ab", `STATE_BUCKET: found "ab"; ` + bucket},
		{"STATE_BUCKET", "state.example.com", `STATE_BUCKET: found "state.example.com"; ` + bucket},
		{"STATE_REGION", "hangzhou", `STATE_REGION: found "hangzhou"; want the region id of the bucket, such as cn-hangzhou`},
		{"FC_REGION", "", `STATE_REGION: found nothing; want the region id of the bucket, such as cn-hangzhou; FC_REGION, its default, is not set either`},
		{"STATE_ENDPOINT", "https://oss.example.com#x", `STATE_ENDPOINT: found a URL with a user, a query or a fragment, which is not shown; ` + address},
		{"STATE_KEY", "", `STATE_KEY: found nothing; want one or several keys separated by commas; make one with: openssl rand -base64 32`},
		{"WEBHOOK_SECRETS", "", `WEBHOOK_SECRETS, WEBHOOK_TOKENS: found neither, and no senders.yaml; want at least one of them, or nobody could get in`},
		{"WEBHOOK_SECRETS", signingSecret + "," + signingSecret, `WEBHOOK_SECRETS: found entry 1 again as entry 2; want each entry once`},
		{"WEBHOOK_SECRETS", signingSecret + ",,", "WEBHOOK_SECRETS: found an empty entry 2; " + secrets + "\nWEBHOOK_SECRETS: found an empty entry 3; " + secrets},
		{"INVOKE_ENDPOINT", "http://fc.example.com", `INVOKE_ENDPOINT: found "http://fc.example.com"; ` + address},
		{"INVOKE_FUNCTION", "stop desktops", `INVOKE_FUNCTION: found "stop desktops"; ` + function},
		{"INVOKE_FUNCTION", "9lives", `INVOKE_FUNCTION: found "9lives"; ` + function},
		{"CONFIG_DIR", "/nowhere", `CONFIG_DIR: found "/nowhere", which cannot be read (no such file or directory); want a folder that holds policy.cedar`},
		{"LOG_LEVEL", "INFO", `LOG_LEVEL: found "INFO"; want one of debug, info, warn, error`},

		{"ECD_CALLS_PER_SECOND", "0", `ECD_CALLS_PER_SECOND: found "0"; want a whole number from 1 to 1000`},
		{"ECD_MAX_CONCURRENCY", "33", `ECD_MAX_CONCURRENCY: found "33"; want a whole number from 1 to 32`},
		{"ECD_TAG_SOURCE", "describe", `ECD_TAG_SOURCE: found "describe"; want auto or list`},
		{"ECD_SESSION_WINDOW", "59m", `ECD_SESSION_WINDOW: found "59m"; want a duration from 1h to 720h, such as 720h`},
		{"CEILING_WEBHOOK_PERCENT", "0", `CEILING_WEBHOOK_PERCENT: found "0"; want a whole number from 1 to 100`},
		{"CEILING_TIMER_PERCENT", "101", `CEILING_TIMER_PERCENT: found "101"; want a whole number from 1 to 100`},
		{"CEILING_SLACK_PERCENT", "10%", `CEILING_SLACK_PERCENT: found "10%"; want a whole number from 1 to 100`},
		{"ZONE", "Shanghai", `ZONE: found "Shanghai"; want the name of a time zone such as Asia/Shanghai`},
		{"ZONE", "Local", `ZONE: found "Local"; want the name of a time zone such as Asia/Shanghai`},
		{"MAX_KEEP", "14m", `MAX_KEEP: found "14m"; want a duration from 15m to 72h, such as 12h`},
		{"MAX_KEEP", "72h1s", `MAX_KEEP: found "72h1s"; want a duration from 15m to 72h, such as 12h`},
		{"GRACE", "-1s", `GRACE: found "-1s"; want a duration from 0s to 24h, such as 30m`},
		{"GRACE", "30", `GRACE: found "30"; want a duration from 0s to 24h, such as 30m`},
		{"MIN_UPTIME", "721h", `MIN_UPTIME: found "721h"; want a duration from 0s to 720h, such as 1h`},
		{"CANARY", "21", `CANARY: found "21"; want a whole number from 0 to 20`},
		{"MAX_FAILURES", "101%", `MAX_FAILURES: found "101%"; want a whole number, or a percentage such as 10%`},
		{"MAX_FAILURES", "some", `MAX_FAILURES: found "some"; want a whole number, or a percentage such as 10%`},
		{"WAIT", "0s", `WAIT: found "0s"; want a duration from 1s to 1h, such as 4m`},
		{"WAIT", "2h", `WAIT: found "2h"; want a duration from 1s to 1h, such as 4m`},
		{"SLACK_IDENTITY", "mail", `SLACK_IDENTITY: found "mail"; want none, email, email-local-part or file`},
		{"SLACK_IDENTITY", "email", `SLACK_IDENTITY: found email without a SLACK_BOT_TOKEN; want a bot token with users:read.email as well, because Slack is asked for addresses with it`},
		{"SLACK_IDENTITY", "file", `/code/config/identity.yaml: found no such file beside SLACK_IDENTITY=file; want a file that says which Slack user is which end user`},
		{"HELP_CONTACT", "#it-help\nask", `HELP_CONTACT: found "#it-help\nask"; want one line of at most 200 printable characters`},

		{"MAXKEEP", "1h", `MAXKEEP: nothing reads this variable; did you mean MAX_KEEP?`},
		{"CANARI", "1", `CANARI: nothing reads this variable; did you mean CANARY?`},
		{"ECD_REGION", "cn-hangzhou", `ECD_REGION: nothing reads this variable; did you mean ECD_REGIONS?`},
		{"ecd_api", "admin", `ecd_api: nothing reads this variable; did you mean ECD_API?`},
		{"SATE_KEY", stateKey, `SATE_KEY: nothing reads this variable; did you mean STATE_KEY?`},
		{"LOG_LEVL", "debug", `LOG_LEVL: nothing reads this variable; did you mean LOG_LEVEL?`},
		{"WEBHOOK_SIGNING", signingSecret, `WEBHOOK_SIGNING: nothing reads this variable; those that begin with WEBHOOK_ are WEBHOOK_SECRETS, WEBHOOK_TOKENS`},
		{"SLACK_SIGNING_SECRET", "x", `SLACK_SIGNING_SECRET: nothing reads this variable; those that begin with SLACK_ are SLACK_HOOK_ORIGINS, SLACK_BOT_TOKEN, SLACK_API, SLACK_RESULT, SLACK_IDENTITY`},
	} {
		t.Run(c.name+"="+c.value, func(t *testing.T) {
			vars := good()
			vars[c.name] = c.value
			_, err := load(vars, goodFiles())
			if err == nil || err.Error() != c.want {
				t.Errorf("Load says\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestContradictions(t *testing.T) {
	for _, c := range []struct {
		vars map[string]string
		want string
	}{
		{map[string]string{"ECD_API": "admin", "ECD_CLIENT_ID": "client-1"}, `ECD_CLIENT_ID: found a client id beside ECD_API=admin; want one of the two: the admin contract has no ClientId`},
		{map[string]string{"ECD_API": "client", "ECD_CLIENT_ID": "client-1", "ECD_BATCH_SIZE": "21"}, `ECD_BATCH_SIZE: found 21 beside ECD_API=client; want at most 20, the most that the client contract takes`},
	} {
		vars := good()
		for name, value := range c.vars {
			vars[name] = value
		}
		_, err := load(vars, map[string]string{"policy.cedar": goodPolicy})
		if err == nil || err.Error() != c.want {
			t.Errorf("Load says\n%v\nwant\n%s", err, c.want)
		}
	}
}

// TestSecretsAreNotShown puts every secret where a mistake is, and prints all
// that there is to print.
func TestSecretsAreNotShown(t *testing.T) {
	hidden := []string{stateKey, signingSecret, bearerToken, "hunter2", "c2VjcmV0", "token-token", "c3RhdGUta2V5"}
	var shown strings.Builder
	see := func(vars map[string]string, checks ...Check) {
		c, err := load(vars, goodFiles(), checks...)
		fmt.Fprintf(&shown, "%v %+v %#v %s\n", err, c, c, err)
	}
	see(good())
	vars := good()
	vars["WEBHOOK_SECRETS"] = signingSecret + ",," + signingSecret + "," + stateKey
	vars["WEBHOOK_TOKENS"] = bearerToken + "," + bearerToken + ","
	vars["STATE_KEYS"], vars["STATE_SECRET"], vars["SLACK_TOKEN"] = stateKey, stateKey, bearerToken
	vars["ECD_ENDPOINT"] = "https://alice:hunter2@ecd.example.com"
	vars["STATE_ENDPOINT"] = "cn-hangzhou=https://ecd.example.com?key=hunter2"
	vars["INVOKE_ENDPOINT"] = "https://alice:hunter2@[::1/%zz"
	see(vars)
	vars = good()
	vars["WEBHOOK_TOKENS"] = bearerToken
	see(vars, Check{"STATE_KEY", func(Config) error { return errors.New("entry 1 is short") }})
	if !strings.Contains(shown.String(), "STATE_KEY: entry 1 is short") || !strings.Contains(shown.String(), "WEBHOOK_TOKENS: found entry 1 again as entry 2") {
		t.Errorf("the mistakes are not shown:\n%s", shown.String())
	}
	for _, h := range hidden {
		if strings.Contains(shown.String(), h) {
			t.Errorf("%q is shown", h)
		}
	}
}

// TestChecks has other packages add their mistakes to the list.
func TestChecks(t *testing.T) {
	vars := good()
	vars["STATE_BUCKET"] = "B"
	ran := map[string]bool{}
	check := func(of string, err error) Check {
		return Check{of, func(Config) error { ran[of] = true; return err }}
	}
	_, err := load(vars, goodFiles(),
		check("STATE_KEY", fmt.Errorf("state key: %w", errors.Join(errors.New("entry 1 is short"), errors.New("entry 2 is short")))),
		check("WEBHOOK_SECRETS", nil),
		check("WEBHOOK_TOKENS", errors.New("runs without a value")),
		check("STATE_BUCKET", errors.New("runs although the value is wrong")),
		check("policy.cedar", errors.New("is too kind")),
		check("timers.yaml", nil),
	)
	want := `STATE_BUCKET: found "B"; want the name of an OSS bucket: 3 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends
STATE_KEY: entry 1 is short
STATE_KEY: entry 2 is short
/code/config/policy.cedar: is too kind`
	if err == nil || err.Error() != want {
		t.Errorf("Load says\n%v\nwant\n%s", err, want)
	}
	if ran["WEBHOOK_TOKENS"] || ran["STATE_BUCKET"] || !ran["WEBHOOK_SECRETS"] {
		t.Errorf("checks that ran: %v", ran)
	}
}

func TestFiles(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no policy", map[string]string{"timers.yaml": goodTimers}, `/code/config/policy.cedar: found no such file; want a policy: without one nobody may do anything`},
		{"misspelt timers", map[string]string{"policy.cedar": goodPolicy, "timer.yaml": goodTimers}, `/code/config/timer.yaml: nothing reads this file; did you mean timers.yaml?`},
		{"second policy", map[string]string{"policy.cedar": goodPolicy, "more.cedar": goodPolicy, "README.md": "x"}, `/code/config/more.cedar: nothing reads this file; those that are read are policy.cedar, timers.yaml, prices.yaml, identity.yaml, groups.yaml, senders.yaml`},
		{"large file", map[string]string{"policy.cedar": strings.Repeat(" ", maxFile+1)}, `/code/config/policy.cedar: found more than 1048576 bytes; want a smaller file`},
		{"a calendar of another ending", map[string]string{"policy.cedar": goodPolicy, "calendars/china.yml": goodCalendar, "calendars/README.md": "x"}, `/code/config/calendars/china.yml: nothing reads this file; calendars are <name>.yaml`},
		{"a calendar with a capital", map[string]string{"policy.cedar": goodPolicy, "calendars/China.yaml": goodCalendar}, `/code/config/calendars/China.yaml: found the name "China"; want 1 to 40 lower-case letters, digits and dashes`},
		{"a bad calendar is not blamed on its timers", map[string]string{"policy.cedar": goodPolicy, "calendars/china.yaml": "Years: []", "timers.yaml": strings.Replace(goodTimers, "    Request", "    Calendar: china\n    OnlyOn: workdays\n    Request", 1)}, `/code/config/calendars/china.yaml:1:8: found a list; want a list of years from 2000 to 2199, each once`},
		{"a file for the folder", map[string]string{"policy.cedar": goodPolicy, "calendars": "x"}, `/code/config/calendars: found something that cannot be read (not implemented); want a folder of calendars`},
		{"bad prices and people", map[string]string{"policy.cedar": goodPolicy, "prices.yaml": "x", "identity.yaml": "x"}, `/code/config/prices.yaml:1:1: found "x"; want a price list: Currency, PerHour, SavesUntil, Zone, Calendar, CostCentreTag
/code/config/identity.yaml:1:1: found "x"; want People: and Slack users with their end users' ids, such as T012ABCD0/U012ALICE: alice`},
		{"large senders", map[string]string{"policy.cedar": goodPolicy, "senders.yaml": strings.Repeat(" ", maxFile+1)}, `/code/config/senders.yaml: found more than 1048576 bytes; want a smaller file`},
		{"folder for a file", map[string]string{"policy.cedar": goodPolicy, "timers.yaml/x": ""}, `/code/config/timers.yaml: found a file that cannot be read (invalid argument); want one that the program may read`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(good(), c.files)
			if err == nil || err.Error() != c.want {
				t.Errorf("Load says\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}
