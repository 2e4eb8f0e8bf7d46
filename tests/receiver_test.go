package tests

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// receiver is a ticketing system that is told how a run ended.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	calls []received
	// answer says with which status the nth call is answered, from 1.
	answer func(n int, w http.ResponseWriter, r *http.Request)
}

type received struct {
	method, path string
	header       http.Header
	body         []byte
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{answer: func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	r.mu.Lock()
	r.calls = append(r.calls, received{q.Method, q.URL.Path, q.Header.Clone(), body})
	n, answer := len(r.calls), r.answer
	r.mu.Unlock()
	answer(n, w, q)
}

// got are the calls so far of one path.
func (r *receiver) got(path string) []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []received
	for _, c := range r.calls {
		if strings.HasPrefix(c.path, path) {
			all = append(all, c)
		}
	}
	return all
}

// only is the one call of a path that there must be.
func (r *receiver) only(t *testing.T, path string) received {
	t.Helper()
	all := r.got(path)
	if len(all) != 1 {
		t.Fatalf("%d calls of %s, want 1", len(all), path)
	}
	return all[0]
}

// statuses answers the first calls so, and 200 after that.
func statuses(first ...int) func(int, http.ResponseWriter, *http.Request) {
	return func(n int, w http.ResponseWriter, _ *http.Request) {
		if n <= len(first) {
			w.WriteHeader(first[n-1])
		}
	}
}

// callbackWorld deploys the senders of testdata/senders/callbacks.yaml with a
// receiver on a loopback address that is literally configured.
func callbackWorld(t *testing.T, options ...option) (*senderWorld, *receiver) {
	t.Helper()
	r := newReceiver(t)
	whsec := func() string { return "whsec_" + base64.StdEncoding.EncodeToString(randomBytes()) }
	secrets := map[string]string{"SIGNED_IN": whsec(), "SIGNED_OUT": whsec(), "SIGNED_OUT_OLD": whsec(), "JIRA_IN": randomText(), "JIRA_OUT": randomText(),
		"SNOW_IN": "snow:" + randomText(), "SNOW_OUT": "stopdesktops:" + randomText(), "CHANNEL_IN": randomText()}
	hook := randomText() // the path of an incoming webhook is a secret, too
	w := newSenderWorld(t, "callbacks.yaml", []string{"RECEIVER", r.URL, "HOOK", hook}, secrets,
		map[string]string{"CALLBACK_HOSTS": strings.TrimPrefix(r.URL, "http://")}, options...)
	w.Secrets = append(w.Secrets, hook)
	if err := w.ECD.Add(append(two(), ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-c"}, ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-off", Status: ecd.Stopped, Name: `odd"},{"id":"ecd-x"}` + "\n\\"})...); err != nil {
		t.Fatal(err)
	}
	return w, r
}

// ask sends a request of the sender named signed.
func (w *senderWorld) ask(ticket, desktop string, dry bool) response {
	w.t.Helper()
	body := text(map[string]any{"ticket": ticket, "desktops": []string{desktop}, "dry": dry})
	d := delivery{path: "/senders/signed", header: http.Header{}, body: body}
	for k, v := range sign(w.t, w.secrets["SIGNED_IN"], "msg_"+ticket, time.Now(), body) {
		d.header.Set(k, v)
	}
	return w.deliver(http.MethodPost, d)
}

// answered is the body that the sender signed gets.
type answered struct {
	Ticket, Verdict string
	Run             core.RunID
	Desktops        []struct {
		Id, Name string
		Code     core.Code
	}
}

// verified reads an answer as its receiver would: with the official library, and
// under either of its live secrets.
func (w *senderWorld) verified(c received) answered {
	w.t.Helper()
	for _, name := range []string{"SIGNED_OUT", "SIGNED_OUT_OLD"} {
		hook, err := standardwebhooks.NewWebhook(w.secrets[name])
		if err == nil {
			err = hook.Verify(c.body, c.header)
		}
		if err != nil {
			w.t.Errorf("the answer does not verify under %s: %v", name, err)
		}
	}
	var a answered
	if err := json.Unmarshal(c.body, &a); err != nil {
		w.t.Fatalf("the answer is no JSON: %v\n%s", err, c.body)
	}
	if got := c.header.Get("webhook-id"); got != string(a.Run) {
		w.t.Errorf("webhook-id %q of run %s", got, a.Run)
	}
	return a
}
