package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommandLine holds what a script sees: the exit code, and which stream
// speaks.
func TestCommandLine(t *testing.T) {
	bad := t.TempDir()
	if err := os.WriteFile(filepath.Join(bad, "timers.yaml"), []byte("Timers:\n- {Name: a, Cron: x}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args       string
		code       int
		out        string
		complaints string
	}{
		{"", 2, "", "stopdesktops: which command? The commands are preview\n"},
		{"prevew", 2, "", "stopdesktops: there is no command \"prevew\"; the commands are preview\n"},
		{"preview -years 2027", 2, "flag provided but not defined: -years", "stopdesktops: flag provided but not defined: -years\n"},
		{"preview -year 1999", 2, "", "stopdesktops: usage: stopdesktops preview [-config folder] [-year 2000 to 2199] [-timer name]\n"},
		{"preview 2027", 2, "", "stopdesktops: usage: stopdesktops preview [-config folder] [-year 2000 to 2199] [-timer name]\n"},
		{"preview -h", 0, "Usage of preview", ""},
		{"preview -config ../../config -timer nightly", 1, "", "stopdesktops: there is no timer \"nightly\" in ../../config; it has nightly-dev, hourly-schedules\n"},
		{"preview -config testdata/nowhere", 1, "", "stopdesktops: the configuration has mistakes:\ntestdata/nowhere/timers.yaml: found no such file (no such file or directory); want the timers of a configuration folder\n"},
		{"preview -config " + bad, 1, "", "stopdesktops: the configuration has mistakes:\n" + bad + "/timers.yaml:2:19: found \"x\" (it has 1 field, not 6); "},
	} {
		code, out, complaints := call(t, strings.Fields(c.args)...)
		if code != c.code || !strings.HasPrefix(complaints, c.complaints) || c.complaints == "" && complaints != "" || !strings.HasPrefix(out, c.out) || c.out == "" && out != "" {
			t.Errorf("stopdesktops %s: exit %d, out %q, complaints %q", c.args, code, out, complaints)
		}
	}
}
