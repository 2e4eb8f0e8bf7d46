package fc_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"stopdesktops/internal/sim/fc"
)

type event struct {
	Version         string            `json:"version"`
	RawPath         string            `json:"rawPath"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	Headers         map[string]string `json:"headers"`
	QueryParameters map[string]string `json:"queryParameters"`
	RequestContext  struct {
		AccountID    string            `json:"accountId"`
		DomainName   string            `json:"domainName"`
		DomainPrefix string            `json:"domainPrefix"`
		HTTP         map[string]string `json:"http"`
		RequestID    string            `json:"requestId"`
		TimeEpoch    string            `json:"timeEpoch"`
	} `json:"requestContext"`
}

func TestHTTPEvent(t *testing.T) {
	p := start(t, fc.Options{}, worker())
	resp, body := post(t, p.HTTPURL("worker")+"/a%2Fb/c?x=1&x=2&y=", `{"n":1}`, "x-LOWER-case", "one", "X-Lower-Case", "two", "X-Fc-Spoofed", "1")
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("status %d, body %s", resp.StatusCode, body)
	}
	var e event
	decode(t, body, &e)
	c := e.RequestContext
	for what, pair := range map[string][2]string{
		"version":     {e.Version, "v1"},
		"rawPath":     {e.RawPath, "/a%2Fb/c"},
		"path":        {c.HTTP["path"], "/a/b/c"},
		"method":      {c.HTTP["method"], "POST"},
		"body":        {e.Body, `{"n":1}`},
		"header":      {e.Headers["X-Lower-Case"], "one,two"},
		"host header": {e.Headers["Host"], strings.TrimPrefix(p.HTTPURL("worker"), "http://")},
		"query":       {e.QueryParameters["x"], "1,2"},
		"account":     {c.AccountID, account},
		"domain":      {c.DomainName, c.DomainPrefix + "." + region + ".fcapp.run"},
		"source":      {c.HTTP["sourceIp"], "127.0.0.1"},
		"request id":  {c.RequestID, resp.Header.Get("X-Fc-Request-Id")},
		"reserved":    {e.Headers["X-Fc-Spoofed"], ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
	if e.IsBase64Encoded || len(c.TimeEpoch) != 13 {
		t.Errorf("isBase64Encoded %v, timeEpoch %q", e.IsBase64Encoded, c.TimeEpoch)
	}
}

func TestReservedRequestHeadersMayBePassed(t *testing.T) {
	p := start(t, fc.Options{PassReservedHeaders: true}, worker())
	_, body := post(t, p.HTTPURL("worker"), `{}`, "x-fc-access-key-id", "forged")
	var e event
	decode(t, body, &e)
	if e.Headers["X-Fc-Access-Key-Id"] != "forged" {
		t.Errorf("headers %v", e.Headers)
	}
}

func TestHTTPBodyEncoding(t *testing.T) {
	for _, test := range []struct {
		name, contentType, body string
		always, base64          bool
	}{
		{"json", "application/json; charset=utf-8", `{}`, false, false},
		{"form", "application/x-www-form-urlencoded", `a=b`, false, false},
		{"problem json", "application/problem+json", `{}`, false, false},
		{"binary type", "application/octet-stream", `abc`, false, true},
		{"json that is not text", "application/json", "\xff\xfe", false, true},
		{"always", "application/json", `{}`, true, true},
		{"always, empty", "application/json", ``, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := start(t, fc.Options{AlwaysBase64: test.always}, worker())
			r, _ := http.NewRequest("POST", p.HTTPURL("worker"), strings.NewReader(test.body))
			r.Header.Set("Content-Type", test.contentType)
			_, body := send(t, r)
			var e event
			decode(t, body, &e)
			got := e.Body
			if e.IsBase64Encoded {
				b, err := base64.StdEncoding.DecodeString(e.Body)
				if err != nil {
					t.Fatal(err)
				}
				got = string(b)
			}
			if e.IsBase64Encoded != test.base64 || got != test.body {
				t.Errorf("isBase64Encoded %v body %q, want %v %q", e.IsBase64Encoded, got, test.base64, test.body)
			}
		})
	}
}

func TestHTTPResponses(t *testing.T) {
	long := strings.Repeat("x", 8<<10)
	for _, test := range []struct {
		name, order string
		infer       bool
		status      int
		errorType   string
		body        string // contained in the answer
	}{
		{name: "mapped", order: `{"do":"answer","answer":{"statusCode":418,"headers":{"x-tea":"pot"},"isBase64Encoded":false,"body":"short"}}`, status: 418, body: "short"},
		{name: "base64", order: `{"do":"answer","answer":{"statusCode":200,"headers":{},"isBase64Encoded":true,"body":"aGk="}}`, status: 200, body: "hi"},
		{name: "bad base64", order: `{"do":"answer","answer":{"statusCode":200,"isBase64Encoded":true,"body":"!"}}`, status: 502, errorType: "UnhandledInvocationError", body: "BadResponse"},
		{name: "headers over 8 KB", order: `{"do":"answer","answer":{"statusCode":200,"headers":{"x-a":"` + long + `"}}}`, status: 502, errorType: "UnhandledInvocationError", body: "BadResponse"},
		{name: "header list", order: `{"do":"answer","answer":{"statusCode":200,"headers":{"x-a":["b"]}}}`, status: 502, errorType: "UnhandledInvocationError", body: "BadResponse"},
		{name: "no status", order: `{"do":"map"}`, status: 502, errorType: "UnhandledInvocationError", body: "no statusCode"},
		{name: "no status, inferred", order: `{"do":"map"}`, infer: true, status: 200, body: `{"a":1}`},
		{name: "error", order: `{"do":"error"}`, status: 502, errorType: "UnhandledInvocationError", body: "this went wrong"},
		{name: "panic", order: `{"do":"panic"}`, status: 502, errorType: "UnhandledInvocationError", body: "stackTrace"},
		{name: "exit", order: `{"do":"exit"}`, status: 502, errorType: "UnhandledInvocationError", body: "Process exited unexpectedly before completing request (exit status 3)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := start(t, fc.Options{InferResponse: test.infer}, worker())
			resp, body := post(t, p.HTTPURL("worker"), test.order)
			if resp.StatusCode != test.status || resp.Header.Get("X-Fc-Error-Type") != test.errorType || !strings.Contains(body, test.body) {
				t.Errorf("got %d %q %q", resp.StatusCode, resp.Header.Get("X-Fc-Error-Type"), body)
			}
			if resp.Header.Get("X-Fc-Request-Id") == "" {
				t.Error("no request id")
			}
		})
	}
}

func TestReservedResponseHeadersAreDropped(t *testing.T) {
	p := start(t, fc.Options{}, worker())
	resp, body := post(t, p.HTTPURL("worker"), `{"do":"answer","answer":{"statusCode":200,"headers":{"x-fc-mine":"1","server":"mine","content-length":"1","x-mine":"kept"},"body":"long enough"}}`)
	if resp.Header.Get("X-Fc-Mine") != "" || resp.Header.Get("Server") != "" || body != "long enough" || resp.Header.Get("X-Mine") != "kept" {
		t.Errorf("headers %v, body %q", resp.Header, body)
	}
}

func TestHTTPLimits(t *testing.T) {
	p := start(t, fc.Options{}, worker())
	url := p.HTTPURL("worker")
	request := func(method, url, body string, headers ...string) *http.Request {
		r, err := http.NewRequest(method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return r
	}
	for _, test := range []struct {
		name   string
		r      *http.Request
		status int
	}{
		{"method not in the trigger", request("PUT", url, ""), 403},
		{"headers at the limit", request("POST", url, "", "X-Long", strings.Repeat("x", 7<<10)), 200},
		{"headers over it", request("POST", url, "", "X-Long", strings.Repeat("x", 8<<10)), 400},
		{"query at the limit", request("POST", url+"/?"+strings.Repeat("q", 4094), ""), 200},
		{"query over it", request("POST", url+"/?"+strings.Repeat("q", 4095), ""), 400},
		{"body over 32 MB", request("POST", url, strings.Repeat("b", 32<<20+1)), 400},
		{"asynchronous body at the limit", request("POST", url, strings.Repeat("b", 128<<10), "X-Fc-Invocation-Type", "Async"), 202},
		{"asynchronous body over it", request("POST", url, strings.Repeat("b", 128<<10+1), "X-Fc-Invocation-Type", "Async"), 400},
		{"unknown invocation type", request("POST", url, "", "X-Fc-Invocation-Type", "Later"), 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			resp, body := send(t, test.r)
			if resp.StatusCode != test.status {
				t.Errorf("status %d, want %d: %.200s", resp.StatusCode, test.status, body)
			}
			if test.status >= 400 && resp.Header.Get("X-Fc-Error-Type") != "FcCommonError" {
				t.Errorf("error type %q", resp.Header.Get("X-Fc-Error-Type"))
			}
		})
	}
}

func TestCallerMayMakeAnHTTPCallAsynchronous(t *testing.T) {
	p := start(t, fc.Options{}, worker(func(f *fc.Function) { f.Async.MaxRetries = new(1) }))
	resp, body := post(t, p.HTTPURL("worker"), `{"do":"error"}`, "X-Fc-Invocation-Type", "Async")
	if resp.StatusCode != 202 || body != "" {
		t.Fatalf("status %d, body %q", resp.StatusCode, body)
	}
	tasks := drain(t, p)
	if len(tasks) != 1 || tasks[0].State != fc.TaskFailed || len(tasks[0].Attempts) != 2 || tasks[0].Source != fc.SourceHTTP {
		t.Fatalf("tasks %+v", tasks)
	}
	var e event
	decode(t, string(tasks[0].Payload), &e)
	if e.Version != "v1" || e.Body != `{"do":"error"}` {
		t.Errorf("payload %s", tasks[0].Payload)
	}
}
