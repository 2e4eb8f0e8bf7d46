package slack_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"stopdesktops/internal/sim/slack"
)

// received reads the form of the next request to the app.
func (w *world) received(forge ...slack.Forgery) (form url.Values, query string) {
	w.t.Helper()
	w.answers(func(_ http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		body, _ := io.ReadAll(r.Body)
		form, _ = url.ParseQuery(string(body))
	})
	w.command("ecd-1", forge...)
	return form, query
}

func TestCommandFormIsComplete(t *testing.T) {
	w := newWorld(t)
	form, _ := w.received()
	want := map[string]string{
		"team_id": slack.DefaultTeamID, "team_domain": slack.DefaultTeamDomain, "channel_id": ops, "channel_name": "ops", "user_id": alice,
		"user_name": "alice", "command": "/stop-desktop", "text": "ecd-1", "api_app_id": slack.DefaultAppID, "is_enterprise_install": "false",
	}
	for name, value := range want {
		if got := form[name]; len(got) != 1 || got[0] != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	for _, name := range []string{"token", "response_url", "trigger_id"} {
		if form.Get(name) == "" {
			t.Errorf("%s is missing", name)
		}
	}
	if len(form) != len(want)+3 {
		t.Errorf("%d fields: %v", len(form), form)
	}
}

func TestShouldEscape(t *testing.T) {
	w := newWorld(t, func(o *slack.Options) {
		o.Channels = append(o.Channels, slack.Channel{ID: "G01PRIVATE", Name: "secret", Private: true})
	})
	cases := map[string]string{
		"ecd-1 ecd-2.":                 "ecd-1 ecd-2.",
		"@alice's ecd-1":               "<@" + alice + ">'s ecd-1",
		"@nobody":                      "@nobody",
		"#ops #secret #none":           "<#" + ops + "|ops> <#G01PRIVATE|> #none",
		"a < b & c > d":                "a &lt; b &amp; c &gt; d",
		"a < @bob & @x > d":            "a &lt; <@" + bob + "> &amp; @x &gt; d",
		"see http://example.com/a?b&c": "see <http://example.com/a?b&amp;c>",
		"host.example.com":             "<http://host.example.com|host.example.com>",
		"@here <!channel>":             "<!here> &lt;!channel&gt;",
	}
	for typed, want := range cases {
		for _, unescaped := range []bool{false, true} {
			var got string
			w.answers(func(_ http.ResponseWriter, r *http.Request) { got = r.PostFormValue("text") })
			if _, err := w.Command(t.Context(), slack.Command{URL: w.url, Text: typed, UserID: alice, ChannelID: ops, Unescaped: unescaped}); err != nil {
				t.Fatal(err)
			}
			if unescaped {
				want = typed
			}
			if got != want {
				t.Errorf("%q arrives as %q, want %q (should_escape %v)", typed, got, want, !unescaped)
			}
		}
	}
}

func TestAnswersAsShown(t *testing.T) {
	typed := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{kind}
			io.WriteString(w, body)
		}
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	failed := func(word string) string { return fmt.Sprintf("/stop-desktop failed with the error %q", word) }
	cases := map[string]struct {
		app               http.HandlerFunc
		word, alice, bobs string
	}{
		"empty":   {app: status(200)},
		"text":    {app: typed("text/plain", "Got it!"), alice: "app (only you): Got it!"},
		"message": {app: typed("application/json", `{"text":"Got *it*"}`), alice: "app (only you): Got *it*"},
		"in_channel": {app: typed("application/json", `{"response_type":"in_channel","text":"Got it"}`),
			alice: "alice: /stop-desktop ecd-1\napp: Got it", bobs: "alice: /stop-desktop ecd-1\napp: Got it"},
		"only the command":  {app: typed("application/json", `{"response_type":"in_channel"}`), alice: "alice: /stop-desktop ecd-1", bobs: "alice: /stop-desktop ecd-1"},
		"json called text":  {app: typed("text/plain; charset=utf-8", `{"text":"x"}`), alice: `app (only you): {"text":"x"}`},
		"no content type":   {app: typed("", `{"text":"x"}`), word: "invalid_payload"},
		"broken json":       {app: typed("application/json", `{"text":`), word: "invalid_payload"},
		"bad blocks":        {app: typed("application/json", `{"blocks":[{"type":"carousel"}]}`), word: "invalid_blocks"},
		"401":               {app: status(401), word: slack.HTTPClientError},
		"500":               {app: status(500), word: slack.HTTPServiceError},
		"204":               {app: status(204), word: slack.HTTPServiceError},
		"redirect":          {app: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, word: slack.HTTPServiceError},
		"connection closed": {app: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, word: slack.DispatchFailed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.answers(c.app)
			reply := w.command("ecd-1")
			if c.word != "" {
				c.alice = "Slackbot (only you): " + failed(c.word)
			}
			if reply.Error != c.word || (c.word != "" && reply.Cause == "") {
				t.Errorf("error %q because %q, want %q", reply.Error, reply.Cause, c.word)
			}
			if got := w.Screen(ops, alice); got != c.alice {
				t.Errorf("alice sees %q, want %q", got, c.alice)
			}
			if got := w.Screen(ops, bob); got != c.bobs {
				t.Errorf("bob sees %q, want %q", got, c.bobs)
			}
			if reply.Message == nil && reply.Shown() != reply.Notice || c.word != "" && reply.Shown() != failed(c.word) {
				t.Errorf("shown %q", reply.Shown())
			}
			if w.last().On != slack.OnCommand || w.last().Error != c.word {
				t.Errorf("logged %+v", w.last())
			}
		})
	}
}

// roundTrip is an app without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// after answers 200 after so long, or not at all when Slack hangs up first.
func after(d time.Duration, body io.Reader) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d):
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/plain"}}, Body: io.NopCloser(body)}, nil
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// TestDeadline is Slack's three seconds, on a clock of the test's own.
func TestDeadline(t *testing.T) {
	for _, c := range []struct {
		takes time.Duration
		want  string
	}{{2999 * time.Millisecond, ""}, {3001 * time.Millisecond, slack.OperationTimeout}} {
		synctest.Test(t, func(t *testing.T) {
			s := slack.New(slack.Options{SigningSecret: secret, Transport: after(c.takes, strings.NewReader("ok"))})
			reply, err := s.Command(t.Context(), slack.Command{URL: "http://app.example.com/", UserID: alice, ChannelID: ops})
			if err != nil || reply.Error != c.want {
				t.Fatalf("after %v: %q, %v, want %q", c.takes, reply.Error, err, c.want)
			}
			if want := min(c.takes, slack.CommandDeadline); reply.Took != want {
				t.Errorf("took %v, want %v", reply.Took, want)
			}
		})
	}
}

func TestOwnContextIsNoTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slack.New(slack.Options{SigningSecret: secret, Transport: after(time.Hour, nil)})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Command(ctx, slack.Command{URL: "http://app.example.com/", UserID: alice, ChannelID: ops}); err == nil {
			t.Fatal("a context of the caller's own that ended is not Slack's time-out")
		}
		if seen := s.Screen(ops, alice); seen != "" {
			t.Errorf("alice sees %q", seen)
		}
	})
}

func TestStrangersCannotCommand(t *testing.T) {
	w := newWorld(t, func(o *slack.Options) {
		o.EnterpriseID = "E012"
		o.Users = append(o.Users, slack.User{ID: "U0STRANGE", TeamID: "T0STRANGE"}, slack.User{ID: "W0SISTER", TeamID: "T0SISTER", EnterpriseID: "E012"})
	})
	reached := 0
	w.answers(func(http.ResponseWriter, *http.Request) { reached++ })
	for id, want := range map[string]string{"U0STRANGE": "/stop-desktop is not a valid command.", "W0SISTER": ""} {
		reply, err := w.Command(t.Context(), slack.Command{URL: w.url, UserID: id, ChannelID: ops})
		if err != nil || reply.Notice != want {
			t.Errorf("%s: %q, %v, want %q", id, reply.Notice, err, want)
		}
	}
	if reached != 1 {
		t.Errorf("the app was reached %d times, want once, by the sister workspace", reached)
	}
}

func TestSSLCheck(t *testing.T) {
	w := newWorld(t)
	var form url.Values
	var signed bool
	w.answers(func(_ http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		form, signed = r.PostForm, r.Header.Get(slack.SignatureHeader) != ""
	})
	for _, more := range [][]slack.Field{nil, {{Name: "command", Value: "/stop-desktop"}, {Name: "ssl_check", Value: "true"}}} {
		reply, err := w.SSLCheck(t.Context(), w.url, more...)
		if err != nil || reply.Status != 200 || signed {
			t.Fatalf("status %d, %v, signed %v", reply.Status, err, signed)
		}
		want := "1"
		if more != nil {
			want = "true"
		}
		if form.Get("ssl_check") != want || form.Get("token") == "" || form.Get("command") != "" != (more != nil) {
			t.Errorf("form %v", form)
		}
	}
	if w.last().On != slack.OnSSLCheck {
		t.Errorf("logged %+v", w.last())
	}
}
