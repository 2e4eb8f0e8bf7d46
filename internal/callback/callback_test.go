package callback

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"stopdesktops/internal/core"
)

// Secrets of the tests. None of them may reach an error or a reason.
const (
	signingSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	olderSecret   = "whsec_bm90LWEtcmVhbC1zZWNyZXQtYnV0LWxvbmcgZW5vdWdo"
	staticSecret  = "static-secret-of-the-receiver"
	basicSecret   = "alice@example.com:api-token-of-alice"
	pathSecret    = "secret-in-the-path"
	querySecret   = "secret-in-the-query"
	replySecret   = "reply-that-nobody-may-see"
)

var secrets = []string{signingSecret, signingSecret[6:], olderSecret[6:], staticSecret, basicSecret, "api-token-of-alice", pathSecret, querySecret, replySecret}

// hidden fails where a text shows a secret.
func hidden(t *testing.T, text string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("%q shows a secret", text)
		}
	}
}

// jiraComment is a comment in Atlassian's document format.
const jiraComment = `{"body": {"type": "doc", "version": 1, "content": [
  {"type": "paragraph", "content": [{"type": "text", "text": "Run {{.Run | text}} for {{.Ticket | text}}: {{.Summary | text}}{{if .DryRun}} (dry run){{end}}{{if .Note}} {{.Note | text}}{{end}}"}]}
  {{- range .Desktops}},
  {"type": "paragraph", "content": [{"type": "text", "text": "{{.Id | text}} {{.Name | text}} in {{.Region | text}}: {{.Code | text}}. {{.Meaning | text}}"}]}
  {{- end}}
  {{- if .More}},
  {"type": "paragraph", "content": [{"type": "text", "text": "and {{.More | text}} more"}]}
  {{- end}}
]}}`

// plainBody is every field as it is.
const plainBody = `{"ticket": {{json .Ticket}}, "verdict": {{json .Verdict}}, "summary": {{json .Summary}}, "run": {{json .Run}}, "desktops": {{json .Desktops}}, ` +
	`"more": {{json .More}}, "stopped": {{json .Counts.stopped}}, "counts": {{json .Counts}}, "dryRun": {{json .DryRun}}, "note": {{json .Note}}}`

var now = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

func options(url string) Options {
	return Options{URL: url, Hosts: []string{"tickets.example.com", "localhost"}, Auth: AuthBearer, Secrets: []core.Secret{staticSecret}, Body: plainBody,
		Now: func() time.Time { return now }}
}

// made is a callback that tries without waiting.
func made(t *testing.T, o Options) *Callback {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.pace.first, c.pace.long = 1, 1
	return c
}

func report() core.Report {
	return core.Report{
		Run: "webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa", Note: `see "runbook" <7>`,
		Outcomes: []core.Outcome{
			{RegionId: "cn-hangzhou", DesktopId: "ecd-aaaaaaaaaaaaaaaaa", DesktopName: "dev-1", Code: core.Stopped},
			{RegionId: "cn-hangzhou", DesktopId: "ecd-bbbbbbbbbbbbbbbbb", DesktopName: "研发\"2\"", Code: core.Connected},
			{RegionId: "cn-shanghai", DesktopId: "ecd-ccccccccccccccccc", Code: core.Unknown},
		},
	}
}

// call is one call that reached a receiver.
type call struct {
	method, path, host string
	header             http.Header
	body               []byte
}

// receiver is a ticketing system that answers with its statuses in turn, the
// last one for good.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	calls    []call
	statuses []int
	header   http.Header
}

func newReceiver(t *testing.T, start func(http.Handler) *httptest.Server, statuses ...int) *receiver {
	t.Helper()
	r := &receiver{statuses: statuses, header: http.Header{}}
	r.Server = start(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, call{q.Method, q.URL.RequestURI(), q.Host, q.Header.Clone(), body})
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.statuses[min(len(r.calls), len(r.statuses))-1])
	_, _ = io.WriteString(w, replySecret)
}

func (r *receiver) got(t *testing.T, n int) []call {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.calls) != n {
		t.Fatalf("%d calls arrived, want %d", len(r.calls), n)
	}
	return r.calls
}

// named lets the callback reach the TLS server under the name in its URL,
// which no resolver knows.
func (r *receiver) named(c *Callback, wantAddress string, t *testing.T) {
	transport := r.Client().Transport.(*http.Transport).Clone()
	own := c.client.Transport.(*http.Transport)
	own.TLSClientConfig = transport.TLSClientConfig
	own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != wantAddress {
			t.Errorf("a connection to %s, want %s", address, wantAddress)
		}
		return new(net.Dialer).DialContext(ctx, network, r.Listener.Addr().String())
	}
}

// TestRoundTripStandardWebhooks lets the official library verify what arrives,
// under the current secret and the one before it.
func TestRoundTripStandardWebhooks(t *testing.T) {
	r := newReceiver(t, httptest.NewTLSServer, http.StatusServiceUnavailable, http.StatusAccepted)
	o := options("https://example.com/hooks/{{.Ticket}}")
	o.Hosts, o.Auth, o.Secrets = []string{"example.com"}, AuthStandard, []core.Secret{signingSecret, olderSecret}
	o.Now = time.Now // The library looks at the machine's clock.
	c := made(t, o)
	r.named(c, "example.com:443", t)
	got := c.Deliver(t.Context(), report(), "OPS-42")
	if got.State != Delivered || got.Tries != 2 || got.Status != http.StatusAccepted || got.Reason != "" {
		t.Fatalf("Deliver = %+v", got)
	}
	calls := r.got(t, 2)
	for i, in := range calls {
		for _, secret := range []string{signingSecret, olderSecret} {
			hook, err := standardwebhooks.NewWebhook(secret)
			if err != nil {
				t.Fatal(err)
			}
			if err := hook.Verify(in.body, in.header); err != nil {
				t.Errorf("call %d: %v", i+1, err)
			}
			if err := hook.Verify(append([]byte(" "), in.body...), in.header); err == nil {
				t.Errorf("call %d: another body has the same signature", i+1)
			}
		}
		if in.path != "/hooks/OPS-42" || in.method != http.MethodPost || in.host != "example.com" {
			t.Errorf("call %d is %s %s of %s", i+1, in.method, in.path, in.host)
		}
		// The receiver knows a delivery that comes twice by its id.
		if id := in.header.Get("webhook-id"); id != string(report().Run) || in.header.Get("Idempotency-Key") != id {
			t.Errorf("call %d has id %q", i+1, id)
		}
		if string(in.body) != string(calls[0].body) {
			t.Errorf("call %d says something else: %s", i+1, in.body)
		}
		if len(in.header.Values("Authorization")) > 0 {
			t.Errorf("call %d has an Authorization header", i+1)
		}
	}
}

// TestRoundTripStatic sends a secret in each way that receivers want it.
func TestRoundTripStatic(t *testing.T) {
	for name, want := range map[string]struct {
		change func(*Options)
		header string
		value  string
	}{
		"Jira Automation's incoming webhook": {func(o *Options) { o.Auth, o.Header = AuthHeader, "X-Automation-Webhook-Token" }, "X-Automation-Webhook-Token", staticSecret},
		"Jira's comment API": {func(o *Options) { o.Auth, o.Secrets, o.Body = AuthBasic, []core.Secret{basicSecret}, jiraComment },
			"Authorization", "Basic YWxpY2VAZXhhbXBsZS5jb206YXBpLXRva2VuLW9mLWFsaWNl"},
		"ServiceNow's Table API": {func(o *Options) { o.Method = http.MethodPatch }, "Authorization", "Bearer " + staticSecret},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReceiver(t, httptest.NewTLSServer, http.StatusCreated)
			o := options("https://example.com:8443/rest/{{.Ticket}}/comment?of={{.Ticket}}&x=1")
			o.Hosts = []string{"EXAMPLE.com:8443"}
			want.change(&o)
			c := made(t, o)
			r.named(c, "example.com:8443", t)
			if got := c.Deliver(t.Context(), report(), "OPS-42"); got.State != Delivered || got.Tries != 1 {
				t.Fatalf("Deliver = %+v", got)
			}
			in := r.got(t, 1)[0]
			if got := in.header.Get(want.header); got != want.value {
				t.Errorf("%s is %q, want %q", want.header, got, want.value)
			}
			if in.path != "/rest/OPS-42/comment?of=OPS-42&x=1" || in.header.Get("Content-Type") != "application/json" {
				t.Errorf("the call is to %s with header %v", in.path, in.header)
			}
			if wantMethod := map[bool]string{true: http.MethodPatch, false: http.MethodPost}[o.Method != ""]; in.method != wantMethod {
				t.Errorf("method is %s, want %s", in.method, wantMethod)
			}
			if in.header.Get("webhook-signature") != "" {
				t.Error("the call is signed as well")
			}
			if !json.Valid(in.body) || !strings.Contains(string(in.body), "ecd-bbbbbbbbbbbbbbbbb") {
				t.Errorf("the body is %s", in.body)
			}
		})
	}
}

// TestMistakes makes one mistake each, and then many at once.
func TestMistakes(t *testing.T) {
	good := options("https://tickets.example.com/hook")
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]struct {
		change func(*Options)
		says   string
	}{
		"method":                 {func(o *Options) { o.Method = "GET" }, `method is "GET"; want POST, PUT, PATCH`},
		"no URL":                 {func(o *Options) { o.URL = "" }, "URL is missing"},
		"no host allowed":        {func(o *Options) { o.Hosts = nil }, "no host is allowed"},
		"auth":                   {func(o *Options) { o.Auth = "none" }, `auth is "none"; want standard-webhooks, header, bearer or basic`},
		"no auth":                {func(o *Options) { o.Auth = "" }, `auth is ""`},
		"no secret":              {func(o *Options) { o.Secrets = nil }, "no secret"},
		"two bearers":            {func(o *Options) { o.Secrets = []core.Secret{staticSecret, staticSecret} }, "2 secrets; auth bearer wants one"},
		"many signers":           {func(o *Options) { o.Auth, o.Secrets = AuthStandard, make([]core.Secret, 5) }, "5 secrets; want at most 4"},
		"short secret":           {func(o *Options) { o.Secrets = []core.Secret{"short"} }, "secret 1 has 5 characters"},
		"a line in a secret":     {func(o *Options) { o.Secrets = []core.Secret{staticSecret + "\n"} }, "secret 1 wants printable ASCII"},
		"the word Bearer":        {func(o *Options) { o.Secrets = []core.Secret{"Bearer " + staticSecret} }, "without the word Bearer"},
		"a signing secret, sent": {func(o *Options) { o.Secrets = []core.Secret{signingSecret} }, "which is never sent"},
		"signing secret":         {func(o *Options) { o.Auth = AuthStandard }, "does not begin with whsec_"},
		"signing, no base64":     {func(o *Options) { o.Auth, o.Secrets = AuthStandard, []core.Secret{"whsec_" + staticSecret} }, "is not base64"},
		"signing, short":         {func(o *Options) { o.Auth, o.Secrets = AuthStandard, []core.Secret{"whsec_c2hvcnQ="} }, "holds 5 bytes"},
		"basic without user":     {func(o *Options) { o.Auth = AuthBasic }, "is not user:password"},
		"no header":              {func(o *Options) { o.Auth = AuthHeader }, `header is ""`},
		"a header of its own":    {func(o *Options) { o.Auth, o.Header = AuthHeader, "content-length" }, "has a meaning of its own"},
		"header's shape":         {func(o *Options) { o.Auth, o.Header = AuthHeader, "X-Token: 1\r\nX" }, "want the name of the header"},
		"header for bearer":      {func(o *Options) { o.Header = "X-Token" }, "leave it out"},
		"no body":                {func(o *Options) { o.Body = " " }, "body is missing"},
		"too many desktops":      {func(o *Options) { o.MaxDesktops = 501 }, "501 desktops"},
	} {
		t.Run(name, func(t *testing.T) {
			o := good
			bad.change(&o)
			_, err := New(o)
			if err == nil || !strings.Contains(err.Error(), bad.says) {
				t.Fatalf("error is %v, want %q", err, bad.says)
			}
			hidden(t, err.Error())
		})
	}
	_, err := New(Options{URL: "http://evil.example.com/" + pathSecret, Hosts: []string{"tickets.example.com"}, Method: "GET", Auth: AuthHeader, Secrets: []core.Secret{"x"}, Body: "{{.Ticket}}"})
	if err == nil {
		t.Fatal("no error")
	}
	hidden(t, err.Error())
	for _, says := range []string{"in the clear", "allowed are tickets.example.com", "method is", "header is", "secret 1", "printed as it is"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("error %q does not say %q", err, says)
		}
	}
}
