package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/statekey"
)

// Keys of nobody.
const (
	sampleKey = "q7Qm0Jf2pZ8yVdT4wXnR6sK1uEoLbHcA9gIiNtMzCvY="
	secondKey = "Zk3vT9bQe1LxWm5oRy8Cj2HsUa6NfGd0PiXqVtBzKwM="
)

// with gives a command in an environment.
func with(environ []string, args ...string) (code int, out, complaints string) {
	var o, c bytes.Buffer
	code = (&terminal{in: strings.NewReader(""), out: &o, err: &c, environ: environ, now: time.Now}).run(args)
	return code, o.String(), c.String()
}

// TestDerivedKeys prints what slackcmd and the door read, and of every state key its
// part.
func TestDerivedKeys(t *testing.T) {
	for command, door := range map[string]core.Door{"slack-key": core.Slack, "door-key": core.Webhook} {
		t.Run(command, func(t *testing.T) { derivedKey(t, command, door) })
	}
}

func derivedKey(t *testing.T, command string, door core.Door) {
	for _, key := range []string{sampleKey, sampleKey + " , " + secondKey} {
		code, out, complaints := with([]string{"STATE_KEY=" + key}, command)
		if code != exitOK || complaints != "" || strings.Contains(out, sampleKey[:20]) {
			t.Fatalf("exit %d: %s", code, complaints)
		}
		whole, err := statekey.Parse(key)
		if err != nil {
			t.Fatal(err)
		}
		part, err := statekey.ParseDoor(door, strings.TrimSuffix(out, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		want, got := whole.RunIDs(door, "a", "b"), part.RunIDs(door, "a", "b")
		if len(got) != 1+strings.Count(key, ",") || string(want[0]) != string(got[0]) {
			t.Errorf("it makes %v, and the whole key %v", got, want)
		}
	}
	for key, want := range map[string]string{"": "STATE_KEY: is empty; ", "short-secret": "STATE_KEY: entry 1 of 1 has 9 bytes", "slack." + sampleKey: "is a key of the slack door"} {
		code, out, complaints := with([]string{"STATE_KEY=" + key}, command)
		if code != exitFailed || out != "" || !strings.Contains(complaints, want) || !strings.Contains(complaints, ownStateKey) || strings.Contains(complaints, newStateKey) || key != "" && strings.Contains(complaints, key) {
			t.Errorf("%q: exit %d: %s%s", key, code, out, complaints)
		}
	}
	if code, _, _ := with([]string{"STATE_KEY=" + sampleKey}, command, sampleKey); code != exitUsage {
		t.Errorf("with a word: exit %d", code)
	}
}

// TestStateKeyIsTheDeployments holds that nobody at a terminal is told to make a
// new key, and whoever checks a deployment that is to be made still is.
func TestStateKeyIsTheDeployments(t *testing.T) {
	for _, key := range []string{"", "c2hvcnQ=", "AAAA"} {
		environ := []string{"ECD_REGIONS=cn-hangzhou", "STATE_BUCKET=my-state", "STATE_REGION=cn-hangzhou", "STATE_KEY=" + key}
		code, _, complaints := with(environ, "freeze", "--as", "alice", "--config", "../../config")
		if code != exitFailed || !strings.Contains(complaints, "  STATE_KEY: ") || !strings.Contains(complaints, ownStateKey) || strings.Contains(complaints, "openssl") {
			t.Errorf("%q: exit %d: %s", key, code, complaints)
		}
	}
	if _, out, _ := with([]string{"STATE_KEY=c2hvcnQ="}, "check", "--config", "../../config"); !strings.Contains(out, newStateKey) {
		t.Errorf("check says %s", out)
	}
}
