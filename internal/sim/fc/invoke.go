package fc

import (
	"context"
	"errors"
	"time"
)

// Source says where an event came from.
type Source string

// The sources of events.
const (
	SourceHTTP        Source = "http"
	SourceAPI         Source = "api"
	SourceTimer       Source = "timer"
	SourceDestination Source = "destination" // an asynchronous invocation's end
)

// newRequestID has the shape of the platform's ids.
func (p *Platform) newRequestID() string {
	return "1-" + randomHex(4) + "-" + randomHex(4) + "-" + randomHex(6)
}

// invoke runs one event through an instance. The error is errBusy or the end
// of ctx; whatever goes wrong with the function itself is in the result.
func (p *Platform) invoke(ctx context.Context, f *function, inv Invocation, wait bool) (result, error) {
	in, err := f.acquire(ctx, wait)
	if errors.Is(err, errBusy) || err != nil && ctx.Err() != nil {
		return result{}, err
	}
	if err != nil {
		p.opt.Logger.Error("function cannot start", "function", f.conf.Name, "error", err)
		return functionError("FunctionNotStarted", "Function cannot start: %v", err), nil
	}
	defer f.release(in)
	return p.runOn(in, inv), nil
}

func (p *Platform) runOn(in *instance, inv Invocation) result {
	cred, err := in.f.issue()
	if err != nil {
		return functionError("InvalidRole", "No credentials for the function's role: %v", err)
	}
	inv.Function, inv.InstanceID, inv.AccessKeyID = in.f.conf.Name, in.id, cred.id
	if p.opt.OnInvoke != nil {
		p.opt.OnInvoke(inv)
	}
	began := time.Now()
	r := in.run(&delivery{Invocation: inv, credentials: cred, answer: make(chan result, 1)})
	p.opt.Logger.Info("invocation ended", "function", inv.Function, "request", inv.RequestID, "source", inv.Source,
		"instance", inv.InstanceID, "retry", inv.RetryCount, "failed", r.failed, "took", time.Since(began))
	return r
}
