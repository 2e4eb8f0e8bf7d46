package core

import (
	"context"
	"log/slog"
	"time"
)

// ReportReserve is kept free at the end of an invocation: for one last look and
// for writing the report, so that no run ends in silence.
const ReportReserve = 5 * time.Second

// LookAtDoor is how long a webhook waits for a first look before it answers.
// Senders give up after 5 to 30 seconds; one second leaves room for the rest.
const LookAtDoor = time.Second

// Runner carries requests out. It is made anew for each invocation, because
// the credentials behind its parts are that invocation's own.
type Runner struct {
	Rules    Rules
	Desktops Desktops
	Fleet    Fleet
	Tagger   Tagger
	People   People // nil where nobody is more than his id
	Journal  Journal
	Permit   Permit
	Keys     Keys
	Queue    Queue // nil where nobody else can go on, as at a terminal: every delivery then has a Wait
	Log      *slog.Logger
	Now      func() time.Time
	Me       Invocation
	// Elsewhere says that the queue belongs to another function. This one is a door
	// then: its role may not reach the desktops, so it records, queues and waits.
	// Requests with end users' tokens, which nobody else could use, it refuses.
	Elsewhere bool
	// SenderMay says why a sender may not ask for this; nil where nobody but the
	// policy is asked. The door has asked it, and a record is no proof of that.
	SenderMay func(sender string, q Request) error
	// TimerRequest is what the deployment's timer of that name asks for; nil
	// where it has none.
	TimerRequest func(timer string) (Request, bool)
	// Held says, after Carry, whether this invocation wrote the run's report, in this
	// try or in an earlier one that died before it could say so. Whoever only finds
	// the report has nothing to say: it may be of long ago.
	Held bool
	// Progress is told how far the stopping is, by whoever holds the run's lease
	// and nobody else; nil is not told.
	Progress func(context.Context, Progress)

	settles bool // it ends a run that died, and stops nothing
	// decided are the decisions that this invocation has audited: a run asks the
	// same thing again before each step, and is audited once.
	decided map[string]bool
}

// Progress is how far a run's stopping is.
type Progress struct {
	Stops   int // desktops that the plan stops
	Stopped int // of those, seen Stopped
}

// Invocation is who works: the platform's request id and which retry it is.
type Invocation struct {
	RequestID string
	Retry     int
	Deadline  time.Time
}

// working returns a context that ends early enough to report. New calls are
// made under it; the last look and the report are made under ctx itself.
func (r *Runner) working(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	left := deadline.Sub(r.Now())
	return context.WithTimeout(ctx, left-min(ReportReserve, left/4))
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
