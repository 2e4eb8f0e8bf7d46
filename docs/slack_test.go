package docs

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/slack"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/identity"
	"stopdesktops/internal/slackbot/inbound"
	"stopdesktops/internal/slackbot/message"
	"stopdesktops/internal/statekey"
)

func readSlackPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("slack.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCommandsInSlackPage reads every example as the product does.
func TestCommandsInSlackPage(t *testing.T) {
	shown := map[command.Verb]bool{}
	for _, b := range claimed(t, "TestCommandsInSlackPage") {
		for line := range strings.Lines(b.text) {
			text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), slack.DefaultCommand+" ")
			p, problems := command.ParseAt(text, time.Now(), time.UTC)
			if !ok || len(problems) > 0 || p.Verb == command.VerbStop && len(p.IDs) == 0 && !p.Selects() {
				t.Errorf("%q: %+v", line, problems)
			}
			shown[p.Verb] = true
		}
	}
	for _, verb := range []command.Verb{command.VerbStop, command.VerbHelp, command.VerbWhy, command.VerbKeep, command.VerbUnkeep, command.VerbFreeze, command.VerbUnfreeze} {
		if !shown[verb] {
			t.Errorf("no example of %s", verb)
		}
	}
}

// helpLine is a line of help: an example that begins with its word.
var helpLine = regexp.MustCompile("(?m)^• `([a-z-]+)")

// helpWords are the words of the command, as its help shows them.
func helpWords(t *testing.T) []string {
	t.Helper()
	var words []string
	for _, m := range helpLine.FindAllStringSubmatch(message.Help(slack.DefaultCommand).Text, -1) {
		words = append(words, m[1])
	}
	if !slices.Contains(words, "tag") || !slices.Contains(words, "help") {
		t.Fatalf("help shows only %v", words)
	}
	return words
}

// TestWordsInSlackPage wants every word that help shows explained.
func TestWordsInSlackPage(t *testing.T) {
	page := readSlackPage(t)
	for _, name := range helpWords(t) {
		explained := false
		for _, form := range []string{"`" + name + "`", "`" + name + ":", "`" + name + "=", "`" + name + " "} {
			explained = explained || strings.Contains(page, form)
		}
		if !explained {
			t.Errorf("%q is not explained", name)
		}
	}
}

// TestUnaskedIsSaid wants the number that now and the action unasked go up to
// wherever it is said.
func TestUnaskedIsSaid(t *testing.T) {
	for file, said := range map[string]string{
		"slack.md":               "do not ask back, for up to %d desktops",
		"policy.md":              "stop up to %d desktops from Slack without being asked",
		"../config/policy.cedar": "stop up to %d desktops from Slack without",
	} {
		if want := fmt.Sprintf(said, core.UnaskedMost); !strings.Contains(readText(t, file), want) {
			t.Errorf("%s does not say %q", file, want)
		}
	}
	help := message.Help(slack.DefaultCommand).Text
	if want := fmt.Sprintf("up to %d desktops without asking back", core.UnaskedMost); !strings.Contains(help, want) {
		t.Errorf("help does not say %q", want)
	}
}

// TestErrorsInSlackPage wants every word that a person can meet explained.
func TestErrorsInSlackPage(t *testing.T) {
	page := readSlackPage(t)
	for _, word := range []string{
		slack.OperationTimeout, slack.DispatchFailed, slack.HTTPServiceError, slack.HTTPClientError, "app_missing_action_url", "is not a valid command",
	} {
		if !strings.Contains(page, word) {
			t.Errorf("%q is not explained", word)
		}
	}
}

// TestPolicyInSlackPage pastes the page's policy.
func TestPolicyInSlackPage(t *testing.T) {
	p := parsePolicy(t, "slack.md", claimed(t, "TestPolicyInSlackPage")[0].text)
	for name, want := range map[string]bool{"T012ABCD0/U012ALICE": true, "T012ABCD0/U012OTHER": false} {
		ask := core.Ask{Action: core.ActionSubmit, Caller: core.Caller{Door: core.Slack, Name: name}, Count: 1}
		if got := p.Permitted(t.Context(), ask).Allowed; got != want {
			t.Errorf("%s may ask: %v, want %v", name, got, want)
		}
	}
}

// TestSamplesOfSlackPage gives the page's commands in one shell, and deploys
// slackcmd with what they make.
func TestSamplesOfSlackPage(t *testing.T) {
	script := ""
	for _, b := range claimed(t, "TestSamplesOfSlackPage") {
		if strings.HasPrefix(b.text, "export ") {
			script += b.text + "env | grep ^SLACK_\n"
			continue
		}
		script += "printf SLACK_STATE_KEY=\n" + b.text
	}
	key := sha256.Sum256([]byte("a state key"))
	made := sh(t, script, "STATE_KEY="+base64.StdEncoding.EncodeToString(key[:]))
	c, err := settings.LoadSlack(append(strings.Split(strings.TrimSpace(made), "\n"), "ECD_REGIONS=cn-hangzhou", "STATE_BUCKET=my-stopdesktops", "STATE_REGION=cn-hangzhou", "INVOKE_FUNCTION=stopdesktops"))
	if err != nil {
		t.Fatalf("%v\n%s", err, made)
	}
	if len(c.SigningSecrets) != 1 || len(c.SigningSecrets[0].Reveal()) != 32 {
		t.Error("the signing secret is not of the shape that Slack gives")
	}
	// What slackcmd looks at beside that when it starts.
	_, secrets := inbound.NewVerifier(c.SigningSecrets)
	_, derived := statekey.ParseDoor(core.Slack, c.StateKey.Reveal())
	allowed := identity.Allowed{AppIDs: c.AppIDs, TeamIDs: c.TeamIDs}.Validate()
	if err := errors.Join(secrets, derived, allowed); err != nil {
		t.Error(err)
	}
}
