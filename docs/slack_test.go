package docs

import (
	"os"
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/policy"
	"stopdesktops/internal/sim/slack"
	"stopdesktops/internal/slackbot"
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
	examples, shown := 0, map[slackbot.Verb]bool{}
	for line := range strings.Lines(readSlackPage(t)) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), slack.DefaultCommand+" ")
		if !ok {
			continue
		}
		examples++
		p, problems := slackbot.Parse(text)
		if len(problems) > 0 || p.Verb == slackbot.VerbStop && len(p.IDs) == 0 && !p.Selects() {
			t.Errorf("%q: %+v", text, problems)
		}
		shown[p.Verb] = true
	}
	if examples < 5 {
		t.Errorf("%d examples found", examples)
	}
	for _, verb := range []slackbot.Verb{slackbot.VerbStop, slackbot.VerbHelp, slackbot.VerbWhy, slackbot.VerbKeep, slackbot.VerbUnkeep, slackbot.VerbFreeze, slackbot.VerbUnfreeze} {
		if !shown[verb] {
			t.Errorf("no example of %s", verb)
		}
	}
}

// TestWordsInSlackPage wants every word that help shows explained.
func TestWordsInSlackPage(t *testing.T) {
	page := readSlackPage(t)
	for _, name := range slackbot.WordNames() {
		explained := false
		for _, form := range []string{"`" + name + "`", "`" + name + ":", "`" + name + "=", "`" + name + " "} {
			explained = explained || strings.Contains(page, form)
		}
		if !explained {
			t.Errorf("%q is not explained", name)
		}
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
	_, rest, _ := strings.Cut(readSlackPage(t), "permit (")
	body, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the page holds no policy")
	}
	p, err := policy.Parse("slack.md", []byte("permit ("+body))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"T012ABCD0/U012ALICE": true, "T012ABCD0/U012OTHER": false} {
		ask := core.Ask{Action: core.ActionSubmit, Caller: core.Caller{Door: core.Slack, Name: name}, Count: 1}
		if got := p.Permitted(t.Context(), ask).Allowed; got != want {
			t.Errorf("%s may ask: %v, want %v", name, got, want)
		}
	}
}
