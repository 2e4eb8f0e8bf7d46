package config

import (
	"strings"
	"testing"
)

func TestStranger(t *testing.T) {
	const all = "move it out: the files that are read are policy.cedar, timers.yaml, prices.yaml, identity.yaml, groups.yaml, senders.yaml, calendars/*.yaml"
	for name, want := range map[string]string{
		"policy.cedar":             "",
		"senders.yaml":             "",
		"calendars/":               "",
		"calendars/china.yaml":     "",
		"calendars":                "nothing reads this file; " + all,
		"calendar/":                "nothing reads this folder; did you mean calendars?",
		"timer.yaml":               "nothing reads this file; did you mean timers.yaml?",
		"deploy.env":               "nothing reads this file; " + all,
		"policy-cases.yaml":        "nothing reads this file; " + all,
		"old/":                     "nothing reads this folder; " + all,
		"old/senders.yaml":         "nothing reads this file; " + all,
		"policy.cedar/":            "nothing reads this folder; " + all,
		"calendars/china.yml":      "nothing reads this file; move it out: calendars are <name>.yaml",
		"calendars/old/":           "nothing reads this folder; move it out: calendars are <name>.yaml",
		"calendars/old/china.yaml": "nothing reads this file; " + all,
		"calendars/[.yaml/":        "nothing reads this folder; move it out: calendars are <name>.yaml",
	} {
		if got := Stranger(name); got != want {
			t.Errorf("Stranger(%q) is\n%s\nwant\n%s", name, got, want)
		}
	}
}

// TestFilesAreTheOnesThatAreRead makes a mistake in each of the files: one that
// is listed and not read would be packed for nothing.
func TestFilesAreTheOnesThatAreRead(t *testing.T) {
	for _, name := range Files() {
		name = strings.Replace(name, "*", "china", 1)
		// No file may hold a control character.
		_, err := load(good(), map[string]string{"policy.cedar": goodPolicy, name: "\x00"}, policyCheck)
		if err == nil || !strings.Contains(err.Error(), "/code/config/"+name+":") {
			t.Errorf("%s with a mistake: %v", name, err)
		}
	}
}

func TestLeftOut(t *testing.T) {
	for name, want := range map[string]bool{".git": true, ".env": true, "policy.cedar~": true, "#timers.yaml#": true, "policy.cedar": false, "timers.yaml.bak": false, "#1": false, "": false} {
		if got := LeftOut(name); got != want {
			t.Errorf("LeftOut(%q) is %t", name, got)
		}
	}
	// What is left out of a package is no mistake of the folder either.
	if _, err := load(good(), map[string]string{"policy.cedar": goodPolicy, ".old.yaml": "x", "calendars/.china.yaml": "x", "calendars/#china.yaml#": "x"}); err != nil {
		t.Errorf("Load says %v", err)
	}
}
