package fc

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aliyun/fc-runtime-go-sdk/fccontext"
	"github.com/cenkalti/backoff/v5"

	"stopdesktops/internal/sim/acs"
)

// invocationOf is a context as the SDK hands it to a handler.
func invocationOf(ctx context.Context) context.Context {
	return Enter(fccontext.NewContext(ctx, &fccontext.FcContext{
		RequestID: "1-a", Region: "cn-hangzhou", AccountId: "123456", RetryCount: 2,
		Function:    fccontext.Function{Name: "stopdesktops", Memory: "256"},
		Credentials: fccontext.Credentials{AccessKeyId: testKeyID, AccessKeySecret: testSecret, SecurityToken: testToken},
	}))
}

// api is FC's API: it verifies each call and gives the answers in turn, the
// last one for ever.
type api struct {
	*httptest.Server
	mu       sync.Mutex
	answers  []func(http.ResponseWriter, *http.Request)
	requests []*http.Request
	bodies   []string
	faults   []error
}

func newAPI(t *testing.T, answers ...func(http.ResponseWriter, *http.Request)) *api {
	a := &api{answers: answers}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		_, err = acs.VerifyACS3(r, body, func(key, token string) (string, error) {
			if key != testKeyID || token != testToken {
				return "", fmt.Errorf("key %q, token %q", key, token)
			}
			return testSecret, nil
		}, time.Now())
	}
	a.mu.Lock()
	a.requests, a.bodies, a.faults = append(a.requests, r), append(a.bodies, string(body)), append(a.faults, err)
	answer := a.answers[min(len(a.requests), len(a.answers))-1]
	a.mu.Unlock()
	answer(w, r)
}

func (a *api) calls() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.requests)
}

func status(code int, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Fc-Request-Id", "1-call")
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
}

func apiError(code int, name string) func(http.ResponseWriter, *http.Request) {
	return status(code, fmt.Sprintf(`{"Code":%q,"Message":"string to sign: %s %s","RequestId":"1-call"}`, name, testSecret, testToken))
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.Close()
	}
}

func invokerFor(t *testing.T, endpoint string) *Invoker {
	t.Helper()
	i, err := NewInvoker(InvokerOptions{Function: "stopdesktops", Endpoint: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	i.pauses = func() backoff.BackOff { return &backoff.ZeroBackOff{} }
	t.Cleanup(i.http.client.CloseIdleConnections)
	return i
}
