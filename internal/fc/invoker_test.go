package fc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

const testRun core.RunID = "webhook-abcdefghijklmnopqrstuvwxyz"

// Credentials whose parts no error and no log may show.
const (
	testKeyID  = "STS.keyOfAlice"
	testSecret = "s3cr3t-key-of-alice"
	testToken  = "s3cr3t-token-of-alice"
)

func TestEnqueueSendsOneSignedAsynchronousCall(t *testing.T) {
	a := newAPI(t, status(202, ""))
	if err := invokerFor(t, a.URL).Enqueue(invocationOf(t.Context()), testRun, core.StepStop); err != nil {
		t.Fatal(err)
	}
	if a.calls() != 1 || a.faults[0] != nil {
		t.Fatalf("%d calls, signature: %v", a.calls(), a.faults)
	}
	r := a.requests[0]
	if r.Method != "POST" || r.URL.Path != "/2023-03-30/functions/stopdesktops/invocations" || r.URL.RawQuery != "" {
		t.Errorf("%s %s", r.Method, r.URL)
	}
	if r.Header.Get("X-Fc-Invocation-Type") != "Async" || r.Header.Get("X-Acs-Action") != "InvokeFunction" {
		t.Errorf("headers %v", r.Header)
	}
	if want := `{"Run":"webhook-abcdefghijklmnopqrstuvwxyz","Step":"stop"}`; a.bodies[0] != want {
		t.Errorf("payload %s, want %s", a.bodies[0], want)
	}
	if job, err := Open([]byte(a.bodies[0])).Job(); err != nil || job.Run != testRun {
		t.Errorf("the payload reads as %+v, %v", job, err)
	}
}

func TestEnqueueAcceptsAny2xxAndKeepsItsConnection(t *testing.T) {
	for _, code := range []int{200, 202, 204} {
		body := `{"x":1}`
		if code == 204 {
			body = ""
		}
		a := newAPI(t, status(code, body))
		i := invokerFor(t, a.URL)
		for range 3 {
			if err := i.Enqueue(invocationOf(t.Context()), testRun, core.StepStop); err != nil {
				t.Errorf("%d: %v", code, err)
			}
		}
		for _, r := range a.requests[1:] {
			if r.RemoteAddr != a.requests[0].RemoteAddr {
				t.Errorf("%d: another connection", code)
			}
		}
	}
}

func TestEnqueueRepeatsWhatMayWorkLater(t *testing.T) {
	for name, bad := range map[string]func(http.ResponseWriter, *http.Request){
		"429":                     apiError(429, "ResourceExhausted"),
		"500":                     apiError(500, "InternalServerError"),
		"503":                     apiError(503, "ResourceThrottled"),
		"throttled with 400":      apiError(400, "Throttling.User"),
		"408":                     apiError(408, "RequestTimeout"),
		"HTML":                    status(502, "<html>"+testToken),
		"an empty error":          status(503, ""),
		"an error that is null":   status(500, "null"),
		"an error that is a list": status(500, "[1]"),
		"an error that is text":   status(500, `"`+testSecret+`"`),
		"no answer":               hangUp,
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, bad, bad, status(202, ""))
			if err := invokerFor(t, a.URL).Enqueue(invocationOf(t.Context()), testRun, core.StepStop); err != nil {
				t.Fatal(err)
			}
			if a.calls() != 3 {
				t.Errorf("%d calls, want 3", a.calls())
			}
			nonces := map[string]bool{}
			for i, r := range a.requests {
				if a.faults[i] != nil {
					t.Errorf("call %d: %v", i+1, a.faults[i])
				}
				nonces[r.Header.Get("X-Acs-Signature-Nonce")] = true
				if a.bodies[i] != a.bodies[0] || a.bodies[i] == "" {
					t.Errorf("call %d carries %q", i+1, a.bodies[i])
				}
			}
			if len(nonces) != 3 {
				t.Errorf("%d nonces for 3 calls", len(nonces))
			}

			a = newAPI(t, bad)
			err := invokerFor(t, a.URL).Enqueue(invocationOf(t.Context()), testRun, core.StepStop)
			wantError(t, err, core.Busy)
			if a.calls() != maxAttempts {
				t.Errorf("%d calls, want %d", a.calls(), maxAttempts)
			}
		})
	}
}

func TestEnqueueGivesUpWhereTheDeploymentIsAtFault(t *testing.T) {
	for name, tt := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		want   string
	}{
		"not allowed": {apiError(403, "AccessDenied"), "FC answered 403 AccessDenied, request id 1-call"},
		"no function": {apiError(404, "FunctionNotFound"), "FC answered 404 FunctionNotFound"},
		"odd code":    {apiError(400, "x "+testSecret), "FC answered 400, request id"},
		"redirection": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(307)
		}, "FC answered 307"},
		"HTML with a 404": {status(404, "<html>"), "FC answered 404"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, tt.answer)
			err := invokerFor(t, a.URL).Enqueue(invocationOf(t.Context()), testRun, core.StepStop)
			wantError(t, err, core.Internal)
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if a.calls() != 1 {
				t.Errorf("%d calls, want 1", a.calls())
			}
		})
	}
}

func TestEnqueueWithoutAnEndpointThatAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	err = invokerFor(t, "http://"+address).Enqueue(invocationOf(t.Context()), testRun, core.StepStop)
	wantError(t, err, core.Busy)
	if !strings.Contains(err.Error(), "no connection to FC") || strings.Contains(err.Error(), "://") {
		t.Errorf("%v", err)
	}
}

func TestEnqueueEndsWithItsContext(t *testing.T) {
	a := newAPI(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(invocationOf(t.Context()), 20*time.Millisecond)
	defer cancel()
	err := invokerFor(t, a.URL).Enqueue(ctx, testRun, core.StepStop)
	wantError(t, err, core.Busy)
	if !strings.Contains(err.Error(), "in time") || a.calls() > 1 {
		t.Errorf("%d calls, %v", a.calls(), err)
	}
}

func TestEnqueueNeedsAnInvocationAndAGoodJob(t *testing.T) {
	a := newAPI(t, status(202, ""))
	i := invokerFor(t, a.URL)
	wantError(t, i.Enqueue(t.Context(), testRun, core.StepStop), core.Internal)
	wantError(t, i.Enqueue(invocationOf(t.Context()), "webhook-x", core.StepStop), core.Internal)
	wantError(t, i.Enqueue(invocationOf(t.Context()), testRun, ""), core.Internal)
	if a.calls() != 0 {
		t.Errorf("%d calls", a.calls())
	}
}

// wantError wants a core.Error of a code, with the reason for the log and no
// secret in any form of it.
func wantError(t *testing.T, err error, code core.ErrorCode) {
	t.Helper()
	var e *core.Error
	if !errors.As(err, &e) || e.Code != code || e.Cause == nil || e.Message == "" {
		t.Fatalf("%#v, want a core.Error %s with message and cause", err, code)
	}
	if (code == core.Busy) != (e.Retry > 0) {
		t.Errorf("retry after %s", e.Retry)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Error("x", "err", err)
	for at := error(e); at != nil; at = errors.Unwrap(at) {
		fmt.Fprintf(&log, "%v %+v %#v\n", at, at, at)
	}
	for _, secret := range []string{testSecret, testToken, testKeyID, "Signature="} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the error shows %q: %s", secret, log.String())
		}
	}
}

func TestFromContext(t *testing.T) {
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	ctx = invocationOf(ctx)
	got, ok := FromContext(ctx)
	want := Invocation{RequestID: "1-a", Function: "stopdesktops", Region: "cn-hangzhou", AccountID: "123456", MemoryMB: 256, Retry: 2,
		Deadline: deadline, Credentials: Credentials{testKeyID, testSecret, testToken}}
	if !ok || got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "invocation", got)
	fmt.Fprintf(&log, "%v %+v %#v", got, got, got)
	if s := log.String(); strings.Contains(s, testSecret) || strings.Contains(s, testToken) || !strings.Contains(s, `"request":"1-a"`) {
		t.Errorf("printed as %s", s)
	}
	if _, ok := FromContext(Enter(t.Context())); ok {
		t.Error("an invocation outside of one")
	}
	var wg sync.WaitGroup // The race detector would see what the SDK's own does.
	for range 4 {
		wg.Go(func() { FromContext(ctx) })
	}
	wg.Wait()
}

func TestEndpoints(t *testing.T) {
	for text, want := range map[string]endpoint{
		"https://123456.cn-hangzhou-internal.fc.aliyuncs.com": {"HTTPS", "123456.cn-hangzhou-internal.fc.aliyuncs.com"},
		"https://fc.example.com:8443/":                        {"HTTPS", "fc.example.com:8443"},
		"http://127.0.0.1:9000":                               {"HTTP", "127.0.0.1:9000"},
		"http://[::1]:9000":                                   {"HTTP", "[::1]:9000"},
	} {
		if got, err := parseEndpoint(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"fc.example.com", "//fc.example.com", "http://fc.example.com", "http://localhost:9000", "http://10.0.0.1", "http://127.0.0.1.example.com",
		"https://", "https://user:pass@fc.example.com", "https://fc.example.com/path", "https://fc.example.com?x", "https://fc.example.com#x",
		"https://fc.example.com\t", "https://fc example.com", "ftp://fc.example.com", "https:fc.example.com", "https://[::1]%25x", "http://2130706433",
	} {
		if got, err := parseEndpoint(text); err == nil {
			t.Errorf("%q is accepted as %+v", text, got)
		} else if strings.Contains(err.Error(), "pass") {
			t.Errorf("%q: %v", text, err)
		}
	}
	inv, _ := FromContext(invocationOf(t.Context()))
	if got, err := publicEndpoint(inv); err != nil || got != (endpoint{"HTTPS", "123456.cn-hangzhou.fc.aliyuncs.com"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if client, err := invokerFor(t, "").client(inv); err != nil || *client.Endpoint != "123456.cn-hangzhou.fc.aliyuncs.com" || *client.Protocol != "HTTPS" {
		t.Errorf("without an endpoint the client is %+v, %v", client, err)
	}
	for _, bad := range []Invocation{{}, {AccountID: "123456"}, {AccountID: "u@evil", Region: "cn-hangzhou"}, {AccountID: "1", Region: "example.com/"}} {
		if got, err := publicEndpoint(bad); err == nil {
			t.Errorf("%+v", got)
		}
	}
	for _, name := range []string{"", "1st", "a/b", "a b", strings.Repeat("a", 65)} {
		if _, err := NewInvoker(InvokerOptions{Function: name}); err == nil {
			t.Errorf("function name %q is accepted", name)
		}
	}
}
