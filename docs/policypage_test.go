package docs

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// TestPeopleOfPolicyPage deploys the page's groups and people beside the shipped
// policy.
func TestPeopleOfPolicyPage(t *testing.T) {
	files := map[string]string{}
	for _, b := range claimed(t, "TestPeopleOfPolicyPage") {
		files[fileOf(t, b.text)] = b.text
	}
	c, err := loadConfig(t, files, "SLACK_IDENTITY=file", "SLACK_BOT_TOKEN=xoxb-sample")
	if err != nil {
		t.Fatal(err)
	}
	for caller, want := range map[core.Caller][]string{
		{Door: core.Slack, Name: "T012ABCD0/U012ALICE"}: {"operators"},
		{Door: core.Slack, Name: "T012ABCD0/U012OTHER"}: nil,
		{Door: core.Terminal, Name: "alice"}:            {"operators"},
	} {
		if got := c.Groups.Of(caller.Door, caller.Name); !slices.Equal(got, want) {
			t.Errorf("%s is in %v, want %v", caller, got, want)
		}
	}
	if got := c.Groups.SlackGroups(); !slices.Equal(got["T012ABCD0/S012ONCALL"], []string{"oncall"}) {
		t.Errorf("Slack's groups are %v", got)
	}
	if len(files) != 2 || c.EndUsers.Of("T012ABCD0", "U012ALICE") != "alice" {
		t.Errorf("%d files, people %v", len(files), c.EndUsers)
	}
}

// TestCommandOfPolicyPage gives the page's command, and makes of one case of the
// file the mistake that the page shows.
func TestCommandOfPolicyPage(t *testing.T) {
	const file = "docs/policy-cases.yaml"
	var printed []string
	wrong := strings.Replace(readText(t, filepath.Base(file)), "    desktop: {endUsers: [bob]}\n    want: deny\n", "    desktop: {endUsers: [bob]}\n    want: allow\n", 1)
	report := runCases(t, parsePolicy(t, "policy.cedar", readText(t, shippedPolicy)), file, wrong)
	if report.Failed() != 1 {
		t.Fatalf("%d cases fail:\n%s", report.Failed(), report)
	}
	for _, b := range claimed(t, "TestCommandOfPolicyPage") {
		if b.language == "" {
			printed = append(strings.Split(sh(t, b.text), "\n"), strings.Split(report.String(), "\n")...)
			continue
		}
		for line := range strings.Lines(b.text) {
			if !slices.Contains(printed, strings.TrimSuffix(line, "\n")) {
				t.Errorf("it does not print %q", line)
			}
		}
	}
}

// TestRefusalOnPolicyPage compares the page's log line with what writes it, and
// the policy that it names with those of the page.
func TestRefusalOnPolicyPage(t *testing.T) {
	source := readText(t, "../internal/core/planning.go")
	_, source, _ = strings.Cut(source, `slog.LevelInfo, "not permitted"`)
	source, _, _ = strings.Cut(source, "\n\t}")
	want := []string{"level", "msg"}
	for _, m := range regexp.MustCompile(`slog\.\w+\("(\w+)"`).FindAllStringSubmatch(source, -1) {
		want = append(want, m[1])
	}
	text := claimed(t, "TestRefusalOnPolicyPage")[0].text
	var line struct {
		Msg, Action string
		Policies    []string
	}
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`"(\w+)":`).FindAllStringSubmatch(text, -1) {
		got = append(got, m[1])
	}
	if !slices.Equal(got, want) || line.Msg != "not permitted" {
		t.Errorf("the page's line has %v, the code's %v", got, want)
	}
	if line.Action != string(core.ActionStop) || len(line.Policies) != 1 || !strings.Contains(readText(t, "policy.md"), `@id("`+line.Policies[0]+`")`) {
		t.Errorf("the page's line says %+v", line)
	}
}
