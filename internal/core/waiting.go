package core

import "context"

// Waiting says which step of a run is queued and was not begun: the first one
// where nobody has taken the run's lease, the stop where a person has answered
// since, or where the last invocation has handed on. It is also the step that an
// earlier try of this very event has begun and died in: nobody else will be told of
// that death. It is empty where somebody else has begun, where nothing is queued,
// and where the job would be older than the platform keeps one.
//
// The news that such a job died proves nothing, and may come before the job:
// whoever deals with it does the step once instead. The lease decides where the job
// runs all the same, and policy and ceilings are asked as always.
func (r *Runner) Waiting(ctx context.Context, rec RequestRecord) (Step, error) {
	if err := rec.asksToStop(); err != nil {
		return "", err
	}
	if _, err := r.Journal.Report(ctx, rec.Run); err == nil || CodeOf(err) != Missing || rec.AtOnce {
		return "", present(err)
	}
	last, err := r.lastAttempt(ctx, rec.Run)
	if err != nil {
		return "", err
	}
	step, since := StepStop, rec.At
	switch {
	case last == nil && rec.Run.Door() == Slack:
		step = StepPlan
	case last == nil:
	case last.Holder == r.Me.RequestID && last.Retry < r.Me.Retry:
		step, since = last.Step, last.At
	case last.Step == StepPlan:
		c, err := r.Journal.Confirm(ctx, rec.Run)
		if err != nil {
			return "", present(err)
		}
		since = c.At
	default:
		p, err := r.Journal.Part(ctx, rec.Run, last.N)
		if err != nil {
			return "", present(err)
		}
		since = p.At
	}
	if r.Now().Sub(since) > CarryWithin {
		return "", nil
	}
	return step, nil
}

// present leaves out of an error that a record is not there.
func present(err error) error {
	if err != nil && CodeOf(err) == Missing {
		return nil
	}
	return err
}
