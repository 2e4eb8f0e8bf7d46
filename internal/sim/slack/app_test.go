package slack_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/sim/slack"
)

const (
	secret = "8f742231b10e8888abcd99yyyzzz85a5"
	ops    = "C012OPS00"
	alice  = "U012ALICE"
	bob    = "U012BOB00"
)

// world is the double with an app behind it whose answers the test writes.
type world struct {
	*slack.Server
	t     *testing.T
	clock *clock
	url   string // of the app
	hooks string // of the double

	mu     sync.Mutex
	answer http.HandlerFunc
}

// clock is Slack's, and stands still.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newWorld(t *testing.T, edit ...func(*slack.Options)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{now: time.Now().Truncate(time.Second).Add(time.Millisecond)}}
	o := slack.Options{
		SigningSecret: secret, BotToken: "xoxb-sample", Now: w.clock.Now,
		Users:    []slack.User{{ID: alice, Name: "alice", Email: "alice@example.com", Locale: "zh-CN"}, {ID: bob, Name: "bob"}},
		Channels: []slack.Channel{{ID: ops, Name: "ops"}},
		// Nothing here depends on how fast the machine is.
		Deadline: time.Minute,
	}
	for _, e := range edit {
		e(&o)
	}
	w.Server = slack.New(o)
	double := httptest.NewServer(w.Server)
	t.Cleanup(double.Close)
	w.SetBase(double.URL + "/")
	w.hooks = double.URL
	app := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		answer := w.answer
		w.mu.Unlock()
		if answer != nil {
			answer(rw, r)
		}
	}))
	t.Cleanup(app.Close)
	w.url = app.URL
	return w
}

// answers sets what the app does with the next requests.
func (w *world) answers(h http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = h
}

// says makes the app answer with a JSON message.
func (w *world) says(message string) {
	w.answers(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		io.WriteString(rw, message)
	})
}

// command lets alice type in #ops.
func (w *world) command(text string, forge ...slack.Forgery) slack.Reply {
	w.t.Helper()
	reply, err := w.Command(w.t.Context(), slack.Command{URL: w.url, Text: text, UserID: alice, ChannelID: ops, Forge: forge})
	if err != nil {
		w.t.Fatal(err)
	}
	return reply
}

// click lets somebody press a button of the last message they see in #ops.
func (w *world) click(userID, actionID string, forge ...slack.Forgery) slack.Reply {
	w.t.Helper()
	seen := w.Messages(ops, userID)
	if len(seen) == 0 {
		w.t.Fatalf("%s sees nothing to click", userID)
	}
	reply, err := w.Click(w.t.Context(), slack.Click{URL: w.url, Message: seen[len(seen)-1].Ref, ActionID: actionID, UserID: userID, Forge: forge})
	if err != nil {
		w.t.Fatal(err)
	}
	return reply
}

// post sends JSON to a response URL and returns status and word. It may be
// called beside the test: what goes wrong is the word.
func post(url, body string) (int, string) {
	answer, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	word, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(word)
}

// posts wants a post to a response URL to end like this.
func (w *world) posts(url, body string, status int, word string) {
	w.t.Helper()
	if gotStatus, gotWord := post(url, body); gotStatus != status || gotWord != word {
		w.t.Fatalf("post %s: %d %q, want %d %q; last call %+v", body, gotStatus, gotWord, status, word, w.last())
	}
}

// last is the newest call in the log.
func (w *world) last() slack.Call {
	w.t.Helper()
	calls := w.Calls()
	if len(calls) == 0 {
		w.t.Fatal("no call in the log")
	}
	return calls[len(calls)-1]
}

// texts are the texts of what somebody sees in #ops.
func (w *world) texts(userID string) []string {
	var all []string
	for _, m := range w.Messages(ops, userID) {
		all = append(all, m.Text)
	}
	return all
}

// document encodes a message of a test.
func document(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const planMessage = `{"text":"Stop ecd-1?","blocks":[
 {"type":"section","text":{"type":"plain_text","text":"Stop ecd-1?"}},
 {"type":"actions","block_id":"decide","elements":[
  {"type":"button","action_id":"stop","style":"danger","value":"run-1","text":{"type":"plain_text","text":"Stop"},
   "confirm":{"title":{"type":"plain_text","text":"Sure?"},"text":{"type":"plain_text","text":"Unsaved work is lost."},"confirm":{"type":"plain_text","text":"Stop"},"deny":{"type":"plain_text","text":"No"}}},
  {"type":"button","action_id":"cancel","text":{"type":"plain_text","text":"Cancel"}}]}]}`
