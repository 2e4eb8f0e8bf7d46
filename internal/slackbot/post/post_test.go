package post

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/message"
)

// answers is a server that gives one answer after the other, the last one for
// ever, and counts.
func answers(t *testing.T, handlers ...http.HandlerFunc) (server *httptest.Server, calls *atomic.Int64) {
	t.Helper()
	calls = new(atomic.Int64)
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(calls.Add(1))
		handlers[min(n, len(handlers))-1](w, r)
	}))
	t.Cleanup(server.Close)
	return server, calls
}

func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		c.Close()
	}
}

const hookPathSample = "/actions/T1/2/topsecret"

func TestPost(t *testing.T) {
	ok := status(200, "ok")
	for name, c := range map[string]struct {
		answers []http.HandlerFunc
		uses    int
		calls   int64
		want    Result
	}{
		"ok":                  {[]http.HandlerFunc{ok}, 5, 1, Result{Posted: true, Used: 1}},
		"ok in JSON":          {[]http.HandlerFunc{status(200, `{"ok":true}`)}, 5, 1, Result{Posted: true, Used: 1}},
		"not ok in JSON":      {[]http.HandlerFunc{status(200, `{"ok":false,"error":"invalid_blocks"}`)}, 5, 1, Result{Used: 1, Reason: "Slack answers 200 invalid_blocks"}},
		"not ok, no word":     {[]http.HandlerFunc{status(200, `{"ok":false,"error":"https://x"}`)}, 5, 1, Result{Used: 1, Reason: "Slack answers 200 unnamed_error"}},
		"another 2xx":         {[]http.HandlerFunc{status(204, "")}, 5, 1, Result{Used: 1, Reason: "Slack answers 204"}},
		"too old":             {[]http.HandlerFunc{status(404, "expired_url\n")}, 5, 1, Result{Dead: true, Reason: "Slack answers 404 expired_url"}},
		"spent":               {[]http.HandlerFunc{status(404, "used_url")}, 5, 1, Result{Dead: true, Reason: "Slack answers 404 used_url"}},
		"archived":            {[]http.HandlerFunc{status(410, "channel_is_archived")}, 5, 1, Result{Dead: true, Reason: "Slack answers 410 channel_is_archived"}},
		"refused":             {[]http.HandlerFunc{status(400, "invalid_payload")}, 5, 1, Result{Reason: "Slack answers 400 invalid_payload"}},
		"forbidden":           {[]http.HandlerFunc{status(403, "<html>no</html>")}, 5, 1, Result{Reason: "Slack answers 403"}},
		"redirected":          {[]http.HandlerFunc{status(302, "", "Location", "/commands/T1/other"), ok}, 5, 1, Result{Dead: true, Reason: "Slack answers 302, a redirection, which is not followed"}},
		"broken once":         {[]http.HandlerFunc{status(503, "<html>"), ok}, 5, 2, Result{Posted: true, Used: 2}},
		"broken, one use":     {[]http.HandlerFunc{status(500, ""), ok}, 1, 1, Result{Retry: true, Used: 1, Reason: "Slack answers 500"}},
		"broken, two uses":    {[]http.HandlerFunc{status(500, "")}, 2, 2, Result{Retry: true, Used: 2, Reason: "Slack answers 500"}},
		"broken for good":     {[]http.HandlerFunc{status(502, "")}, 5, 3, Result{Retry: true, Used: 3, Reason: "Slack answers 502"}},
		"throttled, one use":  {[]http.HandlerFunc{status(429, "", "Retry-After", "0"), ok}, 1, 2, Result{Posted: true, Used: 1}},
		"throttled for good":  {[]http.HandlerFunc{status(429, "rate_limited")}, 1, 3, Result{Retry: true, Reason: "Slack answers 429 rate_limited"}},
		"throttled too long":  {[]http.HandlerFunc{status(429, "", "Retry-After", "31"), ok}, 5, 1, Result{Retry: true, Reason: "Slack answers 429"}},
		"throttled for ever":  {[]http.HandlerFunc{status(429, "", "Retry-After", "99999999999999999"), ok}, 5, 2, Result{Posted: true, Used: 1}}, // No number: our own wait.
		"hung up, then ok":    {[]http.HandlerFunc{hangUp, ok}, 5, 2, Result{Posted: true, Used: 2}},
		"hung up, one use":    {[]http.HandlerFunc{hangUp, ok}, 1, 1, Result{Retry: true, Used: 1, Reason: "no answer: EOF"}},
		"no use left":         {[]http.HandlerFunc{ok}, 0, 0, Result{Dead: true, Reason: "no use of the response URL is left"}},
		"a huge answer is ok": {[]http.HandlerFunc{status(200, strings.Repeat("x", 1<<20))}, 1, 1, Result{Posted: true, Used: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, calls := answers(t, c.answers...)
			p := NewPoster(origins(t, server.URL))
			got := p.Post(t.Context(), core.Secret(server.URL+hookPathSample), message.Progress(sampleRun, 0, 1), c.uses)
			if got != c.want || calls.Load() != c.calls {
				t.Errorf("%+v after %d calls, want %+v after %d", got, calls.Load(), c.want, c.calls)
			}
		})
	}
}

func TestPostSendsTheMessage(t *testing.T) {
	m := message.Progress(sampleRun, 0, 1).Replacing()
	var got, kind, method, path string
	server, _ := answers(t, func(w http.ResponseWriter, r *http.Request) {
		var b strings.Builder
		if err := r.Write(&b); err != nil {
			t.Error(err)
		}
		_, got, _ = strings.Cut(b.String(), "\r\n\r\n")
		kind, method, path = r.Header.Get("Content-Type"), r.Method, r.URL.Path
	})
	if r := NewPoster(origins(t, server.URL)).Post(t.Context(), core.Secret(server.URL+hookPathSample), m, 1); !r.Posted {
		t.Fatal(r)
	}
	if method != http.MethodPost || path != hookPathSample || !strings.HasPrefix(kind, "application/json") {
		t.Errorf("%s %s as %s", method, path, kind)
	}
	if want := `"replace_original":true`; !strings.Contains(got, want) {
		t.Errorf("sent %s, want %s in it", got, want)
	}
}

// TestPostWithoutConnection spends nothing where nobody listens.
func TestPostWithoutConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	l.Close()
	got := NewPoster(origins(t, url)).Post(t.Context(), core.Secret(url+hookPathSample), message.Progress(sampleRun, 0, 1), 1)
	if got.Posted || got.Used != 0 || !got.Retry || got.Dead || strings.Contains(got.Reason, "topsecret") {
		t.Errorf("%+v", got)
	}
}

func TestPostElsewhere(t *testing.T) {
	server, calls := answers(t, status(200, "ok"))
	p := NewPoster(origins(t, "https://hooks.slack.com"))
	for _, url := range []string{server.URL + hookPathSample, "https://hooks.slack.com.example.com/commands/T1", ""} {
		if got := p.Post(t.Context(), core.Secret(url), message.Message{}, 5); !got.Dead || got.Used != 0 || strings.Contains(got.Reason, "topsecret") {
			t.Errorf("%+v", got)
		}
	}
	if calls.Load() != 0 {
		t.Error("posted to an origin that is not configured")
	}
}

// stub answers in place of the network, so that a bubble's clock decides.
type stub func(*http.Request) (*http.Response, error)

func (s stub) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

// TestPostTimes posts under a clock of its own: every attempt ends after five
// seconds, waits are Slack's where it says, and nothing goes on behind the
// caller's deadline.
func TestPostTimes(t *testing.T) {
	silent := stub(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	throttled := stub(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {"7"}}, Body: http.NoBody}, nil
	})
	for name, c := range map[string]struct {
		network  stub
		deadline time.Duration
		least    time.Duration
		most     time.Duration
		reason   string
	}{
		"silent":                        {silent, time.Hour, 15 * time.Second, 17 * time.Second, "no answer in time"},
		"silent, deadline":              {silent, 8 * time.Second, 5 * time.Second, 8 * time.Second, "no answer in time"},
		"throttled":                     {throttled, time.Hour, 14 * time.Second, 14 * time.Second, "Slack answers 429"},
		"throttled behind the deadline": {throttled, 6 * time.Second, 0, 0, "Slack answers 429"},
		"throttled, then the deadline":  {throttled, 10 * time.Second, 7 * time.Second, 7 * time.Second, "Slack answers 429"},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := NewPoster(origins(t, "https://hooks.slack.com"))
			p.client.Transport = c.network
			ctx, cancel := context.WithTimeout(t.Context(), c.deadline)
			defer cancel()
			start := time.Now()
			got := p.Post(ctx, hookURL, message.Progress(sampleRun, 0, 1), 5)
			if took := time.Since(start); took < c.least || took > c.most {
				t.Errorf("%s: took %s, want %s to %s", name, took, c.least, c.most)
			}
			if got.Posted || !got.Retry || got.Reason != c.reason {
				t.Errorf("%s: %+v", name, got)
			}
		})
	}
}

func TestBot(t *testing.T) {
	const token = "xoxb-1-sample"
	for name, c := range map[string]struct {
		answers []http.HandlerFunc
		calls   int64
		want    Result
	}{
		"ok":             {[]http.HandlerFunc{status(200, `{"ok":true,"channel":"C1","ts":"1.2"}`)}, 1, Result{Posted: true, Used: 1}},
		"not in channel": {[]http.HandlerFunc{status(200, `{"ok":false,"error":"not_in_channel"}`)}, 1, Result{Reason: "Slack answers 200 not_in_channel"}},
		"odd word":       {[]http.HandlerFunc{status(200, `{"ok":false,"error":"token xoxb-1-sample"}`)}, 1, Result{Reason: "Slack answers 200 unnamed_error"}},
		"throttled once": {[]http.HandlerFunc{status(429, "", "Retry-After", "0"), status(200, `{"ok":true}`)}, 2, Result{Posted: true, Used: 1}},
		"throttled":      {[]http.HandlerFunc{status(429, "")}, 3, Result{Retry: true, Reason: "Slack answers 429"}},
		"broken":         {[]http.HandlerFunc{status(500, "<html>"), status(200, `{"ok":true}`)}, 1, Result{Retry: true, Used: 1, Reason: "Slack answers 500"}},
		"redirected":     {[]http.HandlerFunc{status(302, "", "Location", "/x"), status(200, `{"ok":true}`)}, 1, Result{Dead: true, Reason: "Slack answers 302, a redirection, which is not followed"}},
		"hung up":        {[]http.HandlerFunc{hangUp, status(200, `{"ok":true}`)}, 1, Result{Retry: true, Used: 1, Reason: "no answer: EOF"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, calls := answers(t, c.answers...)
			b, err := NewBot(token, server.URL)
			if err != nil {
				t.Fatal(err)
			}
			if got := b.Post(t.Context(), "C123", message.Progress(sampleRun, 0, 1)); got != c.want || calls.Load() != c.calls {
				t.Errorf("%+v after %d calls, want %+v after %d", got, calls.Load(), c.want, c.calls)
			}
		})
	}
	if got := (&Bot{}).Post(t.Context(), "#general", message.Message{}); got.Posted || got.Reason == "" {
		t.Errorf("posted to a name: %+v", got)
	}
	for _, bad := range []struct{ token, api string }{{"", DefaultAPI}, {"xoxp-1-sample", DefaultAPI}, {"xoxb-1 sample", DefaultAPI}, {token, "http://slack.com"}, {token, ""}} {
		if _, err := NewBot(core.Secret(bad.token), bad.api); err == nil || strings.Contains(err.Error(), "sample") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}
