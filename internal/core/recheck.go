package core

import (
	"context"
)

// ready finds out whose desktops are meant and asks again what the door asked.
// An error means that the same may work later.
func (r *Runner) ready(ctx context.Context, rec RequestRecord) (RequestRecord, *ended, error) {
	resolved, err := r.resolve(ctx, rec)
	switch {
	case err != nil && CodeOf(err) == Busy:
		return rec, nil, err
	case err != nil:
		return rec, &ended{why: MessageOf(err)}, nil
	}
	return resolved, r.recheck(ctx, resolved), nil
}

// recheck asks again what the door asked, because time has passed since and
// not every door can ask.
func (r *Runner) recheck(ctx context.Context, rec RequestRecord) *ended {
	// Tokens were checked at the door and are gone; the rest is checked again.
	err := r.Rules.Validate(rec.Caller.Door, rec.Request)
	if err == nil {
		err = r.maySubmit(ctx, rec)
	}
	if err != nil {
		why := ended{why: MessageOf(err)}
		if CodeOf(err) == Forbidden {
			why.code = NotPermitted
		}
		return &why
	}
	b, err := r.Journal.Brakes(ctx, rec.Run)
	return r.braked(&rec, b, err)
}

// maySubmit asks the policy whether the caller may hand this request in.
func (r *Runner) maySubmit(ctx context.Context, rec RequestRecord) error {
	if !r.permitted(ctx, &rec, ActionSubmit) {
		return r.mayNot(rec.Caller, ActionSubmit)
	}
	if rec.Request.All && !r.permitted(ctx, &rec, ActionStopAll) {
		return r.mayNot(rec.Caller, ActionStopAll)
	}
	return nil
}

// blind says how a run ends that could not look, and whether it ends at all: a
// retry may see what this attempt could not, unless the cloud refused for good
// or the end user's tokens will not be there again.
func blind(rec RequestRecord, err *CloudError) (Code, bool) {
	switch err.Class {
	case CloudForbidden, CloudBadRequest:
		return NotTried, true
	}
	return CloudUnavailable, rec.AtOnce
}

// freshPlan returns the door's plan, or makes one.
func (r *Runner) freshPlan(ctx context.Context, rec RequestRecord, ready *Plan) (Plan, error) {
	if ready != nil {
		return *ready, nil
	}
	return r.plan(ctx, rec)
}
