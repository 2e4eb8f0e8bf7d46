package core

import (
	"context"
	"errors"
	"time"
)

// State is how far a run is.
type State string

// The states of a run.
const (
	Queued      State = "queued"      // recorded; nobody has begun
	Working     State = "working"     // somebody holds its lease
	Interrupted State = "interrupted" // its last attempt died; a retry or a repeat takes over
	Finished    State = "finished"    // its report is written
)

// Answer is what a door can tell about a run.
type Answer struct {
	Run      RunID
	State    State
	Repeated bool      // the delivery was seen before
	First    time.Time // when it was seen first
	Plan     *Plan     // decisions so far, where there are any
	Report   *Report   // set where State is Finished

	atDoor bool // a door holds the lease, and no job may be queued
}

// progress fills in how far a run is.
func (r *Runner) progress(ctx context.Context, a *Answer) error {
	report, err := r.Journal.Report(ctx, a.Run)
	if err == nil {
		a.State, a.Report = Finished, &report
		return nil
	}
	if CodeOf(err) != Missing {
		return err
	}
	last, err := r.lastAttempt(ctx, a.Run)
	switch {
	case err != nil:
		return err
	case last == nil:
		a.State = Queued
		return nil
	case r.Now().Before(last.Until):
		a.State, a.atDoor = Working, last.Step == stepDoor
	default:
		a.State = Interrupted
	}
	plan, err := r.Journal.Plan(ctx, a.Run)
	switch {
	case err == nil:
		a.Plan = &plan
	case CodeOf(err) != Missing:
		return err
	}
	return nil
}

// recorded is the request of a run for whoever only tells of the run or halts it,
// which takes no key: what is sealed in it may be left out.
func (r *Runner) recorded(ctx context.Context, run RunID) (RequestRecord, error) {
	rec, err := r.Journal.Request(ctx, run)
	if errors.Is(err, ErrOtherDoor) {
		return rec, nil
	}
	return rec, err
}

// Lookup answers how far a run is, for somebody who may read it.
func (r *Runner) Lookup(ctx context.Context, c Caller, run RunID) (Answer, error) {
	if !r.permitted(ctx, &RequestRecord{Run: run, Caller: c}, ActionRead) {
		return Answer{}, r.mayNot(c, ActionRead)
	}
	if !run.Valid() {
		return Answer{}, Errorf(Missing, "There is no such run. A run's id is its door (webhook, timer, slack, terminal), a dash, and 26 letters and digits.")
	}
	rec, err := r.recorded(ctx, run)
	if CodeOf(err) == Missing && err != nil {
		return Answer{}, Errorf(Missing, "There is no run %s. Records are kept for 90 days.", run)
	}
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Run: run, First: rec.At}
	return a, r.progress(ctx, &a)
}
