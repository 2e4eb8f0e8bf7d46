package fc

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"stopdesktops/internal/core"
)

// Credentials are the role's, as they came with one invocation. They expire;
// the next invocation brings its own.
type Credentials struct {
	AccessKeyID     string
	AccessKeySecret core.Secret
	SecurityToken   core.Secret
}

// Complete says whether there is enough to sign a call with.
func (c Credentials) Complete() bool {
	return c.AccessKeyID != "" && c.AccessKeySecret != "" && c.SecurityToken != ""
}

// Invocation is what the platform says about the call that is being served.
type Invocation struct {
	RequestID   string
	Function    string
	Region      string
	AccountID   string
	MemoryMB    int       // 0 where the platform does not say
	Retry       int       // 0 on the first try of an asynchronous event
	Deadline    time.Time // zero where there is none
	Credentials Credentials
}

// LogValue leaves the credentials out.
func (i Invocation) LogValue() slog.Value {
	return slog.GroupValue(slog.String("request", i.RequestID), slog.String("function", i.Function), slog.Int("retry", i.Retry))
}

type invocationKey struct{}

// Enter reads the invocation out of the SDK's context once and returns a
// context that carries it. A handler calls it first: the SDK's own FromContext
// writes to what it returns on every call, so two goroutines of one invocation
// must not call it.
func Enter(ctx context.Context) context.Context {
	c, ok := fccontext.FromContext(ctx)
	if !ok {
		return ctx
	}
	inv := Invocation{
		RequestID: c.RequestID,
		Function:  c.Function.Name,
		Region:    c.Region,
		AccountID: c.AccountId,
		Retry:     c.RetryCount,
		Credentials: Credentials{
			AccessKeyID:     c.Credentials.AccessKeyId,
			AccessKeySecret: core.Secret(c.Credentials.AccessKeySecret),
			SecurityToken:   core.Secret(c.Credentials.SecurityToken),
		},
	}
	inv.MemoryMB, _ = strconv.Atoi(c.Function.Memory) // The SDK hands on a header's text.
	inv.Deadline, _ = ctx.Deadline()
	return context.WithValue(ctx, invocationKey{}, inv)
}

// FromContext returns the invocation that Enter put into the context.
func FromContext(ctx context.Context) (Invocation, bool) {
	inv, ok := ctx.Value(invocationKey{}).(Invocation)
	return inv, ok
}
