package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"stopdesktops/internal/config/settings"
)

// TestNoFileIsBlamedForAVariable holds that a mistake in a variable is said as
// the settings say it, and once: what is in the files is not judged by it.
func TestNoFileIsBlamedForAVariable(t *testing.T) {
	found := map[string]bool{}
	for _, v := range settings.Variables() {
		if v.Name == "CONFIG_DIR" {
			continue // another folder has other files
		}
		for _, value := range []string{"", "?", " ,a=http://x.example.com,"} {
			vars := good()
			vars["WEBHOOK_TOKENS"] = bearerToken // so that one of the two may be left out
			vars[v.Name] = value
			delete(vars, v.From)
			_, _, problems := settings.Read(settings.EnvironmentOf(sourceOf(vars, nil).Environ), nil)
			if len(problems) == 0 {
				continue // no mistake, and a file may contradict it
			}
			found[v.Name] = true
			if _, err := load(vars, goodFiles()); err == nil || err.Error() != problems.Error() {
				t.Errorf("%s=%s: Load says\n%v\nthe settings say\n%v", v.Name, value, err, problems)
			}
		}
	}
	for _, name := range []string{"ECD_REGIONS", "ECD_API", "ECD_BATCH_SIZE", "CEILING_TIMER", "STATE_BUCKET", "INVOKE_FUNCTION", "ZONE", "CALLBACK_HOSTS"} {
		if !found[name] {
			t.Errorf("no mistake of %s was tried", name)
		}
	}
}

// TestVariablesBesideTheFolder has the mistakes that need both to be seen.
func TestVariablesBesideTheFolder(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"WEBHOOK_SECRETS", "", `WEBHOOK_SECRETS, WEBHOOK_TOKENS: found neither, and no senders.yaml; want at least one of them, or nobody could get in`},
		{"CONFIG_DIR", "/nowhere", `CONFIG_DIR: found "/nowhere", which cannot be read (no such file or directory); want a folder that holds policy.cedar`},
		{"SLACK_IDENTITY", "file", `/code/config/identity.yaml: found no such file beside SLACK_IDENTITY=file; want a file that says which Slack user is which end user`},
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
		{"second policy", map[string]string{"policy.cedar": goodPolicy, "more.cedar": goodPolicy, "README.md": "x"}, `/code/config/more.cedar: nothing reads this file; move it out: the files that are read are policy.cedar, timers.yaml, prices.yaml, identity.yaml, groups.yaml, senders.yaml, calendars/*.yaml`},
		{"large file", map[string]string{"policy.cedar": strings.Repeat(" ", maxFile+1)}, `/code/config/policy.cedar: found more than 1048576 bytes; want a smaller file`},
		{"a calendar of another ending", map[string]string{"policy.cedar": goodPolicy, "calendars/china.yml": goodCalendar, "calendars/README.md": "x"}, `/code/config/calendars/china.yml: nothing reads this file; move it out: calendars are <name>.yaml`},
		{"a calendar with a capital", map[string]string{"policy.cedar": goodPolicy, "calendars/China.yaml": goodCalendar}, `/code/config/calendars/China.yaml: found the name "China"; want 1 to 40 lower-case letters, digits and dashes`},
		{"a bad calendar is not blamed on its timers", map[string]string{"policy.cedar": goodPolicy, "calendars/china.yaml": "Years: []", "timers.yaml": strings.Replace(goodTimers, "    Request", "    Calendar: china\n    OnlyOn: workdays\n    Request", 1)}, `/code/config/calendars/china.yaml:1:8: found a list; want a list of years from 2000 to 2199, each once`},
		{"a file for the folder", map[string]string{"policy.cedar": goodPolicy, "calendars": "x"}, `/code/config/calendars: found something that cannot be read (not implemented); want a folder of calendars`},
		{"bad prices and people", map[string]string{"policy.cedar": goodPolicy, "prices.yaml": "x", "identity.yaml": "x"}, `/code/config/prices.yaml:1:1: found "x"; want a price list: Currency, PerHour, SavesUntil, Zone, Calendar, CostCentreTag
/code/config/identity.yaml:1:1: found "x"; want People: and Slack users with their end users' ids, such as T012ABCD0/U012ALICE: alice`},
		{"large senders", map[string]string{"policy.cedar": goodPolicy, "senders.yaml": strings.Repeat(" ", maxFile+1)}, `/code/config/senders.yaml: found more than 1048576 bytes; want a smaller file`},
		{"folder for a file", map[string]string{"policy.cedar": goodPolicy, "timers.yaml/x": ""}, `/code/config/timers.yaml: found a folder; want a file with content of its own`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(good(), c.files)
			if err == nil || err.Error() != c.want {
				t.Errorf("Load says\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}
