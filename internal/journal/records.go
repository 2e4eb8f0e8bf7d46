package journal

import (
	"context"
	"time"

	"stopdesktops/internal/core"
)

// confidential is the purpose under which a request's confidential part is
// sealed.
const confidential = "confidential"

// Claim writes the request record. If the run has one already it returns that
// one and false. A request that carries end users' tokens is refused, because
// they must not be recorded.
func (j *Journal) Claim(ctx context.Context, r core.RequestRecord) (core.RequestRecord, bool, error) {
	r.At, r.Until, r.Due, r.Since = wall(r.At), wall(r.Until), wall(r.Due), wall(r.Since)
	sealed, err := j.conceal(r.Run, confidential, requests.of(r.Run, 0).key(), r.Confidential)
	if err != nil {
		return core.RequestRecord{}, false, err
	}
	stored, won, err := putOnce(ctx, j, requests.of(r.Run, 0), r, sealed, readBack)
	if err != nil {
		return core.RequestRecord{}, false, err
	}
	if j.writeOnly {
		if won {
			return r, true, nil
		}
		return core.RequestRecord{}, false, nil
	}
	record, err := j.opened(stored)
	if err != nil {
		return core.RequestRecord{}, false, err
	}
	return record, won, nil
}

// Request returns the request record, or an Error with code Missing.
func (j *Journal) Request(ctx context.Context, run core.RunID) (core.RequestRecord, error) {
	stored, err := get(ctx, j, requests.of(run, 0))
	if err != nil {
		return core.RequestRecord{}, err
	}
	return j.opened(stored)
}

// opened returns the request record with its confidential part.
func (j *Journal) opened(e envelope[core.RequestRecord]) (r core.RequestRecord, err error) {
	r = e.Body
	r.Confidential, err = j.reveal(r.Run, confidential, requests.of(r.Run, 0).key(), e.Sealed)
	return r, err
}

// PutPlan writes the plan, or returns the one that was there first.
func (j *Journal) PutPlan(ctx context.Context, p core.Plan) (core.Plan, error) {
	p.At = wall(p.At)
	stored, _, err := putOnce(ctx, j, plans.of(p.Run, 0), planBody{Plan: p, Entries: p.Entries}, "", trustAnswer)
	if err != nil {
		return core.Plan{}, err
	}
	return stored.Body.plan(), nil
}

// Plan returns the plan, or an Error with code Missing.
func (j *Journal) Plan(ctx context.Context, run core.RunID) (core.Plan, error) {
	stored, err := get(ctx, j, plans.of(run, 0))
	if err != nil {
		return core.Plan{}, err
	}
	return stored.Body.plan(), nil
}

// PutReport writes the report, or returns the one that was there first.
func (j *Journal) PutReport(ctx context.Context, r core.Report) (core.Report, error) {
	r.Started, r.Finished = wall(r.Started), wall(r.Finished)
	if r.Estimate != nil {
		e := *r.Estimate // The caller's own stays as it is.
		e.Until = wall(e.Until)
		r.Estimate = &e
	}
	stored, _, err := putOnce(ctx, j, reports.of(r.Run, 0), reportBody{Report: r, Outcomes: r.Outcomes}, "", trustAnswer)
	if err != nil {
		return core.Report{}, err
	}
	return stored.Body.report(), nil
}

// Report returns the report, or an Error with code Missing.
func (j *Journal) Report(ctx context.Context, run core.RunID) (core.Report, error) {
	stored, err := get(ctx, j, reports.of(run, 0))
	if err != nil {
		return core.Report{}, err
	}
	return stored.Body.report(), nil
}

// PutAttempt writes attempt a.N, or returns the one that was there first and
// false. Attempts are counted from 1.
func (j *Journal) PutAttempt(ctx context.Context, run core.RunID, a core.Attempt) (core.Attempt, bool, error) {
	a.At, a.Until = wall(a.At), wall(a.Until)
	stored, won, err := putOnce(ctx, j, attempts.of(run, a.N), a, "", readBack)
	if err != nil {
		return core.Attempt{}, false, err
	}
	return stored.Body, won, nil
}

// Attempt returns attempt n, or an Error with code Missing.
func (j *Journal) Attempt(ctx context.Context, run core.RunID, n int) (core.Attempt, error) {
	stored, err := get(ctx, j, attempts.of(run, n))
	if err != nil {
		return core.Attempt{}, err
	}
	return stored.Body, nil
}

// PutPart writes what attempt p.Attempt leaves to the next, or returns what was
// there first.
func (j *Journal) PutPart(ctx context.Context, p core.Part) (core.Part, error) {
	p.At, p.ProveUntil = wall(p.At), wall(p.ProveUntil)
	stored, _, err := putOnce(ctx, j, parts.of(p.Run, p.Attempt), partBodyOf(p), "", trustAnswer)
	if err != nil {
		return core.Part{}, err
	}
	return stored.Body.part(), nil
}

// Part returns the part of attempt n, or an Error with code Missing.
func (j *Journal) Part(ctx context.Context, run core.RunID, n int) (core.Part, error) {
	stored, err := get(ctx, j, parts.of(run, n))
	if err != nil {
		return core.Part{}, err
	}
	return stored.Body.part(), nil
}

// wall is a time as a record keeps it: in UTC, without a reading of the
// monotonic clock, so that what was written equals what is read.
func wall(t time.Time) time.Time { return t.UTC().Round(0) }
