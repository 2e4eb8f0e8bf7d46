package config

import (
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// terminal loads what an operator's terminal reads.
func terminal(vars, files map[string]string, checks ...Check) (Config, error) {
	return LoadTerminal("config", sourceOf(vars, files, checks...))
}

// operator is an operator's environment without a mistake.
func operator() map[string]string {
	return map[string]string{"ECD_REGIONS": "cn-hangzhou", "STATE_BUCKET": "state-bucket", "STATE_REGION": "cn-hangzhou", "STATE_KEY": stateKey, "HOME": "/home/alice"}
}

func TestLoadTerminal(t *testing.T) {
	vars := operator()
	vars["CEILING_TERMINAL"], vars["CEILING_TERMINAL_PERCENT"] = "40", "5"
	// What the functions read may stand beside it, whatever it is.
	vars["WEBHOOK_SECRETS"], vars["SLACK_SIGNING_SECRETS"], vars["INVOKE_FUNCTION"], vars["CEILING_TIMER"], vars["SLACK_IDENTITY"] = "nonsense", "x", "?", "7", "email"
	c, err := terminal(vars, map[string]string{"policy.cedar": goodPolicy, "timers.yaml": goodTimers, "senders.yaml": "nobody reads this here",
		"groups.yaml": "Groups:\n  oncall: [operator:alice, T012ABCD0/S012ONCALL]\n"})
	if err != nil {
		t.Fatal(err)
	}
	rules := c.Rules()
	if rules.Ceiling(core.Terminal) != 40 || rules.Percent(core.Terminal) != 5 {
		t.Errorf("ceilings %v %v", rules.Ceilings, rules.Percents)
	}
	if got := c.Groups.Of(core.Terminal, "alice"); !slices.Equal(got, []string{"oncall"}) {
		t.Errorf("alice is in %v", got)
	}
	if _, ok := c.Timer("nightly-dev"); !ok {
		t.Error("the timers are not read")
	}
}

// TestFunctionsKnowNoTerminal holds that a function neither wants nor lowers the
// ceiling of terminals.
func TestFunctionsKnowNoTerminal(t *testing.T) {
	c, err := load(good(), map[string]string{"policy.cedar": goodPolicy})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Rules().Ceiling(core.Terminal); got != core.CeilingTerminal {
		t.Errorf("ceiling %d", got)
	}
	vars := good()
	vars["CEILING_TERMINAL"] = "5"
	if _, err := load(vars, map[string]string{"policy.cedar": goodPolicy}); err == nil || !strings.Contains(err.Error(), "CEILING_TERMINAL: nothing reads this variable") {
		t.Errorf("error %v", err)
	}
}

func TestLoadTerminalNamesEveryMistake(t *testing.T) {
	vars := operator()
	delete(vars, "ECD_REGIONS")
	vars["CEILING_TERMINAL"], vars["STATE_KYE"], vars["STATE_BUCKET"] = "0", "x", "State"
	c, err := terminal(vars, map[string]string{"timers.yaml": "Timers: 3\n", "polcy.cedar": goodPolicy})
	const want = `ECD_REGIONS: found nothing; want region ids such as cn-hangzhou, separated by commas
CEILING_TERMINAL: found "0"; want a whole number from 1 to the compiled ceiling, 20000
STATE_BUCKET: found "State"; want the name of an OSS bucket: 3 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends
config/polcy.cedar: nothing reads this file; did you mean policy.cedar?
config/policy.cedar: found no such file; want a policy: without one nobody may do anything
config/timers.yaml:1:9: `
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if want := []string{"STATE_KYE: nothing reads this variable; did you mean STATE_KEY?"}; !slices.Equal(c.Unread, want) {
		t.Errorf("beside the mistakes it says %q, want %q", c.Unread, want)
	}
}

// TestNoNameBlocksATerminal: what a shell has for other programs, and what is
// misspelt, is no mistake there. What resembles nothing that a terminal reads is
// not spoken of.
func TestNoNameBlocksATerminal(t *testing.T) {
	vars := operator()
	for _, name := range []string{"WEBHOOK_TOKEN", "WEBHOOK_SECRET", "SLACK_WEBHOOK_URL", "SLACK_CHANNEL", "INVOKE_X", "CELING_TERMINAL", "ECD_X"} {
		vars[name] = "x"
	}
	c, err := terminal(vars, map[string]string{"policy.cedar": goodPolicy})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Unread) != 2 || c.Unread[0] != "CELING_TERMINAL: nothing reads this variable; did you mean CEILING_TERMINAL?" ||
		!strings.HasPrefix(c.Unread[1], "ECD_X: nothing reads this variable; those that begin with ECD_ are ECD_REGIONS,") {
		t.Errorf("it says %q", c.Unread)
	}
}

func TestLoadTerminalFindsContradictions(t *testing.T) {
	vars := operator()
	vars["ECD_API"], vars["ECD_CLIENT_ID"] = "admin", "client-1"
	_, err := terminal(vars, map[string]string{"policy.cedar": goodPolicy})
	if want := "ECD_CLIENT_ID: found a client id beside ECD_API=admin; want one of the two: the admin contract has no ClientId"; err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
