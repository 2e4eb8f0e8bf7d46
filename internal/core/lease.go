package core

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// How often a waiting invocation asks whether the holder of a run's lease has
// finished: soon at first, because most runs take seconds.
const (
	waitFirst = 250 * time.Millisecond
	waitMost  = 5 * time.Second
)

// maxAttempts bounds how often one run is begun. The platform retries an event
// up to 8 times and a sender a handful more; a run that fails this often needs
// a person.
const maxAttempts = 30

// settleAttempts come on top for whoever writes the report of a run that died
// for good: a run that was begun too often must not end in silence.
const settleAttempts = 10

// errStillWorking is the cause of an error that means no more than that waiting
// for somebody else was over before he was done.
var errStillWorking = errors.New("somebody else works on the run")

// acquire takes the run's lease: the first attempt whose record nobody has
// written. It returns nil and the live attempt where somebody else works on
// the run.
func (r *Runner) acquire(ctx context.Context, run RunID, step Step) (mine, held *Attempt, err error) {
	again := false
	var part *Part
	most := maxAttempts
	if r.settles {
		most += settleAttempts
	}
	for n := 1; n <= most; n++ {
		a := Attempt{N: n, Step: step, Again: again, part: part, Holder: r.Me.RequestID, Retry: r.Me.Retry, At: r.Now(), Until: r.Me.Deadline}
		was, won, err := r.Journal.PutAttempt(ctx, run, a)
		if err != nil {
			return nil, nil, err
		}
		if won {
			if again {
				r.Log.LogAttrs(ctx, slog.LevelWarn, "taking over a run", slog.String("run", string(run)), slog.Int("attempt", n))
			}
			return &a, nil, nil
		}
		left, err := r.Journal.Part(ctx, run, n)
		switch {
		case err == nil:
			// It has handed on, and says itself what it called.
			part, again = &left, false
			continue
		case CodeOf(err) != Missing:
			return nil, nil, err
		case r.live(was, step):
			return nil, &was, nil
		}
		again = again || was.Step == StepStop || was.Step == stepDoor
	}
	return nil, nil, Errorf(Internal, "The run was begun %d times and never ended. It is not begun again; look at the log of run %s.", maxAttempts, run)
}

// live says whether an attempt's holder may still be at work on what step is
// about to do. A later retry of the same event proves that the earlier one is
// dead, so nobody waits for it; and a person has answered, so whoever made the
// plan is done with it.
func (r *Runner) live(a Attempt, step Step) bool {
	if a.Step == StepPlan && step != StepPlan {
		return false
	}
	if a.Holder == r.Me.RequestID && a.Retry < r.Me.Retry {
		return false
	}
	now := r.Now()
	return now.Before(a.Until) && now.Before(a.At.Add(longestInvocation)) && a.At.Before(now.Add(clocksApart))
}

// What a lease may say at most: whoever wrote another would keep a run from ever
// ending.
const (
	longestInvocation = 24 * time.Hour   // the platform's longest timeout (Function Compute, "Limits of usage")
	clocksApart       = 10 * time.Minute // far more than the clocks of two invocations differ
)

// lastAttempt returns the newest attempt of a run, or nil where none began.
func (r *Runner) lastAttempt(ctx context.Context, run RunID) (*Attempt, error) {
	var last *Attempt
	for n := 1; n <= maxAttempts; n++ {
		a, err := r.Journal.Attempt(ctx, run, n)
		if CodeOf(err) == Missing && err != nil {
			return last, nil
		}
		if err != nil {
			return nil, err
		}
		last = &a
	}
	return last, nil
}

// await waits until the holder of a lease has written the report or its lease
// is over. It returns nil where the run is free to be taken over.
func (r *Runner) await(ctx context.Context, run RunID, held Attempt, step Step) (*Report, error) {
	pause := waitFirst
	for {
		report, err := r.Journal.Report(ctx, run)
		switch {
		case err == nil:
			return &report, nil
		case CodeOf(err) != Missing:
			return nil, err
		case !r.live(held, step):
			return nil, nil
		}
		if _, err := r.Journal.Part(ctx, run, held.N); err == nil {
			return nil, nil // it has handed on
		}
		if err := sleep(ctx, min(pause, max(held.Until.Sub(r.Now()), time.Millisecond))); err != nil {
			return nil, &Error{Code: Busy, Message: "The run is still being worked on.", Cause: errors.Join(errStillWorking, err)}
		}
		pause = min(2*pause, waitMost)
	}
}

// watch waits for the report of a run that another function carries out.
func (r *Runner) watch(patience context.Context, run RunID) (Report, error) {
	for pause := waitFirst; ; pause = min(2*pause, waitMost) {
		report, err := r.Journal.Report(patience, run)
		if err == nil || CodeOf(err) != Missing {
			return report, err
		}
		if err := sleep(patience, pause); err != nil {
			return Report{}, &Error{Code: Busy, Message: "The run is still being worked on.", Cause: errors.Join(errStillWorking, err)}
		}
	}
}
