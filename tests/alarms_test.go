package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// alarmsSaid gives what deploy/alarms.sh prints for the variables to a shell in which
// the vendor's CLI notes what it is told, and returns its words, command by command.
func alarmsSaid(t *testing.T, dir, variables string) (told [][]string, said string, err error) {
	t.Helper()
	said, err = shell(t, dir, "-s", `aliyun() {
	for word in "$@"; do printf '%s\0' "$word"; done >> told
	printf '\1' >> told
}
unset REGION ACCOUNT ACTION_POLICY UPDATE
: > told
`+variables+` sh deploy/alarms.sh > alarms.sh && . ./alarms.sh
`)
	for command := range strings.SplitSeq(strings.TrimSuffix(string(read(t, filepath.Join(dir, "told"))), "\x01"), "\x01") {
		if command != "" {
			told = append(told, strings.Split(strings.TrimSuffix(command, "\x00"), "\x00"))
		}
	}
	return told, said, err
}

// TestAlarms makes one alarm of each file of deploy/alarms, the same as there with the
// names filled in, and brings those that exist to the files.
func TestAlarms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	copyTree(t, filepath.Join(root, "deploy"), filepath.Join(dir, "deploy"))
	files, err := filepath.Glob(filepath.Join(root, "deploy", "alarms", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	const names = "REGION=cn-hongkong ACCOUNT=1234567890123456 ACTION_POLICY=oncall"
	for verb, c := range map[string]struct{ name, variables string }{"create-alert": {"--name", names}, "update-alert": {"--alert-name", names + " UPDATE=yes"}} {
		told, said, err := alarmsSaid(t, dir, c.variables)
		if err != nil || len(told) != len(files) {
			t.Fatalf("%v, %d alarms of %d files\n%s", err, len(told), len(files), said)
		}
		for i, file := range files {
			document := strings.NewReplacer("${REGION}", "cn-hongkong", "${ACCOUNT}", "1234567890123456", "${ACTION_POLICY}", "oncall").Replace(string(read(t, file)))
			var want struct {
				Name, DisplayName       string
				Schedule, Configuration any
			}
			if err := json.Unmarshal([]byte(document), &want); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if len(told[i]) != 14 || told[i][0] != "sls" || told[i][1] != verb {
				t.Fatalf("%s: %q", file, told[i])
			}
			flags := map[string]string{}
			for at := 2; at < len(told[i]); at += 2 {
				flags[told[i][at]] = told[i][at+1]
			}
			for flag, value := range map[string]string{"--region": "cn-hongkong", "--project": "stopdesktops-1234567890123456-cn-hongkong", c.name: want.Name, "--display-name": want.DisplayName} {
				if flags[flag] != value || value == "" {
					t.Errorf("%s: %s is %q, want %q", file, flag, flags[flag], value)
				}
			}
			for flag, value := range map[string]any{"--schedule": want.Schedule, "--configuration": want.Configuration} {
				var got any
				if err := json.Unmarshal([]byte(flags[flag]), &got); err != nil || value == nil || !reflect.DeepEqual(got, value) {
					t.Errorf("%s: %s is %s, %v", file, flag, flags[flag], err)
				}
			}
		}
	}
}

// TestAlarmsAreRefused: nobody is woken by an alarm that is half there, or that goes to
// nobody, so no command is printed.
func TestAlarmsAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ variables, old, new, want string }{
		{"REGION=cn-hongkong ACCOUNT=1", "", "", "set ACTION_POLICY first"},
		{"", "", "", "set REGION ACCOUNT ACTION_POLICY first"},
		{"REGION=cn-hongkong ACCOUNT=1 ACTION_POLICY=\"on'call\"", "", "", `ACTION_POLICY is "on'call"`},
		{"REGION=cn-hongkong ACCOUNT=1 ACTION_POLICY=oncall UPDATE=1", "", "", `UPDATE is "1"`},
		{"REGION=cn-hongkong ACCOUNT=1 ACTION_POLICY=oncall", `  "name"`, `  "nam"`, `nightly-dev.json has no "name"`},
		{"REGION=cn-hongkong ACCOUNT=1 ACTION_POLICY=oncall", `"schedule": {`, "\"schedule\":\n{", `nightly-dev.json has no "schedule"`},
		{"REGION=cn-hongkong ACCOUNT=1 ACTION_POLICY=oncall", "  \"configuration\": {\n", "  \"configuration\": { ", `nightly-dev.json has no "configuration"`},
	} {
		dir := t.TempDir()
		copyTree(t, filepath.Join(root, "deploy"), filepath.Join(dir, "deploy"))
		file := filepath.Join(dir, "deploy", "alarms", "nightly-dev.json")
		if err := os.WriteFile(file, []byte(strings.Replace(string(read(t, file)), c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		told, said, err := alarmsSaid(t, dir, c.variables)
		if err == nil || len(told) > 0 || !strings.Contains(said, c.want) {
			t.Errorf("%s, %s: %v, %d commands, and it says\n%s", c.variables, c.new, err, len(told), said)
		}
	}
}
