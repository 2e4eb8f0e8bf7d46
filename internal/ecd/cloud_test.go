package ecd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/ram"
)

const (
	region       = "cn-hangzhou"
	unlimited    = 1e6 // calls a second, for tests of anything but the pace
	loginToken   = "v18101ac6a9e69c66b04a163031680463660b4b216cd758f34b60b9ad6a7c7f+/=="
	sessionID    = "cd45e873-650d-4d70-acb9-f99618700001"
	sessionToken = "04b7b80a0b020715c5c1b4175fc47716980009e2a759557a4624665fd53ae40"
)

// cloud is the double of the service with a role that may do everything.
type cloud struct {
	*sim.Server
	key       ram.Credentials
	authority *ram.Authority
	log       *lines
}

// allow gives the role these operations and no others.
func (c *cloud) allow(operations ...string) {
	for i, o := range operations {
		operations[i] = "ecd:" + o
	}
	c.authority.SetRole("stopper", ram.Policy{Version: "1", Statement: []ram.Statement{{Effect: "Allow", Action: operations, Resource: []string{"*"}}}})
}

// said returns the operations that were called, in order.
func (c *cloud) said() []string {
	var said []string
	for _, call := range c.Calls() {
		said = append(said, call.Operation)
	}
	return said
}

func newCloud(t *testing.T, o sim.Options) *cloud {
	t.Helper()
	authority := ram.New(time.Now)
	c := &cloud{authority: authority, log: &lines{}}
	c.allow(opStop, opDescribe, opSessions, opRecords, opListTags, opTag, opUntag)
	key, err := authority.Issue("stopper", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	o.Authority = authority
	o.LoginTokens = append(o.LoginTokens, sim.EndUserToken{Token: loginToken, EndUserID: "alice"})
	o.SessionTokens = append(o.SessionTokens, sim.EndUserToken{Token: sessionToken, EndUserID: "alice"})
	o.EchoStringToSign = true
	c.Server, c.key = sim.New(o), key
	return c
}

// client returns a Client of the cloud. Its requests go through transport.
func (c *cloud) client(t *testing.T, o Options, transport http.RoundTripper) *Client {
	t.Helper()
	o.Regions, o.Transport, o.Log = []string{region}, transport, c.log.logger()
	if o.Credential == nil {
		o.Credential = invocation(t, c.key)
	}
	if o.Endpoint == "" {
		o.Endpoint = "http://127.0.0.1:9000"
	}
	if o.CallsPerSecond == 0 {
		o.CallsPerSecond = unlimited
	}
	client, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (c *cloud) add(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := c.Add(sim.Desktop{Region: region, ID: id, EndUserIDs: []string{"alice"}}); err != nil {
			t.Fatal(err)
		}
	}
}

// inProcess hands requests straight to a handler. Without a socket in between,
// everything waits on the bubble's clock, and no test waits for real.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	in := req.Clone(req.Context())
	in.Header = http.Header{}
	for name, values := range req.Header { // as the wire would
		in.Header[http.CanonicalHeaderKey(name)] = values
	}
	in.RequestURI, in.RemoteAddr = req.URL.RequestURI(), "127.0.0.1:1"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	defer func() {
		if r := recover(); r != nil {
			if r != http.ErrAbortHandler {
				panic(r)
			}
			resp, err = nil, io.ErrUnexpectedEOF
			if cause := req.Context().Err(); cause != nil {
				err = cause
			}
		}
	}()
	p.ServeHTTP(w, in)
	return w.Result(), nil
}

// answering is a transport made of a function.
type answering func(*http.Request) (*http.Response, error)

func (f answering) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// says returns a handler that always answers the same.
func says(status int, contentType, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// lines is a log that a test can read.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// of returns the lines with that message.
func (l *lines) of(message string) []string {
	var of []string
	for line := range strings.Lines(l.String()) {
		if strings.Contains(line, `"msg":"`+message+`"`) {
			of = append(of, line)
		}
	}
	return of
}

func (l *lines) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// adminStop and clientStop are calls with everything that their contract has.
func adminStop(ids ...string) core.StopCall {
	no := false
	return core.StopCall{Contract: core.Admin, RegionId: region, DesktopId: ids, OsUpdate: &no, StoppedMode: "KeepCharging"}
}

func clientStop(ids ...string) core.StopCall {
	yes := true
	return core.StopCall{
		Contract: core.Client, RegionId: region, DesktopId: ids, OsUpdate: &yes,
		ClientId: "f4a0dc8e-1702-4728-9a60-95b27a350001", ClientToken: "6ce412a8-399f-49f9-9518-66ee028a0001",
		ClientOS: "Windows_NT 10.0.18363 x64", ClientVersion: "2.1.0-R-20210731.151756", Uuid: "9d5c~1*é",
		LoginToken: loginToken, SessionId: sessionID, SessionToken: sessionToken,
	}
}

// cloudError insists on err being a CloudError.
func cloudError(t *testing.T, err error) *core.CloudError {
	t.Helper()
	e := (*core.CloudError)(nil)
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a CloudError", err)
	}
	return e
}

// wantNoSecret fails where what a person may read holds a secret in any form.
func wantNoSecret(t *testing.T, what string, secrets []string, values ...any) {
	t.Helper()
	for _, v := range values {
		for _, text := range []string{fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v)} {
			for _, s := range secrets {
				for _, form := range []string{s, url.QueryEscape(s), url.QueryEscape(url.QueryEscape(s)), s[:min(len(s), 16)]} {
					if strings.Contains(text, form) {
						t.Errorf("%s: a secret is in %.400s", what, text)
						return
					}
				}
			}
		}
	}
}

func background(t *testing.T) context.Context {
	t.Helper()
	return t.Context()
}
