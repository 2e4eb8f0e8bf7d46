package oss

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"

	"stopdesktops/internal/sim/fault"
)

func TestFaults(t *testing.T) {
	answered := func(status int, code string) func(*testing.T, error) {
		return func(t *testing.T, err error) { wantError(t, err, status, code) }
	}
	// How a broken connection is worded depends on what the SDK's own
	// connection wrapper was doing at that moment.
	unanswered := func(t *testing.T, err error) {
		var se *sdk.ServiceError
		if err == nil || errors.As(err, &se) {
			t.Errorf("error is %v, want a broken connection", err)
		}
	}
	tests := []struct {
		kind   Kind
		want   func(*testing.T, error)
		effect bool // the object is stored although the caller saw an error
		call   Call
	}{
		{InternalError, answered(500, "InternalError"), false, Call{Status: 500, Code: "InternalError"}},
		{ServiceUnavailable, answered(503, "ServiceUnavailable"), false, Call{Status: 503, Code: "ServiceUnavailable"}},
		{AccessDenied, answered(403, "AccessDenied"), false, Call{Status: 403, Code: "AccessDenied"}},
		{Reset, unanswered, false, Call{}},
		{AnswerLost, unanswered, true, Call{Status: 200}},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind), func(t *testing.T) {
			c := newCloud(t)
			client := c.client(t, "owner")
			c.Fault(Fault{Method: http.MethodPut, KeyContains: "claim", Count: 1, Kind: tt.kind})

			if err := put(t.Context(), client, "other", "v"); err != nil {
				t.Fatalf("another key was hit: %v", err)
			}
			tt.want(t, put(t.Context(), client, "runs/1/claim", "v"))
			if _, stored := c.Object(testBucket, "runs/1/claim"); stored != tt.effect {
				t.Errorf("stored is %v, want %v", stored, tt.effect)
			}
			calls := c.Calls()
			want := tt.call
			want.Method, want.Bucket, want.Key, want.Role, want.Fault, want.At =
				http.MethodPut, testBucket, "runs/1/claim", "owner", tt.kind, c.clock.Now()
			if got := calls[len(calls)-1]; got != want {
				t.Errorf("log says %+v, want %+v", got, want)
			}
			if err := put(t.Context(), client, "runs/1/claim", "v2"); err != nil {
				t.Errorf("the fault hit more often than once: %v", err)
			}
		})
	}
}

// On the wire the two are different: a reset, and an orderly end before any
// answer.
func TestBrokenConnections(t *testing.T) {
	c := newCloud(t)
	plain := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for kind, want := range map[Kind]error{Reset: syscall.ECONNRESET, AnswerLost: io.EOF} {
		c.Fault(Fault{Kind: kind, Count: 1})
		resp, err := plain.Do(c.signed(t, c.issue(t, "owner"), c.clock.Now(), "cn-hangzhou"))
		if err == nil {
			_ = resp.Body.Close()
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: error is %v, want %v", kind, err, want)
		}
	}
}

// The trap of write-once: the first write happened, its answer was lost, the
// SDK tries again by itself and is told that the object exists.
func TestLostAnswerLooksLikeALostRace(t *testing.T) {
	c := newCloud(t)
	client := c.clientWith(c.issue(t, "owner"), func(cfg *sdk.Config) { cfg.WithRetryMaxAttempts(3) })
	c.Fault(Fault{Count: 1, Kind: AnswerLost})
	wantError(t, put(t.Context(), client, "k", "mine", forbidOverwrite("true")), http.StatusConflict, "FileAlreadyExists")
	if got, _ := c.Object(testBucket, "k"); string(got) != "mine" {
		t.Errorf("object is %q, want the caller's own", got)
	}
}

func TestFaultCounts(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	patient := c.clientWith(c.issue(t, "owner"), func(cfg *sdk.Config) { cfg.WithRetryMaxAttempts(3) })

	c.Fault(Fault{Kind: ServiceUnavailable, Count: 2})
	if err := put(t.Context(), patient, "k", "v"); err != nil {
		t.Errorf("third attempt after two faults: %v", err)
	}
	c.Fault(Fault{Kind: InternalError}) // Every request, until cleared.
	for range 3 {
		wantError(t, put(t.Context(), client, "k", "v"), 500, "InternalError")
	}
	c.ClearFaults()
	if err := put(t.Context(), client, "k", "v"); err != nil {
		t.Errorf("after ClearFaults: %v", err)
	}

	// A forged request must not use up the fault of a real one.
	c.Fault(Fault{Kind: InternalError, Count: 1})
	forged := c.issue(t, "owner")
	forged.AccessKeySecret = "wrong"
	wantError(t, put(t.Context(), c.clientWith(forged, nil), "k", "v"), 403, "SignatureDoesNotMatch")
	wantError(t, put(t.Context(), client, "k", "v"), 500, "InternalError")

	// HEAD has no body, the SDK finds the error in a header.
	c.Fault(Fault{Method: http.MethodHead, Kind: ServiceUnavailable, Count: 1})
	_, err := client.HeadObject(t.Context(), &sdk.HeadObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("k")})
	wantError(t, err, 503, "ServiceUnavailable")
}

func TestSlow(t *testing.T) {
	c := newCloud(t)
	var waited []time.Duration
	c.wait = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		c.clock.Advance(d)
		return nil
	}
	client := c.client(t, "owner")
	c.Fault(Fault{Kind: Slow, Delay: 7 * time.Second, Count: 1})
	before := c.clock.Now()
	if err := put(t.Context(), client, "k", "v"); err != nil {
		t.Fatal(err)
	}
	if len(waited) != 1 || waited[0] != 7*time.Second || !c.clock.Now().Equal(before.Add(7*time.Second)) {
		t.Errorf("waited %v, want 7s once", waited)
	}
	if _, ok := c.Object(testBucket, "k"); !ok {
		t.Error("a slow request must still happen")
	}
}

// With the real timer: the caller's patience ends long before the delay.
func TestSlowEndsWhenTheCallerHangsUp(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	c.Fault(Fault{Kind: Slow, Delay: time.Hour, Count: 1})
	ctx, cancel := context.WithCancel(t.Context())
	inside := make(chan struct{})
	gone := make(chan struct{})
	c.wait = func(ctx context.Context, d time.Duration) error {
		close(inside)
		defer close(gone)
		return fault.Wait(ctx, d)
	}
	go func() {
		<-inside
		cancel()
	}()
	if err := put(ctx, client, "k", "v"); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want cancelled", err)
	}
	<-gone
	if _, ok := c.Object(testBucket, "k"); ok {
		t.Error("nobody waited, yet it happened")
	}
}

func TestCallLogStaysBounded(t *testing.T) {
	c := newCloud(t)
	for i := range MaxCalls + 1 {
		c.record(Call{Status: i})
	}
	calls := c.Calls()
	if len(calls) > MaxCalls || calls[len(calls)-1].Status != MaxCalls {
		t.Errorf("log has %d calls and ends with %d, want at most %d ending with the newest", len(calls), calls[len(calls)-1].Status, MaxCalls)
	}
}

func TestLogHoldsNothingSecret(t *testing.T) {
	c := newCloud(t)
	if err := put(t.Context(), c.client(t, "owner"), "k", "confidential body"); err != nil {
		t.Fatal(err)
	}
	call := c.Calls()[0]
	for _, secret := range append(c.auth.Secrets(), "confidential") {
		for _, field := range []string{call.Method, call.Bucket, call.Key, call.Code, call.Role, string(call.Fault)} {
			if strings.Contains(field, secret) {
				t.Errorf("log shows a secret: %+v", call)
			}
		}
	}
}
