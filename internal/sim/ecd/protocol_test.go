package ecd

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/sim/acs"
	"stopdesktops/internal/sim/ram"
)

// replayer sends every request twice and answers with the second answer.
type replayer struct{ client *http.Client }

func (p replayer) Call(r *http.Request, _ *http.Transport) (*http.Response, error) {
	first, err := p.client.Do(r.Clone(r.Context()))
	if err != nil {
		return nil, err
	}
	first.Body.Close()
	return p.client.Do(r)
}

func TestReplay(t *testing.T) {
	c := clientCloud(t, Options{NotRunning: NotRunningIgnored})
	core := c.core(c.key)
	core.HttpClient = replayer{c.http}
	_, err := core.CallApi(stopParams, stopRequest("ecd-1"), noRuntime)
	wantRefusal(t, err, "SignatureNonceUsed", 400)

	anonymous := c.core(ram.Credentials{})
	anonymous.HttpClient = replayer{c.http}
	request := stopRequest("ecd-2")
	request.Query = everyParam.query()
	s := func(s string) *string { return &s }
	_, err = anonymous.DoRPCRequest(s("StopDesktops"), s(VersionClient), s("HTTPS"), s("POST"), s("Anonymous"), s("json"), request, noRuntime)
	wantRefusal(t, err, "SignatureNonceUsed", 400)
}

// send sends a bare request and returns the status and the body.
func (c *cloud) send(r *http.Request) (int, string) {
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// unsignedQuery is an anonymous call as the vendor's client writes it.
func unsignedQuery(c *cloud, p params) url.Values {
	q := url.Values{
		"Action": {"StopDesktops"}, "Version": {VersionClient}, "Format": {"json"},
		"SignatureNonce": {newRequestID()}, "Timestamp": {c.Now().UTC().Format(acs.TimeFormat)},
	}
	for name, value := range p {
		q.Set(name, value)
	}
	return q
}

func (c *cloud) Now() time.Time { return c.options().Now() }

func TestProtocol(t *testing.T) {
	tests := []struct {
		name   string
		change func(q url.Values)
		edit   func(r *http.Request)
		status int
		code   string
	}{
		{name: "as the vendor's client", status: 200},
		{name: "GET", edit: func(r *http.Request) { r.Method = "GET" }, status: 200},
		{name: "empty SignatureType", change: func(q url.Values) { q.Set("SignatureType", "") }, status: 200},
		{name: "other method", edit: func(r *http.Request) { r.Method = "PUT" }, status: 400, code: "UnsupportedHTTPMethod"},
		{name: "other path", edit: func(r *http.Request) { r.URL.Path = "/v1" }, status: 404, code: "InvalidApi.NotFound"},
		{name: "unknown action", change: func(q url.Values) { q.Set("Action", "Explode") }, status: 404, code: "InvalidApi.NotFound"},
		{name: "unknown version", change: func(q url.Values) { q.Set("Version", "2019-01-01") }, status: 404, code: "InvalidApi.NotFound"},
		{name: "no action", change: func(q url.Values) { q.Del("Action") }, status: 404, code: "InvalidApi.NotFound"},
		{name: "no nonce", change: func(q url.Values) { q.Del("SignatureNonce") }, status: 400, code: "MissingSignatureNonce"},
		{name: "no time", change: func(q url.Values) { q.Del("Timestamp") }, status: 400, code: "InvalidTimeStamp.Format"},
		{name: "old", change: func(q url.Values) { q.Set("Timestamp", "2020-01-01T00:00:00Z") }, status: 400, code: "InvalidTimeStamp.Expired"},
		{name: "parameter twice", change: func(q url.Values) { q.Add("RegionId", "cn-shanghai") }, status: 400, code: "InvalidParameter"},
		{name: "malformed query", edit: func(r *http.Request) { r.URL.RawQuery += "&a=%zz" }, status: 400, code: "InvalidParameter"},
		{name: "half a signature", change: func(q url.Values) { q.Set("Signature", "x") }, status: 400, code: "MissingAccessKeyId"},
		{name: "other authorization", edit: func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, status: 400, code: "IncompleteSignature"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := clientCloud(t, Options{})
			q := unsignedQuery(c, everyParam)
			if tt.change != nil {
				tt.change(q)
			}
			r := httptest.NewRequest("POST", "http://ecd.cn-hangzhou.aliyuncs.com/?"+q.Encode(), nil)
			if tt.edit != nil {
				tt.edit(r)
			}
			status, body := c.send(r)
			if status != tt.status || !strings.Contains(body, `"Code":"`+tt.code+`"`) && tt.code != "" {
				t.Errorf("got %d %s, want %d %s", status, body, tt.status, tt.code)
			}
			if call := c.lastCall(); call.Status != tt.status || call.Code != tt.code || !call.Done {
				t.Errorf("logged %+v", call)
			}
		})
	}
}

func TestFormBody(t *testing.T) {
	c := clientCloud(t, Options{})
	send := func(query, form url.Values) (int, string) {
		r := httptest.NewRequest("POST", "/?"+query.Encode(), strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return c.send(r)
	}
	// Old clients send everything in the form.
	if status, body := send(nil, unsignedQuery(c, everyParam)); status != 200 {
		t.Errorf("got %d %s", status, body)
	}
	wantIDs(t, "effect", c.lastCall().Effect, "ecd-1", "ecd-2")
	if len(c.lastCall().Body) == 0 {
		t.Error("the body is not logged")
	}
	// What stands in both places is ambiguous.
	status, body := send(unsignedQuery(c, everyParam), url.Values{"RegionId": {"cn-shanghai"}})
	if status != 400 || !strings.Contains(body, "InvalidParameter") {
		t.Errorf("got %d %s", status, body)
	}
	r := httptest.NewRequest("POST", "/", io.LimitReader(zeros{}, maxBody+1))
	if status, body := c.send(r); status != 400 || !strings.Contains(body, "InvalidParameter") {
		t.Errorf("a body over the limit: %d %s", status, body)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestEchoOfTheStringToSign(t *testing.T) {
	for _, echo := range []bool{false, true} {
		c := clientCloud(t, Options{EchoStringToSign: echo})
		key := c.key
		key.AccessKeySecret += "x"
		_, err := c.rpc(key, "AK", VersionClient, "StopDesktops", everyParam)
		wantRefusal(t, err, "SignatureDoesNotMatch", 400)
		if got := strings.Contains(err.Error(), "v18101-alice"); got != echo {
			t.Errorf("echo %v: the message holds the token: %v", echo, got)
		}
	}
}

// Many callers stop the same desktops at once: each desktop stops once, and the
// log accounts for every call.
func TestManyAtOnce(t *testing.T) {
	const callers = 40
	c := newCloud(t, Options{NotRunning: NotRunningIgnored, StopDuration: time.Hour})
	c.add(Desktop{ID: "ecd-1"}, Desktop{ID: "ecd-2"})
	var wg sync.WaitGroup
	for range callers {
		core := c.core(c.key) // the official client is not safe for concurrent use
		wg.Go(func() {
			if _, err := core.CallApi(stopParams, stopRequest("ecd-1", "ecd-2"), noRuntime); err != nil {
				t.Error(err)
			}
			c.Calls()
			c.Desktops()
			c.Update(region, "ecd-1", func(d *Desktop) { d.Tags = map[string]string{"seen": "yes"} })
			c.Change(func(o *Options) { o.MaxStopAdmin++ })
		})
	}
	wg.Wait()
	effects := 0
	for _, call := range c.Calls() {
		effects += len(call.Effect)
	}
	if got := len(c.Calls()); got != callers || effects != 2 {
		t.Errorf("%d calls with %d effects, want %d with 2", got, effects, callers)
	}
}
