package config

import (
	"slices"
	"strings"
	"testing"
)

const awaySenders = `Senders:
  - Name: tickets
    Scheme: github
    Secrets: [TICKETS_SECRET]
    May: [stop]
    Freshness: issue.updated_at
    Request: {RegionId: '=cn-hangzhou', DesktopId: issue.desktops}
    Callback: {URL: https://tickets.example.com/x, Auth: bearer, Secrets: [TICKETS_TOKEN], Ticket: issue.key, Body: '{}'}
  - Name: other
    Scheme: header
    Header: X-Token
    Secrets: [OTHER_SECRET]
    May: [read]
`

// away looks at a configuration away from its deployment.
func away(vars, files map[string]string, checks ...Check) (absent []string, err error) {
	source := sourceOf(vars, files, checks...)
	source.Absent = func(name string) { absent = append(absent, name) }
	_, err = Load(source)
	slices.Sort(absent)
	return slices.Compact(absent), err
}

// TestAbsentIsNoMistake looks at a folder with nothing set but the folder, and
// names what it could not look at.
func TestAbsentIsNoMistake(t *testing.T) {
	asked := 0
	check := Check{Of: sendersFile, Run: func(c Config) error {
		asked++
		if len(c.Senders) != 0 {
			t.Errorf("a check is asked about senders without their secrets: %v", c.Senders)
		}
		return nil
	}}
	absent, err := away(map[string]string{"CONFIG_DIR": "config"}, map[string]string{"policy.cedar": goodPolicy, "timers.yaml": goodTimers, "senders.yaml": awaySenders,
		"groups.yaml": "Groups:\n  oncall: [T012ABCD0/S012ONCALL]\n"}, check)
	if err != nil {
		t.Errorf("mistakes: %v", err)
	}
	want := []string{"CALLBACK_HOSTS", "ECD_REGIONS", "INVOKE_FUNCTION", "OTHER_SECRET", "SENDER_SECRETS", "SLACK_APP_ID", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRETS", "SLACK_STATE_KEY",
		"STATE_BUCKET", "STATE_KEY", "STATE_REGION", "TICKETS_SECRET", "TICKETS_TOKEN", "WEBHOOK_SECRETS", "WEBHOOK_TOKENS"}
	if !slices.Equal(absent, want) {
		t.Errorf("not looked at %v, want %v", absent, want)
	}
	if asked != 1 {
		t.Errorf("the senders were checked %d times", asked)
	}
}

// TestAwayFindsWhatIsThere holds that a mistake is a mistake away from the
// deployment too, also of variables that other programs read.
func TestAwayFindsWhatIsThere(t *testing.T) {
	absent, err := away(map[string]string{"CONFIG_DIR": "config", "ECD_REGIONS": "cn-beijing", "CEILING_TERMINAL": "0", "CALLBACK_HOSTS": "other.example.com",
		"TICKETS_SECRET": "0123456789abcdef0123456789abcdef", "SLACK_IDENTITY": "email"},
		map[string]string{"policy.cedar": goodPolicy, "timers.yaml": goodTimers, "senders.yaml": awaySenders})
	if err == nil {
		t.Fatal("no mistakes")
	}
	for _, want := range []string{`CEILING_TERMINAL: found "0"`, `config/timers.yaml:4:15: `, `the host "tickets.example.com"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %s:\n%v", want, err)
		}
	}
	if slices.Contains(absent, "TICKETS_SECRET") || slices.Contains(absent, "ECD_REGIONS") {
		t.Errorf("not looked at %v", absent)
	}
}

// TestAwayNoNameIsAMistake: a shell has names of other programs, which the
// deployment does not pass on. In the deployment itself the same is a mistake.
func TestAwayNoNameIsAMistake(t *testing.T) {
	vars := good()
	vars["CONFIG_DIR"], vars["WEBHOOK_TOKEN"], vars["SLACK_CHANNEL"] = "config", "x", "x"
	files := map[string]string{"policy.cedar": goodPolicy}
	source := sourceOf(vars, files)
	source.Absent = func(string) {}
	c, err := Load(source)
	if err != nil {
		t.Error(err)
	}
	if len(c.Unread) != 2 || !strings.HasPrefix(c.Unread[0], "SLACK_CHANNEL: nothing reads this variable; those that begin with SLACK_ are ") ||
		c.Unread[1] != "WEBHOOK_TOKEN: nothing reads this variable; did you mean WEBHOOK_TOKENS?" {
		t.Errorf("it says %q", c.Unread)
	}
	if c, err := load(vars, files); err == nil || !strings.Contains(err.Error(), "WEBHOOK_TOKEN: nothing reads this variable") || len(c.Unread) > 0 {
		t.Errorf("deployed: %v, %q", err, c.Unread)
	}
}
