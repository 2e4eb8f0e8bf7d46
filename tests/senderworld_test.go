package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/sim/fc"
)

// senderWorld is a slackWorld whose senders, groups and secrets are those of
// testdata/senders.
type senderWorld struct {
	*world
	secrets map[string]string // by variable
	bot     string
	dir     string // of the configuration
	conf    map[string]fc.Function
}

// newSenderWorld deploys testdata/senders with one of its files of senders.
func newSenderWorld(t *testing.T, senders string, replace []string, secrets map[string]string, env map[string]string, options ...option) *senderWorld {
	t.Helper()
	s := &senderWorld{secrets: secrets, bot: "xoxb-" + randomText(), conf: map[string]fc.Function{}}
	s.dir = senderFolder(t, senders, replace...)
	named, err := json.Marshal(secrets)
	if err != nil {
		t.Fatal(err)
	}
	// As in a deployment: its files pass on one variable with the senders' secrets.
	all := map[string]string{"SLACK_BOT_TOKEN": s.bot, "SLACK_IDENTITY": "file", "SENDER_SECRETS": string(named)}
	maps.Copy(all, env)
	fixed := []option{
		withEnv(all),
		func(o *cloudOptions) {
			o.Config, o.Slack.BotToken = s.dir, s.bot
			o.Function = func(f *fc.Function) {
				if f.Name == "stopdesktops" {
					f.Timers = nil
					for _, name := range []string{"nightly", "selects", "yearly"} {
						f.Timers = append(f.Timers, fc.TimerTrigger{Name: name, Cron: "0 * * * * *", Payload: `{"Timer":"` + name + `"}`, Enable: true})
					}
				}
				s.conf[f.Name] = *f
			}
		},
	}
	s.world = slackWorld(t, nil, append(fixed, options...)...)
	s.Slack.Invite(channel)
	s.Secrets = append(s.Secrets, s.bot)
	for _, secret := range secrets {
		s.Secrets = append(s.Secrets, secret, strings.TrimPrefix(secret, "whsec_"))
	}
	return s
}

// senderFolder copies testdata/senders, with one of its lists of senders, into a
// folder of the test's own.
func senderFolder(t *testing.T, senders string, replace ...string) string {
	t.Helper()
	dir := t.TempDir()
	files, err := filepath.Glob("testdata/senders/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		switch {
		case name == senders:
			name = "senders.yaml"
		case name == "senders.yaml" || name == "callbacks.yaml":
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.NewReplacer(replace...).Replace(string(text))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// deliver makes one request with its headers as they are, each as often as it is
// there.
func (s *senderWorld) deliver(method string, d delivery) response {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.FC.HTTPURL("stopdesktops")+d.path, strings.NewReader(d.body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header = d.header.Clone()
	resp, err := http.DefaultTransport.RoundTrip(r) // which follows no redirection
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, d.path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	out := response{Status: resp.StatusCode, Header: resp.Header, Text: string(text)}
	if len(text) > 0 && json.Unmarshal(text, &out) != nil {
		s.t.Errorf("%s %s: the answer is not JSON: %s", method, d.path, text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers.Write(text)
	fmt.Fprintln(&s.answers, resp.Header)
	return out
}

// redeploy deploys the main function anew with other secrets and senders.
func (s *senderWorld) redeploy(edit func(f *fc.Function)) {
	s.t.Helper()
	s.redeployOne("stopdesktops", edit)
}

// redeployOne deploys one function anew.
func (s *senderWorld) redeployOne(name string, edit func(f *fc.Function)) {
	s.t.Helper()
	f := s.conf[name]
	f.Env = maps.Clone(f.Env)
	edit(&f)
	if err := s.FC.Deploy(f); err != nil {
		s.t.Fatal(err)
	}
}

// changing are the calls that change something, as the double took them.
func (w *world) changing() int {
	n := 0
	for _, c := range w.ECD.Calls() {
		if slices.Contains([]string{"StopDesktops", "TagResources", "UntagResources"}, c.Operation) {
			n++
		}
	}
	return n
}

// keys are the records in the bucket.
func (w *world) keys() []string { return slices.Sorted(maps.Keys(w.OSS.Objects())) }

// logLines returns the log lines of the main function that hold all the words.
func (w *world) logLines(words ...string) []string {
	var found []string
	for line := range bytes.Lines([]byte(w.FC.Logs("stopdesktops"))) {
		all := true
		for _, word := range words {
			all = all && bytes.Contains(line, []byte(word))
		}
		if all {
			found = append(found, string(line))
		}
	}
	return found
}
