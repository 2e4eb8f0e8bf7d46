package main

import (
	"bytes"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/config/settings"
)

// ownFolder writes a configuration folder.
func ownFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "my-config")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// permitAll is a policy that is not what a test is about.
const permitAll = "@id(\"all\")\npermit (principal, action, resource);\n"

// TestBrokenFolder: what is wrong with a folder is told before anything is built,
// line by line in the words of `stopdesktops check`.
func TestBrokenFolder(t *testing.T) {
	t.Parallel()
	root, err := repository(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := ownFolder(t, map[string]string{
		// Of the slip in the policy two things are told.
		"policy.cedar": "permit (principal, action, resource)\nwhen { resource.regionId == \"cn-hangzhou\" };\n",
		"timers.yaml":  "Timers:\n  - {Name: x, Cron: nonsense, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-demo0004]}}\n",
		"groups.yml":   "Groups: {}\n",
	})
	var printed bytes.Buffer
	p, err := start(t.Context(), &printed, how{config: dir})
	if err == nil {
		p.close()
		t.Fatal("it starts")
	}
	if want := dir + " has 4 mistakes"; err.Error() != want {
		t.Errorf("it says %q, want %q", err, want)
	}
	if strings.Contains(printed.String(), "Building") {
		t.Error("it is built before it is said")
	}
	check := exec.CommandContext(t.Context(), "go", "run", "./cmd/stopdesktops", "check", "--config", dir)
	check.Dir, check.Env = root, append(os.Environ(), "ECD_REGIONS="+regions)
	said, _ := check.Output() // it fails, as it should
	same := 0
	for line := range strings.Lines(string(said)) {
		if strings.HasPrefix(line, dir) {
			same++
			if !strings.Contains(printed.String(), line) {
				t.Errorf("check says %sand the playground\n%s", line, &printed)
			}
		}
	}
	if same != 4 {
		t.Errorf("check says\n%s", said)
	}
}

func TestFolderThatIsNotThere(t *testing.T) {
	var printed bytes.Buffer
	if _, err := readFolder("", filepath.Join(t.TempDir(), "nowhere"), nil, &printed); err == nil || !strings.Contains(printed.String(), "which cannot be read") {
		t.Errorf("%v\n%s", err, &printed)
	}
}

const ownSenders = `Senders:
  - {Name: own-tool, Scheme: standard-webhooks, Secrets: [OWN_TOOL_SECRET], May: [stop, preview]}
  - Name: leavers
    Scheme: bearer
    Secrets: [LEAVERS_TOKEN]
    May: [stop]
    Delivery: case
    Channel: C0LEAVERS0
    Request: {RegionId: =cn-hangzhou, DesktopId: computers, Ticket: case, Reason: =their last day}
`

// Secrets that a shell has.
const (
	leaversToken  = "leavers-token-0123456789abcdef"
	ownToolSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
)

func senderShell() []string {
	return []string{`SENDER_SECRETS={"LEAVERS_TOKEN": "` + leaversToken + `"}`, "OWN_TOOL_SECRET=" + ownToolSecret,
		"STATE_KEY=of-a-real-deployment", "ECD_REGIONS=cn-beijing, cn-shanghai", "WAIT=nonsense", "ZONE=Asia/Tokyo"}
}

// TestSettingsOfAFolder: of a shell that has a real deployment's variables, a folder
// of one's own takes what it is read with, and the show's takes nothing.
func TestSettingsOfAFolder(t *testing.T) {
	root, err := repository(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := ownFolder(t, map[string]string{"policy.cedar": permitAll, "senders.yaml": ownSenders})
	f, err := readFolder(root, dir, senderShell(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(f.env)); !slices.Equal(got, []string{"ECD_REGIONS", "SENDER_SECRETS", "ZONE"}) || f.env["ECD_REGIONS"] != "cn-hangzhou,cn-shanghai,cn-beijing" {
		t.Errorf("settings %v", got)
	}
	if !maps.Equal(f.named, map[string]string{"OWN_TOOL_SECRET": ownToolSecret}) {
		t.Error("it takes other variables than the one that senders.yaml names and that is set")
	}
	show, err := readFolder(root, "", senderShell(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"ECD_REGIONS": regions, "SLACK_IDENTITY": "file"}; !maps.Equal(show.env, want) || len(show.named) > 0 {
		t.Errorf("the show has the settings %v and %d more", show.env, len(show.named))
	}
	// A sender whose secret nobody has set would be a function that does not start.
	var printed bytes.Buffer
	if _, err := readFolder(root, dir, senderShell()[1:], &printed); err == nil || !strings.Contains(printed.String(), "LEAVERS_TOKEN, which is not set") {
		t.Errorf("%v\n%s", err, &printed)
	}
	if strings.Contains(printed.String(), ownToolSecret) {
		t.Error("a secret is shown")
	}
}

// TestSlackOfAFolder: the channels and user groups that a folder names are there,
// or nothing could be posted and nobody in Slack would be permitted anything.
func TestSlackOfAFolder(t *testing.T) {
	dir := ownFolder(t, map[string]string{"policy.cedar": permitAll, "timers.yaml": ownTimers, "senders.yaml": ownSenders,
		"groups.yaml": "Groups: {oncall: [T012ABCD0/S012ONCALL]}\n"})
	f, err := readFolder("", dir, senderShell(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	o := workspace("xoxb-x", f.config)
	if len(o.Groups) != 1 || o.Groups[0].ID != "S012ONCALL" || !slices.Contains(o.Scopes, "usergroups:read") {
		t.Errorf("user groups %v, scopes %v", o.Groups, o.Scopes)
	}
	var ids []string
	for _, c := range o.Channels {
		if c.AppIn {
			ids = append(ids, c.ID)
		}
	}
	if want := []string{nightly, "C0LEAVERS0", "C0OFTEN000"}; !slices.Equal(ids, want) {
		t.Errorf("the app is in %v, want %v", ids, want)
	}
}

// TestPlatformSecretIsNotPassedOn: a sender that names one of the product's own
// variables gets nothing of it.
func TestPlatformSecretIsNotPassedOn(t *testing.T) {
	dir := ownFolder(t, map[string]string{"policy.cedar": permitAll, "senders.yaml": strings.Replace(ownSenders, "OWN_TOOL_SECRET", "STATE_KEY", 1)})
	f := &folder{shown: dir, own: true, files: os.DirFS(dir)}
	f.settings(settings.EnvironmentOf(senderShell()))
	if len(f.named) > 0 {
		t.Errorf("it takes %v", slices.Sorted(maps.Keys(f.named)))
	}
	if _, err := readFolder("", dir, senderShell(), io.Discard); err == nil {
		t.Error("it is no mistake")
	}
}
