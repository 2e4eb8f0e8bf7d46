package fc_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	fcapi "github.com/alibabacloud-go/fc-20230330/v4/client"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"

	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/ram"
)

// client is the vendor's own client with the credentials of a role.
func client(t *testing.T, p *fc.Platform, c ram.Credentials) *fcapi.Client {
	t.Helper()
	config := &openapi.Config{
		AccessKeyId: new(c.AccessKeyID), AccessKeySecret: new(c.AccessKeySecret), RegionId: new(region),
		Endpoint: new(strings.TrimPrefix(p.APIURL(), "http://")), Protocol: new("HTTP"),
	}
	if c.SecurityToken != "" {
		config.SecurityToken = new(c.SecurityToken)
	}
	cl, err := fcapi.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return cl
}

func issue(t *testing.T, a *ram.Authority, role string) ram.Credentials {
	t.Helper()
	c, err := a.Issue(role, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func headers(kind, task string) *fcapi.InvokeFunctionHeaders {
	h := &fcapi.InvokeFunctionHeaders{}
	if kind != "" {
		h.XFcInvocationType = new(kind)
	}
	if task != "" {
		h.XFcAsyncTaskId = new(task)
	}
	return h
}

func once() *dara.RuntimeOptions {
	return &dara.RuntimeOptions{Autoretry: new(false), ConnectTimeout: new(5000), ReadTimeout: new(60000)}
}

// call invokes a function through the vendor's client.
func call(cl *fcapi.Client, function, payload string, h *fcapi.InvokeFunctionHeaders) (int, string, map[string]*string, error) {
	resp, err := cl.InvokeFunctionWithOptions(new(function), &fcapi.InvokeFunctionRequest{Body: bytes.NewReader([]byte(payload))}, h, once())
	if err != nil {
		return 0, "", nil, err
	}
	body, err := io.ReadAll(resp.Body)
	return int(*resp.StatusCode), string(body), resp.Headers, err
}

// sdkCode is the code of an error of the vendor's client.
func sdkCode(err error) (string, int) {
	var e *tea.SDKError
	if !errors.As(err, &e) {
		return "", 0
	}
	return dara.StringValue(e.Code), dara.IntValue(e.StatusCode)
}

// TestWhatTheSDKPosts is the vendor's Go SDK as the platform sees it: what a
// handler returns and what arrives as the answer.
func TestWhatTheSDKPosts(t *testing.T) {
	for _, test := range []struct{ name, handler, event, want string }{
		{"bytes become base64 in quotes", "", `{"do":"bytes"}`, `"cGxhaW4="`},
		{"a string is quoted", "", `{"do":"string"}`, `"plain"`},
		{"raw JSON stays", "", `{"do":"answer","answer":{"b":[1,2]}}`, `{"b":[1,2]}`},
		{"a struct", "", `{"do":"struct"}`, `{"A":1}`},
		{"a map", "", `{"do":"map"}`, `{"a":1}`},
		{"only a nil error", "only-error", `{}`, `null`},
		{"input bytes come untouched", "", `{"x":  1}`, `{"x":1}`}, // json.RawMessage is compacted on the way out
		{"input is decoded", "struct-input", `{"Name":"alice"}`, `"alice"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := authority(time.Now)
			p := start(t, fc.Options{Authority: a}, worker(func(f *fc.Function) { f.Env = map[string]string{"HANDLER": test.handler} }))
			status, body, h, err := call(client(t, p, issue(t, a, "caller")), "worker", test.event, headers("", ""))
			if err != nil || status != 200 || body != test.want || h["x-fc-error-type"] != nil {
				t.Errorf("got %d %q %v %v, want %q", status, body, h, err, test.want)
			}
		})
	}
}

func TestSyncFunctionErrorsAre200(t *testing.T) {
	for _, test := range []struct{ event, handler, message string }{
		{`{"do":"error"}`, "", `{"errorMessage":"this went wrong","errorType":"errorString"}`},
		{`{"do":"panic"}`, "", `"errorMessage":"out of reach"`},
		{``, "struct-input", `SyntaxError`},
		{`{"do":"exit"}`, "", `Process exited unexpectedly`},
		{`{}`, "exit-at-start", `Process exited unexpectedly before asking for an event (exit status 7)`},
	} {
		a := authority(time.Now)
		p := start(t, fc.Options{Authority: a}, worker(func(f *fc.Function) { f.Env = map[string]string{"HANDLER": test.handler} }))
		status, body, h, err := call(client(t, p, issue(t, a, "caller")), "worker", test.event, headers("Sync", ""))
		if err != nil || status != 200 || dara.StringValue(h["x-fc-error-type"]) != "UnhandledInvocationError" || !strings.Contains(body, test.message) {
			t.Errorf("%s%s: got %d %q %v", test.event, test.handler, status, body, err)
		}
		if test.handler == "exit-at-start" && !strings.Contains(p.Logs("worker"), "no configuration") {
			t.Errorf("what it printed is lost: %q", p.Logs("worker"))
		}
	}
}

func TestInvokeFunctionRefusals(t *testing.T) {
	a := authority(time.Now)
	p := start(t, fc.Options{Authority: a}, worker(func(f *fc.Function) { f.Async.TaskMode = true }), worker(func(f *fc.Function) { f.Name = "other" }))
	good := issue(t, a, "caller")
	wrongSecret, expired, noToken := good, issue(t, a, "caller"), good
	wrongSecret.AccessKeySecret += "x"
	a.Expire(expired.AccessKeyID)
	noToken.SecurityToken = ""
	for _, test := range []struct {
		name     string
		c        ram.Credentials
		function string
		headers  *fcapi.InvokeFunctionHeaders
		payload  string
		code     string
		status   int
	}{
		{"wrong secret", wrongSecret, "worker", headers("", ""), "{}", "SignatureNotMatch", 403},
		{"unknown key", ram.Credentials{AccessKeyID: "nobody", AccessKeySecret: "s"}, "worker", headers("", ""), "{}", "InvalidAccessKeyID", 403},
		{"expired", expired, "worker", headers("", ""), "{}", "InvalidSecurityToken.Expired", 403},
		{"no token", noToken, "worker", headers("", ""), "{}", "MissingSecurityToken", 403},
		{"no right at all", issue(t, a, "nothing"), "worker", headers("", ""), "{}", "AccessDenied", 403},
		{"no right to this function", good, "other", headers("", ""), "{}", "AccessDenied", 403},
		{"bad task id", good, "worker", headers("Async", "1-starts-with-a-digit"), "{}", "InvalidArgument", 400},
		{"task id too long", good, "worker", headers("Async", strings.Repeat("a", 129)), "{}", "InvalidArgument", 400},
		{"unknown type", good, "worker", headers("Later", ""), "{}", "InvalidArgument", 400},
		{"asynchronous payload over 128 KB", good, "worker", headers("Async", ""), strings.Repeat(" ", 128<<10+1), "EntityTooLarge", 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, _, err := call(client(t, p, test.c), test.function, test.payload, test.headers)
			if code, status := sdkCode(err); code != test.code || status != test.status {
				t.Errorf("got %q %d (%v), want %q %d", code, status, err, test.code, test.status)
			}
		})
	}
	if n := len(p.Tasks()); n != 0 {
		t.Errorf("%d tasks after refusals only", n)
	}
}

func TestUnknownFunction(t *testing.T) {
	a := authority(time.Now)
	a.AddUser("admin", "admin-key", "admin-secret", ram.Policy{Version: "1", Statement: []ram.Statement{{Effect: "Allow", Action: []string{"fc:*"}, Resource: []string{"*"}}}})
	p := start(t, fc.Options{Authority: a})
	_, _, _, err := call(client(t, p, ram.Credentials{AccessKeyID: "admin-key", AccessKeySecret: "admin-secret"}), "absent", "{}", headers("", ""))
	if code, status := sdkCode(err); code != "FunctionNotFound" || status != 404 {
		t.Errorf("got %q %d (%v)", code, status, err)
	}
}

func TestAsyncTaskIDs(t *testing.T) {
	a := authority(time.Now)
	p := start(t, fc.Options{Authority: a}, worker(func(f *fc.Function) { f.Async.TaskMode = true }))
	cl := client(t, p, issue(t, a, "caller"))
	status, _, h, err := call(cl, "worker", `{"do":"map"}`, headers("Async", "run_1-plan"))
	if err != nil || status != 202 || dara.StringValue(h["x-fc-request-id"]) == "" {
		t.Fatalf("got %d %v %v", status, h, err)
	}
	_, _, _, err = call(cl, "worker", `{}`, headers("Async", "run_1-plan"))
	if _, status := sdkCode(err); status != http.StatusConflict {
		t.Errorf("the second task of the same name: %v", err)
	}
	if _, _, _, err = call(cl, "worker", `{}`, headers("Async", "")); err != nil {
		t.Fatal(err)
	}
	tasks := drain(t, p)
	if len(tasks) != 2 || tasks[0].ID != "run_1-plan" || tasks[1].ID != tasks[1].RequestID || tasks[0].State != fc.TaskSucceeded || string(tasks[0].Response) != `{"a":1}` {
		t.Errorf("tasks %+v", tasks)
	}
	got, err := cl.GetAsyncTask(new("worker"), new("run_1-plan"), &fcapi.GetAsyncTaskRequest{})
	if err != nil || *got.Body.Status != "Succeeded" || *got.Body.TaskPayload != `{"do":"map"}` {
		t.Errorf("GetAsyncTask: %v %v", got, err)
	}
	list, err := cl.ListAsyncTasks(new("worker"), &fcapi.ListAsyncTasksRequest{Limit: new(int32(1))})
	if err != nil || len(list.Body.Tasks) != 1 || list.Body.NextToken == nil || list.Body.Tasks[0].TaskPayload != nil {
		t.Fatalf("ListAsyncTasks: %v %v", list, err)
	}
	list, err = cl.ListAsyncTasks(new("worker"), &fcapi.ListAsyncTasksRequest{Limit: new(int32(1)), NextToken: list.Body.NextToken, IncludePayload: new(true)})
	if err != nil || len(list.Body.Tasks) != 1 || list.Body.NextToken != nil || *list.Body.Tasks[0].TaskPayload != `{}` {
		t.Errorf("ListAsyncTasks, second page: %v %v", list, err)
	}
}

func TestTaskIDWithoutTaskModeIsRefused(t *testing.T) {
	a := authority(time.Now)
	p := start(t, fc.Options{Authority: a}, worker())
	_, _, _, err := call(client(t, p, issue(t, a, "caller")), "worker", `{}`, headers("Async", "mine"))
	if code, status := sdkCode(err); code != "InvalidArgument" || status != 400 {
		t.Errorf("got %v", err)
	}
}

func TestFaults(t *testing.T) {
	a := authority(time.Now)
	p := start(t, fc.Options{Authority: a}, worker())
	cl := client(t, p, issue(t, a, "caller"))
	for _, test := range []struct {
		kind   fc.FaultKind
		status int
		tasks  int // queued all the same
	}{
		{fc.FaultInternal, 500, 0}, {fc.FaultUnavailable, 503, 0}, {fc.FaultThrottled, 429, 0}, {fc.FaultReset, 0, 0}, {fc.FaultAnswerLost, 0, 1},
	} {
		before := len(p.Tasks())
		p.Fault(fc.Fault{Kind: test.kind})
		_, _, _, err := call(cl, "worker", `{}`, headers("Async", ""))
		if _, status := sdkCode(err); err == nil || status != test.status {
			t.Errorf("fault %d: %v", test.kind, err)
		}
		if n := len(p.Tasks()) - before; n != test.tasks {
			t.Errorf("fault %d queued %d tasks, want %d", test.kind, n, test.tasks)
		}
	}
	p.Fault(fc.Fault{Kind: fc.FaultInternal, Function: "other"})
	if _, _, _, err := call(cl, "worker", `{}`, headers("Async", "")); err != nil {
		t.Errorf("another function's fault: %v", err)
	}
	drain(t, p)
}

func TestLogTail(t *testing.T) {
	a := authority(time.Now)
	p := start(t, fc.Options{Authority: a}, worker())
	h := headers("", "")
	h.XFcLogType = new("Tail")
	cl := client(t, p, issue(t, a, "caller"))
	call(cl, "worker", `{"do":"map","print":"the first event"}`, h)
	_, _, got, err := call(cl, "worker", `{"do":"map","print":"the second event"}`, h)
	if err != nil {
		t.Fatal(err)
	}
	tail := unbase64(t, dara.StringValue(got["x-fc-log-result"]))
	if !strings.Contains(tail, "the second event") || !strings.Contains(tail, "FC Invoke End") || strings.Contains(tail, "the first event") {
		t.Errorf("tail %q", tail)
	}
}
