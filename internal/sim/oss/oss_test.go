package oss

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/retry"

	"stopdesktops/internal/sim/ram"
)

const testBucket = "state-example"

// cloud is the double behind a real listener, with the vendor's own client as
// the caller.
type cloud struct {
	*Server
	http  *httptest.Server
	clock *clock
	auth  *ram.Authority
}

// clock is a clock that only moves when a test says so. It starts at the real
// time because the SDK signs with the real time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	clk := &clock{now: time.Now()}
	auth := ram.New(clk.Now)
	auth.SetRole("owner", ram.Policy{Version: "1", Statement: []ram.Statement{
		{Effect: "Allow", Action: []string{"oss:*"}, Resource: []string{"*"}},
	}})
	s := New(Options{Now: clk.Now, Authority: auth, Buckets: []string{testBucket, "other-example"}, Region: "cn-hangzhou"})
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return &cloud{Server: s, http: web, clock: clk, auth: auth}
}

func (c *cloud) issue(t *testing.T, role string) ram.Credentials {
	t.Helper()
	cred, err := c.auth.Issue(role, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return cred
}

// client is the official SDK with a role's credentials, one attempt a call.
func (c *cloud) client(t *testing.T, role string) *sdk.Client {
	t.Helper()
	return c.clientWith(c.issue(t, role), nil)
}

func (c *cloud) clientWith(cred ram.Credentials, change func(*sdk.Config)) *sdk.Client {
	cfg := sdk.LoadDefaultConfig().
		WithRegion("cn-hangzhou").
		WithEndpoint(c.http.URL).
		WithUsePathStyle(true).
		WithRetryMaxAttempts(1).
		WithRetryer(retry.NewStandard(func(o *retry.RetryOptions) { o.Backoff = retry.NewFixedDelayBackoff(0) })).
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(cred.AccessKeyID, cred.AccessKeySecret, cred.SecurityToken))
	if change != nil {
		change(cfg)
	}
	return sdk.NewClient(cfg)
}

// virtualHosted makes the SDK address the bucket in the host name while every
// connection goes to the double.
func (c *cloud) virtualHosted(cfg *sdk.Config) {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, c.http.Listener.Addr().String())
	}
	cfg.WithEndpoint("http://oss-cn-hangzhou.aliyuncs.com").
		WithUsePathStyle(false).
		WithHttpClient(&http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}})
}

func put(ctx context.Context, client *sdk.Client, key, body string, change ...func(*sdk.PutObjectRequest)) error {
	r := &sdk.PutObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(key), Body: bytes.NewReader([]byte(body))}
	for _, c := range change {
		c(r)
	}
	_, err := client.PutObject(ctx, r)
	return err
}

func forbidOverwrite(value string) func(*sdk.PutObjectRequest) {
	return func(r *sdk.PutObjectRequest) { r.ForbidOverwrite = sdk.Ptr(value) }
}

// wantError checks status and code of the error the SDK understood.
func wantError(t *testing.T, err error, status int, code string) *sdk.ServiceError {
	t.Helper()
	var se *sdk.ServiceError
	if !errors.As(err, &se) {
		t.Fatalf("error is %v, want %d %s", err, status, code)
	}
	if se.StatusCode != status || se.Code != code {
		t.Fatalf("error is %d %s (%s), want %d %s", se.StatusCode, se.Code, se.Message, status, code)
	}
	return se
}
