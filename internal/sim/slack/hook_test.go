package slack_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stopdesktops/internal/sim/slack"
)

// plan lets alice ask, the app show the plan, and somebody press Stop. It
// returns the response URLs of the command and of the click.
func (w *world) plan(kind, who string) (command, click string) {
	w.t.Helper()
	w.says(strings.Replace(planMessage, "{", `{"response_type":"`+kind+`",`, 1))
	command = w.command("ecd-1").ResponseURL
	w.answers(nil)
	return command, w.click(who, "stop").ResponseURL
}

func TestFiveUses(t *testing.T) {
	w := newWorld(t)
	command, click := w.plan("ephemeral", alice)
	for _, url := range []string{command, click} {
		for i := 1; i <= slack.HookUses; i++ {
			w.posts(url, `{"text":"again"}`, 200, "ok")
			if w.last().Uses != i {
				t.Errorf("%d uses in the log, want %d", w.last().Uses, i)
			}
		}
		w.posts(url, `{"text":"again"}`, 404, "used_url")
	}
	if got := len(w.Messages(ops, alice)); got != 1+2*slack.HookUses {
		t.Errorf("%d messages", got)
	}
}

func TestFiveUsesWhenManyPost(t *testing.T) {
	w := newWorld(t)
	url := w.command("ecd-1").ResponseURL
	var ok, used atomic.Int32
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			switch status, word := post(url, `{"text":"x"}`); {
			case status == 200:
				ok.Add(1)
			case word == "used_url":
				used.Add(1)
			}
			w.Screen(ops, alice)
		})
	}
	all.Wait()
	if ok.Load() != slack.HookUses || used.Load() != 40-slack.HookUses {
		t.Errorf("%d ok and %d used_url", ok.Load(), used.Load())
	}
}

func TestThirtyMinutes(t *testing.T) {
	w := newWorld(t)
	url := w.command("ecd-1").ResponseURL
	w.clock.pass(slack.HookLife)
	w.posts(url, `{"text":"just in time"}`, 200, "ok")
	w.clock.pass(time.Second)
	w.posts(url, `{"text":"late"}`, 404, "expired_url")
	if got := w.texts(alice); !slices.Equal(got, []string{"just in time"}) {
		t.Errorf("alice sees %q", got)
	}
}

func TestRefusedPosts(t *testing.T) {
	cases := map[string]struct {
		kind, body string
		status     int
		word       string
		reason     string
	}{
		"form":            {"application/x-www-form-urlencoded", "text=x", 400, "invalid_payload", "not application/json"},
		"no JSON":         {"application/json", `{"text":"x"`, 400, "invalid_payload", "not one JSON document"},
		"two documents":   {"application/json", `{"text":"x"}{}`, 400, "invalid_payload", "not one JSON document"},
		"equal names":     {"application/json", `{"text":"x","text":"y"}`, 400, "invalid_payload", "duplicate"},
		"unknown key":     {"application/json", `{"text":"x","replace_orginal":true}`, 400, "invalid_payload", `unknown key "replace_orginal"`},
		"legacy":          {"application/json", `{"attachments":[{"text":"x"}]}`, 400, "invalid_payload", `unknown key "attachments"`},
		"null":            {"application/json", `{"text":"x","blocks":null}`, 400, "invalid_blocks", "must be a list, not null"},
		"string for bool": {"application/json", `{"text":"x","replace_original":"true"}`, 400, "invalid_payload", "must be true or false"},
		"response type":   {"application/json", `{"text":"x","response_type":"public"}`, 400, "invalid_payload", "one of ephemeral, in_channel"},
		"nothing":         {"application/json", `{}`, 400, "no_text", "neither text nor blocks"},
		"bad block":       {"application/json", `{"blocks":[{"type":"divider","text":"x"}]}`, 400, "invalid_blocks", `message.blocks[0]: unknown key "text"`},
		"too long":        {"application/json", `{"text":"` + strings.Repeat("ü", 40_001) + `"}`, 400, "invalid_payload", "40001 characters"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			url := w.command("ecd-1").ResponseURL
			answer, err := http.Post(url, c.kind, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if last := w.last(); answer.StatusCode != c.status || last.Error != c.word || !strings.Contains(last.Reason, c.reason) {
				t.Errorf("%d, logged %q because %q", answer.StatusCode, last.Error, last.Reason)
			}
			if w.last().Uses != 1 {
				t.Error("a refused post spends a use")
			}
			if seen := w.Screen(ops, alice); seen != "" {
				t.Errorf("alice sees %q", seen)
			}
		})
	}
}

func TestOtherMethodsAndURLs(t *testing.T) {
	w := newWorld(t)
	url := w.command("ecd-1").ResponseURL
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 405 || w.last().Uses != 0 {
		t.Errorf("GET: %d, %+v", answer.StatusCode, w.last())
	}
	w.posts(url+"x", `{"text":"x"}`, 404, "no_service")
	w.posts(w.hooks+"/app/T012ABCD0/1/x", `{"text":"x"}`, 404, "no_service")
}

func TestCommandURLReplacesNothing(t *testing.T) {
	w := newWorld(t)
	w.says(planMessage)
	url := w.command("ecd-1").ResponseURL
	w.posts(url, `{"text":"new","replace_original":true}`, 200, "ok")
	if w.last().Note == "" {
		t.Error("the log does not say that nothing was replaced")
	}
	w.posts(url, `{"delete_original":true}`, 400, "no_text")
	if got := w.texts(alice); !slices.Equal(got, []string{"Stop ecd-1?", "new"}) {
		t.Errorf("alice sees %q", got)
	}
	if got := w.texts(bob); got != nil {
		t.Errorf("bob sees %q: ephemeral is the default", got)
	}
	w.posts(url, `{"text":"for all","response_type":"in_channel","thread_ts":"1.2"}`, 200, "ok")
	if got := w.Messages(ops, bob); len(got) != 1 || got[0].ThreadTS != "1.2" {
		t.Errorf("bob sees %+v", got)
	}
}

func TestClickURLReplaces(t *testing.T) {
	for _, kind := range []string{"ephemeral", "in_channel"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t)
			_, url := w.plan(kind, alice)
			other := map[string]string{"ephemeral": "in_channel", "in_channel": "ephemeral"}[kind]
			w.posts(url, `{"text":"stopping","replace_original":true}`, 200, "ok")
			if w.last().Note != "" {
				t.Errorf("note %q", w.last().Note)
			}
			w.posts(url, `{"text":"stopped","replace_original":true,"response_type":"`+other+`"}`, 200, "ok")
			if w.last().Note == "" {
				t.Error("the log does not say that the message stays as it was")
			}
			got := w.Messages(ops, alice)
			if len(got) != 1 || got[0].Text != "stopped" || got[0].Edits != 2 || len(got[0].Blocks) != 0 || got[0].Ephemeral() != (kind == "ephemeral") {
				t.Errorf("alice sees %+v", got)
			}
			if bobs := len(w.Messages(ops, bob)); bobs != map[string]int{"ephemeral": 0, "in_channel": 1}[kind] {
				t.Errorf("bob sees %d", bobs)
			}
			w.posts(url, `{"delete_original":true,"text":"x"}`, 400, "invalid_payload")
			w.posts(url, `{"delete_original":true}`, 200, "ok")
			if got := w.Messages(ops, alice); len(got) != 0 {
				t.Errorf("alice still sees %+v", got)
			}
			w.posts(url, `{"text":"back","replace_original":true}`, 404, "message_not_found")
		})
	}
}

// TestAnotherClickersWords go only to the one who clicked.
func TestAnotherClickersWords(t *testing.T) {
	w := newWorld(t)
	_, url := w.plan("in_channel", bob)
	w.posts(url, `{"text":"only alice may"}`, 200, "ok")
	if got := w.texts(bob); !slices.Equal(got, []string{"Stop ecd-1?", "only alice may"}) {
		t.Errorf("bob sees %q", got)
	}
	if got := w.texts(alice); !slices.Equal(got, []string{"Stop ecd-1?"}) {
		t.Errorf("alice sees %q", got)
	}
}

func TestBlocksWithoutTextAreNoted(t *testing.T) {
	w := newWorld(t)
	url := w.command("ecd-1").ResponseURL
	w.posts(url, `{"blocks":[{"type":"divider"}]}`, 200, "ok")
	if !strings.Contains(w.last().Note, "screen readers") {
		t.Errorf("note %q", w.last().Note)
	}
}
