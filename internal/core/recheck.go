package core

import (
	"context"
	"slices"
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
	if no := r.askedAgain(ctx, rec); no != nil {
		return no
	}
	b, err := r.Journal.Brakes(ctx, rec.Run)
	return r.braked(&rec, b, err)
}

// askedAgain says why a request that a door let in may no longer be carried out.
func (r *Runner) askedAgain(ctx context.Context, rec RequestRecord) *ended {
	// Tokens were checked at the door and are gone; the rest is checked again.
	err := r.Rules.Validate(rec.Caller.Door, rec.Request)
	if err == nil && rec.Caller.Door == Webhook && r.SenderMay != nil {
		err = r.SenderMay(rec.Caller.Name, rec.Request)
	}
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
	return nil
}

// bars says why a run that was handed on may begin no further wave: its request
// may no longer be carried out, its plan is out of bounds, or is not the
// request's at all.
func (r *Runner) bars(ctx context.Context, rec RequestRecord, plan Plan) *ended {
	no := r.askedAgain(ctx, rec)
	if out := r.outOfBounds(rec, plan); no == nil && out != nil {
		no = &ended{ending: out.ending, why: out.note}
	}
	if no == nil && !r.answers(plan, rec.Request) {
		no = &ended{why: "The recorded plan does not answer the recorded request: the deployment was changed in the meantime, or somebody has written one of them. Nothing more was stopped."}
	}
	if no != nil {
		no.why = "This was said when the run was to go on: " + no.why + " What had been done before is among the outcomes."
	}
	return no
}

// answers says whether a plan may be one of a request: it speaks the request's
// contract, and where the request names desktops it stops no others.
func (r *Runner) answers(plan Plan, q Request) bool {
	if plan.Contract != r.Rules.ContractOf(q) {
		return false
	}
	if q.Selects() {
		return true
	}
	named := map[string]bool{}
	for _, id := range q.DesktopId {
		named[id] = true
	}
	return !slices.ContainsFunc(plan.stops(), func(e Entry) bool {
		return !named[e.DesktopId] || q.RegionId != "" && q.RegionId != e.RegionId
	})
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
