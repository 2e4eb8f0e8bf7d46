package startup_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/startup"
	"stopdesktops/internal/startup/slackfront"
	"stopdesktops/internal/statekey"
)

const otherKey = "Zk3vT9bQe1LxWm5oRy8Cj2HsUa6NfGd0PiXqVtBzKwM="

// looked looks at a deployment with these variables as check does, and returns the
// variables with a mistake and those that were not looked at.
func looked(vars map[string]string) (wrong, absent []string, said string) {
	all := deployment()
	for name, value := range vars {
		all[name] = value
	}
	var environ []string
	for name, value := range all {
		environ = append(environ, name+"="+value)
	}
	var parts startup.Parts
	note := func(name string) { absent = append(absent, name) }
	folder := fstest.MapFS{"policy.cedar": {Data: []byte("permit (principal, action, resource);\n")}}
	_, err := config.Load(config.Source{Environ: environ, Absent: note, Open: func(string) fs.FS { return folder },
		Checks: append(parts.All(time.Now), startup.Front(environ, note)...)})
	if err != nil {
		said = err.Error()
		for _, p := range err.(mistake.Problems) {
			wrong = append(wrong, p.Where)
		}
	}
	return wrong, absent, said
}

// slackKey is what is derived from state keys for slackcmd.
func slackKey(t *testing.T, keys string) string {
	t.Helper()
	return derivedKey(t, core.Slack, keys)
}

func derivedKey(t *testing.T, door core.Door, keys string) string {
	t.Helper()
	k, err := statekey.Parse(keys)
	if err != nil {
		t.Fatal(err)
	}
	derived, err := k.Derived(door)
	if err != nil {
		t.Fatal(err)
	}
	return derived.Reveal()
}

// TestFront looks at what slackcmd is told beside what stopdesktops is.
func TestFront(t *testing.T) {
	key, other := slackKey(t, stateKey), slackKey(t, otherKey)
	both := slackKey(t, stateKey+","+otherKey)
	good := map[string]string{"SLACK_APP_ID": "A0", "SLACK_TEAM_IDS": "T0", "SLACK_SIGNING_SECRETS": "0123456789abcdef", "SLACK_STATE_KEY": key}
	for _, c := range []struct {
		name string
		vars map[string]string
		want string
	}{
		{"all is well", nil, ""},
		{"the app", map[string]string{"SLACK_APP_ID": "B0"}, "SLACK_APP_ID"},
		{"the workspace", map[string]string{"SLACK_TEAM_IDS": "T0,acme"}, "SLACK_TEAM_IDS"},
		{"the organisation", map[string]string{"SLACK_ENTERPRISE_IDS": "T0"}, "SLACK_ENTERPRISE_IDS"},
		{"the secret", map[string]string{"SLACK_SIGNING_SECRETS": "abc"}, "SLACK_SIGNING_SECRETS"},
		{"no key", map[string]string{"SLACK_STATE_KEY": "abc"}, "SLACK_STATE_KEY"},
		{"the whole key", map[string]string{"SLACK_STATE_KEY": stateKey}, "SLACK_STATE_KEY"},
		{"the key of another deployment", map[string]string{"SLACK_STATE_KEY": other}, "SLACK_STATE_KEY"},
		{"the key before a rotation", map[string]string{"STATE_KEY": stateKey + "," + otherKey}, "SLACK_STATE_KEY"},
		{"the key after a rotation", map[string]string{"STATE_KEY": stateKey + "," + otherKey, "SLACK_STATE_KEY": both}, ""},
		{"in another order", map[string]string{"STATE_KEY": otherKey + "," + stateKey, "SLACK_STATE_KEY": both}, "SLACK_STATE_KEY"},
		{"written otherwise", map[string]string{"SLACK_STATE_KEY": " " + key + "= "}, ""},
		{"no state key here", map[string]string{"STATE_KEY": "", "SLACK_STATE_KEY": other}, ""},
		{"a state key that is none", map[string]string{"STATE_KEY": "short", "SLACK_STATE_KEY": other}, "STATE_KEY"},
		{"an origin, once", map[string]string{"SLACK_HOOK_ORIGINS": "http://hooks.example.com"}, "SLACK_HOOK_ORIGINS"},
		{"everything at once", map[string]string{"SLACK_APP_ID": "B0", "SLACK_TEAM_IDS": "acme", "SLACK_SIGNING_SECRETS": "abc", "SLACK_STATE_KEY": "abc"},
			"SLACK_SIGNING_SECRETS SLACK_APP_ID SLACK_TEAM_IDS SLACK_STATE_KEY"},
		{"without Slack", map[string]string{"SLACK_APP_ID": "none", "SLACK_TEAM_IDS": "", "SLACK_SIGNING_SECRETS": "none", "SLACK_STATE_KEY": "none"}, ""},
		{"half without Slack", map[string]string{"SLACK_APP_ID": "none", "SLACK_STATE_KEY": "none"}, "SLACK_APP_ID SLACK_STATE_KEY"},
	} {
		t.Run(c.name, func(t *testing.T) {
			vars := map[string]string{}
			for _, from := range []map[string]string{good, c.vars} {
				for name, value := range from {
					vars[name] = value
				}
			}
			wrong, absent, said := looked(vars)
			if key := strings.Contains(c.want, "SLACK_STATE_KEY"); key != strings.Contains(said, slackfront.HowToMakeKey) {
				t.Errorf("it says %s", said)
			}
			if got := strings.Join(wrong, " "); got != c.want {
				t.Errorf("wrong are %q, want %q:\n%s", got, c.want, said)
			}
			if left := slices.Contains(absent, "SLACK_APP_ID"); left != (c.name == "without Slack") {
				t.Errorf("not looked at: %v", absent)
			}
			for _, name := range []string{"STATE_KEY", "SLACK_STATE_KEY", "SLACK_SIGNING_SECRETS"} {
				if v := strings.TrimSpace(vars[name]); len(v) > 5 && strings.Contains(said, v) {
					t.Errorf("it shows %s: %s", name, said)
				}
			}
		})
	}
}
