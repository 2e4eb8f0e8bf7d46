package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
)

// goodSlack is an environment of slackcmd without a mistake.
func goodSlack() map[string]string {
	return map[string]string{
		"FC_REGION": "cn-hangzhou", "FC_FUNCTION_NAME": "slackcmd", "ECD_REGIONS": "cn-hangzhou,cn-beijing", "STATE_BUCKET": "state-bucket",
		"SLACK_APP_ID": "A012ABCD0A0", "SLACK_TEAM_IDS": "T012ABCD0", "SLACK_SIGNING_SECRETS": "one-secret,another-secret", "SLACK_STATE_KEY": stateKey,
	}
}

func TestLoadSlack(t *testing.T) {
	vars := goodSlack()
	vars["CEILING_SLACK"], vars["ZONE"], vars["HELP_CONTACT"], vars["INVOKE_FUNCTION"] = "10", "Europe/Berlin", "#it-help", "stopdesktops"
	vars["STATE_ENDPOINT"], vars["INVOKE_ENDPOINT"], vars["SLACK_HOOK_ORIGINS"] = "http://127.0.0.1:9001", "http://127.0.0.1:9002", "http://127.0.0.1:9003"
	c, err := LoadSlack(entries(vars))
	if err != nil {
		t.Fatal(err)
	}
	rules := c.Rules()
	got := fmt.Sprintln(rules.Regions, rules.Ceiling(core.Slack), rules.Zone, rules.HelpContact, c.State.Bucket, c.State.Region, c.Invoke, c.AppIDs, c.TeamIDs, c.EnterpriseIDs, len(c.SigningSecrets), c.Process.LogLevel)
	if want := "[cn-hangzhou cn-beijing] 10 Europe/Berlin #it-help state-bucket cn-hangzhou {http://127.0.0.1:9002 stopdesktops} [A012ABCD0A0] [T012ABCD0] [] 2 INFO\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if c.StateKey.Reveal() != stateKey || c.SigningSecrets[1].Reveal() != "another-secret" {
		t.Error("a secret arrives changed")
	}
	if want := []string{
		"STATE_ENDPOINT is on this machine (http://127.0.0.1:9001): nothing reaches the cloud through it",
		"INVOKE_ENDPOINT is on this machine (http://127.0.0.1:9002): nothing reaches the cloud through it",
		"SLACK_HOOK_ORIGINS is on this machine (http://127.0.0.1:9003): nothing reaches the cloud through it",
	}; !slices.Equal(c.Warnings, want) {
		t.Errorf("warnings %q, want %q", c.Warnings, want)
	}
}

// TestLoadSlackNamesEveryMistake has one of each kind, and checks that add
// theirs.
func TestLoadSlackNamesEveryMistake(t *testing.T) {
	vars := goodSlack()
	delete(vars, "SLACK_TEAM_IDS")
	delete(vars, "SLACK_APP_ID")
	vars["STATE_BUCKET"], vars["SLACK_SIGNING_SECRET"], vars["WEBHOOK_TOKENS"] = "B", "hunter2", "hunter2"
	ran := map[string]bool{}
	check := func(of string, err error) SlackCheck {
		return SlackCheck{of, func(SlackFront) error { ran[of] = true; return err }}
	}
	_, err := LoadSlack(entries(vars), check("SLACK_SIGNING_SECRETS", nil), check("SLACK_STATE_KEY", errors.New("is short")),
		check("STATE_BUCKET", errors.New("runs although the value is wrong")), check("SLACK_HOOK_ORIGINS", errors.New("runs without a value")))
	const want = `SLACK_APP_ID: found nothing; want the app's id, A...; several separated by commas
STATE_BUCKET: found "B"; want the name of an OSS bucket: 3 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends
SLACK_SIGNING_SECRET: nothing reads this variable; did you mean SLACK_SIGNING_SECRETS?
WEBHOOK_TOKENS: nothing reads this variable; no variable begins with WEBHOOK_
SLACK_TEAM_IDS, SLACK_ENTERPRISE_IDS: found neither; want at least one of them, or nobody could get in
SLACK_STATE_KEY: is short`
	if err == nil || err.Error() != want {
		t.Errorf("LoadSlack says\n%v\nwant\n%s", err, want)
	}
	if problems, ok := errors.AsType[mistake.Problems](err); !ok || len(problems) != strings.Count(want, "\n")+1 {
		t.Errorf("the error is %T, want Problems, one a line", err)
	}
	if !ran["SLACK_SIGNING_SECRETS"] || ran["STATE_BUCKET"] || ran["SLACK_HOOK_ORIGINS"] {
		t.Errorf("checks that ran: %v", ran)
	}
}
