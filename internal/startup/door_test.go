package startup_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/core"
	"stopdesktops/internal/startup"
)

// starts starts a function with a state key, beside INVOKE_FUNCTION=stopdesktops.
// Without a name it is a terminal that looks.
func starts(self, key string) (startup.Parts, []string, error) {
	vars := deployment()
	vars["STATE_KEY"], vars["FC_FUNCTION_NAME"] = key, self
	var environ []string
	for name, value := range vars {
		environ = append(environ, name+"="+value)
	}
	parts := startup.Parts{Self: self}
	folder := fstest.MapFS{"policy.cedar": {Data: []byte("permit (principal, action, resource);\n")}}
	c, err := config.Load(config.Source{Environ: environ, Checks: parts.All(time.Now), Open: func(string) fs.FS { return folder }})
	return parts, parts.TooMuchKey(c), err
}

// TestWhoStartsWithWhichKey gives each function the keys that there are.
func TestWhoStartsWithWhichKey(t *testing.T) {
	const worker, door = "stopdesktops", "stopdesktops-door"
	webhooks, both := derivedKey(t, core.Webhook, stateKey), derivedKey(t, core.Webhook, stateKey+","+otherKey)
	for _, c := range []struct {
		name, self, key string
		want            string // in the error; nothing: it starts
		only            core.Door
		warns           bool
	}{
		{"the worker, the whole", worker, stateKey, "", "", false},
		{"the worker, webhooks'", worker, webhooks, "is a key of the webhook door; the whole state key is wanted", "", false},
		{"the worker, Slack's", worker, slackKey(t, stateKey), "is a key of the slack door", "", false},
		{"a terminal, the whole", "", stateKey, "", "", false},
		{"a terminal, webhooks'", "", webhooks, "is a key of the webhook door", "", false},
		{"the door, webhooks'", door, webhooks, "", core.Webhook, false},
		{"the door, webhooks' in a rotation", door, both, "", core.Webhook, false},
		{"the door, the whole", door, stateKey, "", "", true},
		{"the door, the whole in a rotation", door, stateKey + "," + otherKey, "", "", true},
		{"the door, Slack's", door, slackKey(t, stateKey), `does not begin with "webhook."`, "", false},
		{"the door, a mixture", door, stateKey + "," + webhooks, `is no key of the webhook door`, "", false},
		{"the door, twice", door, webhooks + "," + webhooks, "is the same key as entry 1", "", false},
		{"the door, a short one", door, "webhook.c2hvcnQ", "has 5 bytes", "", false},
		{"the door, none at all", door, "c2hvcnQ=", "has 5 bytes", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts, warned, err := starts(c.self, c.key)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q", err, c.want)
			}
			if err == nil && parts.Keys.Only() != c.only {
				t.Errorf("it holds the key of %q only, want %q", parts.Keys.Only(), c.only)
			}
			if (len(warned) > 0) != c.warns || c.warns && !strings.Contains(warned[0], "door-key") {
				t.Errorf("it warns %q", warned)
			}
			if err != nil && c.self == door && (!strings.Contains(err.Error(), "door-key") || strings.Contains(err.Error(), "openssl")) {
				t.Errorf("it does not say how to make the key of the door: %v", err)
			}
			if said := strings.Join(warned, "") + errorText(err); strings.Contains(said, c.key) || strings.Contains(said, stateKey[:20]) {
				t.Errorf("it shows the key: %s", said)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestDoorBesideTheWorker looks at the door's key beside the worker's, as check does.
func TestDoorBesideTheWorker(t *testing.T) {
	for _, c := range []struct {
		name, key, state string
		want             string // in the error; nothing: no mistake
		warns            bool
	}{
		{"none", "", stateKey, "", false},
		{"its own", derivedKey(t, core.Webhook, stateKey), stateKey, "", false},
		{"the whole", stateKey, stateKey, "", true},
		{"another deployment's", derivedKey(t, core.Webhook, otherKey), stateKey, "is not what the STATE_KEY beside it gives", false},
		{"another deployment's whole", otherKey, stateKey, "is not what the STATE_KEY beside it gives", true},
		{"before a rotation", derivedKey(t, core.Webhook, stateKey), stateKey + "," + otherKey, "is not what the STATE_KEY beside it gives", false},
		{"in a rotation", derivedKey(t, core.Webhook, stateKey+","+otherKey), stateKey + "," + otherKey, "", false},
		{"in another order", derivedKey(t, core.Webhook, stateKey+","+otherKey), otherKey + "," + stateKey, "is not what the STATE_KEY beside it gives", false},
		{"Slack's", slackKey(t, stateKey), stateKey, `does not begin with "webhook."`, false},
		{"beside no state key", derivedKey(t, core.Webhook, otherKey), "", "", false},
		{"beside one that is none", derivedKey(t, core.Webhook, otherKey), "short", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			environ := []string{"DOOR_STATE_KEY=" + c.key}
			var given config.Config
			given.State.Key = core.Secret(c.state)
			var said string
			for _, check := range startup.Door(environ) {
				if check.Of == "DOOR_STATE_KEY" && c.key != "" { // as config.Load leaves out what is not set
					said += errorText(check.Run(given))
				}
			}
			if (said == "") != (c.want == "") || !strings.Contains(said, c.want) {
				t.Errorf("it says %q, want %q", said, c.want)
			}
			if said != "" && !strings.HasSuffix(said, "door-key") {
				t.Errorf("it does not say how to make it: %s", said)
			}
			warned := startup.DoorWarnings(environ)
			if (len(warned) > 0) != c.warns {
				t.Errorf("it warns %q", warned)
			}
			if all := said + strings.Join(warned, ""); c.key != "" && strings.Contains(all, c.key) {
				t.Errorf("it shows the key: %s", all)
			}
		})
	}
}
