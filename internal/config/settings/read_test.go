package settings

import (
	"strings"
	"testing"

	"stopdesktops/internal/config/mistake"
)

const (
	stateKey      = "c3RhdGUta2V5LXN0YXRlLWtleS1zdGF0ZS1rZXkh"
	signingSecret = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
)

// good is an environment without a mistake.
func good() map[string]string {
	return map[string]string{
		"FC_REGION": "cn-hangzhou", "FC_FUNCTION_NAME": "stopdesktops", "FC_FUNC_CODE_PATH": "/code",
		"ECD_REGIONS": "cn-hangzhou,cn-beijing", "STATE_BUCKET": "state-bucket", "STATE_KEY": stateKey,
		"WEBHOOK_SECRETS": signingSecret, "PATH": "/usr/bin",
	}
}

// entries are variables as os.Environ gives them.
func entries(vars map[string]string) []string {
	var all []string
	for name, value := range vars {
		all = append(all, name+"="+value)
	}
	return all
}

// read says what is wrong with variables.
func read(vars map[string]string) mistake.Problems {
	_, _, problems := Read(EnvironmentOf(entries(vars)), nil)
	return problems
}

func TestNoMistakes(t *testing.T) {
	if problems := read(good()); len(problems) > 0 {
		t.Error(problems)
	}
}

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
		secrets  = "want signing secrets of the form whsec_<base64>, separated by commas; make one with: echo whsec_$(openssl rand -base64 32)"
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
		{"WEBHOOK_SECRETS", signingSecret + "," + signingSecret, `WEBHOOK_SECRETS: found entry 1 again as entry 2; want each entry once`},
		{"WEBHOOK_SECRETS", signingSecret + ",,", "WEBHOOK_SECRETS: found an empty entry 2; " + secrets + "\nWEBHOOK_SECRETS: found an empty entry 3; " + secrets},
		{"INVOKE_ENDPOINT", "http://fc.example.com", `INVOKE_ENDPOINT: found "http://fc.example.com"; ` + address},
		{"INVOKE_FUNCTION", "stop desktops", `INVOKE_FUNCTION: found "stop desktops"; ` + function},
		{"INVOKE_FUNCTION", "9lives", `INVOKE_FUNCTION: found "9lives"; ` + function},
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
			if got := read(vars).Error(); got != c.want {
				t.Errorf("Read says\n%s\nwant\n%s", got, c.want)
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
		if got := read(vars).Error(); got != c.want {
			t.Errorf("Read says\n%s\nwant\n%s", got, c.want)
		}
	}
}
