package slack_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stopdesktops/internal/sim/slack"
)

// api calls a Web API method with JSON.
func (w *world) api(method, token, body string) (int, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.hooks+"/api/"+method, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestAPIRefusals(t *testing.T) {
	w := newWorld(t, func(o *slack.Options) {
		o.Channels = append(o.Channels, slack.Channel{ID: "C0FEW", Members: []string{alice}, AppIn: true})
	})
	w.Invite(ops)
	w.says(`{"response_type":"in_channel","text":"x"}`)
	w.command("ecd-1")
	shown := w.Screen(ops, alice)
	in := func(more string) string { return `{"channel":"` + ops + `"` + more + `}` }
	cases := map[string]struct{ method, token, body, word, reason string }{
		"no token":        {"chat.postMessage", "", in(`,"text":"x"`), "not_authed", ""},
		"another token":   {"chat.postMessage", "xoxb-other", in(`,"text":"x"`), "invalid_auth", ""},
		"scope":           {"users.info", "xoxb-sample", `{"user":"` + alice + `"}`, "missing_scope", "users:read"},
		"method":          {"chat.delete", "xoxb-sample", in(``), "unknown_method", ""},
		"argument":        {"chat.postMessage", "xoxb-sample", in(`,"text":"x","replace_original":true`), "invalid_arguments", `"replace_original"`},
		"channel":         {"chat.postMessage", "xoxb-sample", `{"channel":"C0NONE","text":"x"}`, "channel_not_found", ""},
		"nothing":         {"chat.postMessage", "xoxb-sample", in(``), "no_text", ""},
		"block":           {"chat.postMessage", "xoxb-sample", in(`,"blocks":[{"type":"header"}]`), "invalid_blocks", `blocks[0]: "text" is missing`},
		"too long":        {"chat.postMessage", "xoxb-sample", in(`,"text":"` + strings.Repeat("x", 40_001) + `"`), "msg_too_long", "40001"},
		"not JSON":        {"chat.postMessage", "xoxb-sample", `{`, "invalid_json", ""},
		"reader":          {"chat.postEphemeral", "xoxb-sample", `{"channel":"C0FEW","user":"` + bob + `","text":"x"}`, "user_not_in_channel", ""},
		"another's words": {"chat.update", "xoxb-sample", in(`,"ts":"` + echo(t, w) + `","text":"x"`), "cant_update_message", ""},
		"no such message": {"chat.update", "xoxb-sample", in(`,"ts":"1.0","text":"x"`), "message_not_found", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			status, body := w.api(c.method, c.token, c.body)
			if status != 200 || !strings.Contains(body, `"ok":false`) || !strings.Contains(body, `"error":"`+c.word+`"`) {
				t.Errorf("%d %s, want %s", status, body, c.word)
			}
			if last := w.last(); last.On != c.method || last.Error != c.word || !strings.Contains(last.Reason, c.reason) {
				t.Errorf("logged %+v", last)
			}
			if strings.Contains(w.last().Body, "xoxb") {
				t.Error("the token is in the log")
			}
		})
	}
	if got := w.Screen(ops, alice); got != shown {
		t.Errorf("a refused call changed the screen to %q", got)
	}
}

// echo is the name of alice's own command, which everybody sees since the
// answer to it was in_channel. It stands one microsecond before the answer,
// because the test's clock stands still.
func echo(t *testing.T, w *world) string {
	t.Helper()
	seconds, micro, _ := strings.Cut(w.Messages(ops, alice)[0].TS, ".")
	n, err := strconv.Atoi(micro)
	if err != nil || n == 0 {
		t.Fatalf("the clock of the test is at a full second: %s.%s", seconds, micro)
	}
	return fmt.Sprintf("%s.%06d", seconds, n-1)
}

func TestAPIForm(t *testing.T) {
	w := newWorld(t)
	w.Invite(ops)
	for form, want := range map[string]string{
		"token=xoxb-sample&channel=" + ops + "&text=x":        `"ok":true`,
		"token=xoxb-sample&channel=" + ops + "&text=x&text=y": `"error":"invalid_form_data"`,
	} {
		answer, err := http.Post(w.hooks+"/api/chat.postMessage", "application/x-www-form-urlencoded", strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s, %v, want %s", form, body, err, want)
		}
	}
	if got := w.texts(bob); !slices.Equal(got, []string{"x"}) {
		t.Errorf("bob sees %q", got)
	}
}

func TestAPIPeople(t *testing.T) {
	w := newWorld(t, func(o *slack.Options) { o.Scopes = []string{"users:read", "users:read.email", "usergroups:read"} })
	cases := []struct{ method, body, want string }{
		{"users.info", `{"user":"` + alice + `","include_locale":true}`, `"locale":"zh-CN"`},
		{"users.info", `{"user":"` + alice + `"}`, `"email":"alice@example.com"`},
		{"users.info", `{"user":"U0NONE"}`, `"error":"user_not_found"`},
		{"usergroups.users.list", `{"usergroup":"S0NONE"}`, `"error":"no_such_subteam"`},
	}
	for _, c := range cases {
		if _, body := w.api(c.method, "xoxb-sample", c.body); !strings.Contains(body, c.want) {
			t.Errorf("%s %s: %s, want %s", c.method, c.body, body, c.want)
		}
	}
}

// TestAPIScopes: every answer to the app's token lists its scopes, a refusal
// says which one is missing, and an address that was not confirmed says so.
func TestAPIScopes(t *testing.T) {
	const carol = "U0CAROL"
	w := newWorld(t, func(o *slack.Options) {
		o.Scopes = []string{"users:read", "users:read.email"}
		o.Users = append(o.Users, slack.User{ID: carol, Email: "carol@example.com", EmailUnconfirmed: true})
	})
	for _, c := range []struct{ method, token, body, want, scopes string }{
		{"users.info", "xoxb-sample", `{"user":"` + alice + `"}`, `"is_email_confirmed":true`, "users:read,users:read.email"},
		{"users.info", "xoxb-sample", `{"user":"` + carol + `"}`, `"is_email_confirmed":false`, "users:read,users:read.email"},
		{"usergroups.users.list", "xoxb-sample", `{"usergroup":"S1"}`, `"needed":"usergroups:read"`, "users:read,users:read.email"},
		{"usergroups.users.list", "xoxb-sample", `{"usergroup":"S1"}`, `"provided":"users:read,users:read.email"`, "users:read,users:read.email"},
		{"users.info", "xoxb-other", `{"user":"` + alice + `"}`, `"invalid_auth"`, ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.hooks+"/api/"+c.method, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+c.token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !strings.Contains(string(body), c.want) || answer.Header.Get("X-OAuth-Scopes") != c.scopes {
			t.Errorf("%s %s: %s with scopes %q, %v", c.method, c.body, body, answer.Header.Get("X-OAuth-Scopes"), err)
		}
	}
}
