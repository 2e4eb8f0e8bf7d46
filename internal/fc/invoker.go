package fc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	fcapi "github.com/alibabacloud-go/fc-20230330/v4/client"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/cenkalti/backoff/v5"

	"stopdesktops/internal/core"
)

const (
	// attemptTimeout bounds one call. The API only writes the event to a
	// queue, and a person in Slack waits 3 s for everything together.
	attemptTimeout = 1500 * time.Millisecond

	// maxAttempts and the pauses between them spend under half a second on
	// waiting; whoever is told that it did not work can ask again.
	maxAttempts = 4
	firstPause  = 50 * time.Millisecond
	longestWait = 250 * time.Millisecond

	// retryAfter is what a caller is told to wait after the last attempt.
	retryAfter = 5 * time.Second
)

// InvokerOptions says which function gets the jobs.
type InvokerOptions struct {
	// Function is the name of the function that carries runs out.
	Function string

	// Endpoint is empty, or where FC's API is: https://<host>, or http:// before
	// a literal loopback address. Empty means
	// https://<account>.<region>.fc.aliyuncs.com of the invocation that enqueues. A
	// function without Internet access needs the address inside the vendor's
	// network, https://<account>.<region>-internal.fc.aliyuncs.com.
	Endpoint string
}

// Invoker queues jobs by asynchronous invocations of a function (InvokeFunction
// of API version 2023-03-30, through the vendor's Go client v4.8.2). It signs
// with the credentials of the invocation in the context and keeps none of them.
type Invoker struct {
	function string
	endpoint endpoint // zero: the invocation's
	http     *apiClient
	pauses   func() backoff.BackOff
}

var _ core.Queue = (*Invoker)(nil)

// NewInvoker checks the options.
func NewInvoker(o InvokerOptions) (*Invoker, error) {
	if !functionName.MatchString(o.Function) {
		return nil, fmt.Errorf("function name %q: want 1 to 64 letters, digits, _ or -, starting with a letter or _", o.Function)
	}
	i := &Invoker{function: o.Function, http: newAPIClient(), pauses: exponential}
	if o.Endpoint != "" {
		e, err := parseEndpoint(o.Endpoint)
		if err != nil {
			return nil, err
		}
		i.endpoint = e
	}
	return i, nil
}

func exponential() backoff.BackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = firstPause, longestWait, 2
	return b
}

// Enqueue queues one job. It repeats a call that was throttled, failed or got
// no answer until ctx ends, at most maxAttempts times in all: a job that is
// queued twice finds the lease of the first. Errors are *core.Error: Busy where
// the same call may work later, Internal where the deployment must be mended.
func (i *Invoker) Enqueue(ctx context.Context, run core.RunID, step core.Step) error {
	payload, err := Job{Run: run, Step: step}.payload()
	if err != nil {
		return &core.Error{Code: core.Internal, Message: "The run could not be queued.", Cause: err}
	}
	inv, _ := FromContext(ctx)
	client, err := i.client(inv)
	if err != nil {
		return &core.Error{Code: core.Internal, Message: "The run could not be queued. The deployment must be mended; the log says how.", Cause: err}
	}
	var last *callError
	_, err = backoff.Retry(ctx, func() (struct{}, error) {
		if last = i.invoke(ctx, client, payload); last == nil {
			return struct{}{}, nil
		}
		if !last.again {
			return struct{}{}, backoff.Permanent(last)
		}
		return struct{}{}, last
	}, backoff.WithBackOff(i.pauses()), backoff.WithMaxTries(maxAttempts))
	if err == nil {
		return nil
	}
	cause := fmt.Errorf("queue run %s for function %s: %w", run, i.function, last)
	if !last.again {
		return &core.Error{Code: core.Internal, Message: "The run could not be queued. The deployment must be mended; the log says how.", Cause: cause}
	}
	return &core.Error{Code: core.Busy, Message: "The run could not be queued right now. Send the same request again.", Retry: retryAfter, Cause: cause}
}

// client makes the vendor's client for one Enqueue, with the credentials of its
// invocation.
func (i *Invoker) client(inv Invocation) (*fcapi.Client, error) {
	if !inv.Credentials.Complete() {
		return nil, errors.New("the invocation carries no role credentials; give the function a role that may invoke the function that carries runs out")
	}
	e := i.endpoint
	if e.host == "" {
		var err error
		if e, err = publicEndpoint(inv); err != nil {
			return nil, err
		}
	}
	credential, err := credentials.NewCredential(new(credentials.Config).
		SetType("sts").
		SetAccessKeyId(inv.Credentials.AccessKeyID).
		SetAccessKeySecret(inv.Credentials.AccessKeySecret.Reveal()).
		SetSecurityToken(inv.Credentials.SecurityToken.Reveal()))
	if err != nil {
		return nil, errors.New("the invocation's role credentials are not usable")
	}
	client, err := fcapi.NewClient(new(openapi.Config).
		SetCredential(credential).
		SetProtocol(e.scheme).
		SetEndpoint(e.host).
		SetHttpClient(i.http))
	if err != nil {
		return nil, errors.New("the FC client refuses its configuration")
	}
	// Otherwise typed errors are flattened. The generated client has a field of
	// this name too, which hides the one that counts and does nothing (v4.8.2).
	client.Client.DisableSDKError = dara.Bool(true)
	return client, nil
}

// invoke makes one call.
func (i *Invoker) invoke(ctx context.Context, client *fcapi.Client, payload []byte) *callError {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	seen := &answer{}
	response, err := client.InvokeFunctionWithContext(seen.watch(ctx), dara.String(i.function),
		new(fcapi.InvokeFunctionRequest).SetBody(bytes.NewReader(payload)),
		new(fcapi.InvokeFunctionHeaders).SetXFcInvocationType("Async"),
		&dara.RuntimeOptions{})
	if err != nil {
		return seen.failure(err)
	}
	if body, ok := response.Body.(io.ReadCloser); ok {
		// The connection is used again only when the answer was read and closed;
		// what it says of an accepted event does not matter.
		_, _ = io.Copy(io.Discard, body)
		_ = body.Close()
	}
	if seen.status < http.StatusOK || seen.status >= http.StatusMultipleChoices {
		return seen.failure(nil) // The vendor's client takes a redirection for success.
	}
	return nil
}
