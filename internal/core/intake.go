package core

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"
)

// Delivery is one request as it came through a door.
type Delivery struct {
	Caller  Caller
	ID      string // the sender's own id of the delivery; the same again on a retry
	Request Request
	// Due and Since are a timer's scheduled instant and the one before.
	Due, Since time.Time
	// CostCentre is whom the sender's deployment charges, for the audit line.
	CostCentre string
	// Wait is how long the sender is willing to wait for the run's end before
	// the answer; 0 is not at all. Whoever carries the run out finishes it, so
	// it bounds only the waiting for somebody else.
	Wait time.Duration
}

// Submit takes a delivery in: it validates, asks the policy, records and hands
// on, or carries out at once what cannot wait. Doing it twice does it once.
func (r *Runner) Submit(ctx context.Context, d Delivery) (Answer, error) {
	rec, claimed, err := r.claim(ctx, d)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Run: rec.Run, First: rec.At, Repeated: !claimed, State: Queued}
	if !claimed {
		return r.repeat(ctx, d, rec, a)
	}
	r.Log.LogAttrs(ctx, slog.LevelInfo, "request recorded", slog.String("run", string(rec.Run)), slog.String("caller", rec.Caller.String()),
		slog.Int("desktops", len(unique(rec.Request.DesktopId))), slog.Bool("selects", rec.Request.Selects()), slog.Bool("dry_run", rec.Request.DryRun))
	switch {
	case rec.AtOnce:
		return r.carryNow(ctx, d, a, &d.Request)
	case d.Wait > 0:
		return r.queueAndCarry(ctx, d, a)
	case r.Elsewhere:
		return a, r.Queue.Enqueue(ctx, a.Run, StepStop)
	}
	return r.glance(ctx, rec, a)
}

// errNoTokensHere refuses end users' tokens at a door that only takes requests in:
// they are recorded nowhere, so that nobody else could use them.
var errNoTokensHere = &Error{Code: Invalid, Message: "The request carries an end user's credentials, and this function only takes requests in: its role lacks ecd:DescribeDesktops and ecd:StopDesktops. Nothing was done; send such requests to a deployment of one function."}

// claim checks a delivery and writes its request record. It returns the record
// that was there first where the delivery was seen before.
func (r *Runner) claim(ctx context.Context, d Delivery) (RequestRecord, bool, error) {
	if err := r.Rules.Validate(d.Caller.Door, d.Request); err != nil {
		return RequestRecord{}, false, err
	}
	if r.Elsewhere && d.Request.CarriesTokens() {
		return RequestRecord{}, false, errNoTokensHere
	}
	ids := r.Keys.RunIDs(d.Caller.Door, d.Caller.Name, d.ID)
	asked := RequestRecord{Run: ids[0], Caller: d.Caller, Request: d.Request}
	if err := r.maySubmit(ctx, asked); err != nil {
		return RequestRecord{}, false, err
	}
	said, err := json.Marshal(d.Request.WithoutTokens())
	if err != nil {
		return RequestRecord{}, false, &Error{Code: Internal, Message: "The request could not be recorded.", Cause: err}
	}
	if shut := r.doorOpen(ctx, &asked); shut != nil {
		if known, err := r.known(ctx, ids); err != nil || !known {
			return RequestRecord{}, false, cmp.Or(err, shut)
		}
	}
	rec := RequestRecord{Run: ids[0], At: r.Now(), Caller: d.Caller, Request: d.Request.WithoutTokens(),
		Fingerprint: r.Keys.Fingerprint(said), AtOnce: d.Request.CarriesTokens(), Due: d.Due, Since: d.Since, CostCentre: d.CostCentre}
	was, claimed, err := r.claimUnderAnyKey(ctx, rec, ids[1:])
	if err != nil || claimed {
		return rec, claimed, err
	}
	if !r.Keys.SameFingerprint(said, was.Fingerprint) {
		return was, false, Errorf(Mismatch, "This delivery id was used before, at %s, for another request. Nothing was done; use a new id for a new request.", was.At.UTC().Format(time.RFC3339))
	}
	return was, false, nil
}

// known says whether a delivery was recorded before. It may learn how its run
// ended even while everything is frozen. Where nobody can say, it has to come
// again: its run may have begun, and must not be taken for refused.
func (r *Runner) known(ctx context.Context, ids []RunID) (bool, error) {
	for _, id := range ids {
		switch _, err := r.Journal.Request(ctx, id); {
		case err == nil:
			return true, nil
		case CodeOf(err) != Missing:
			return false, err
		}
	}
	return false, nil
}

// doorOpen asks for the freeze at the door, so that whoever knocks learns of it
// at once.
func (r *Runner) doorOpen(ctx context.Context, rec *RequestRecord) error {
	b, err := r.Journal.Brakes(ctx, "")
	no := r.braked(rec, b, err)
	switch {
	case no == nil:
		return nil
	case no.ending == EndedBlind:
		return &Error{Code: Busy, Message: sentenceOf(no.why) + " Nothing was done; send the request again later.", Retry: 30 * time.Second, Cause: err}
	}
	return Errorf(Frozen, "%s Nothing was done; send a new request when it is over. Whoever may freeze can end it sooner.", sentenceOf(no.why))
}

// claimUnderAnyKey claims the run, unless the delivery was claimed under an
// older key before the state key was rotated.
func (r *Runner) claimUnderAnyKey(ctx context.Context, rec RequestRecord, older []RunID) (RequestRecord, bool, error) {
	for _, id := range older {
		was, err := r.Journal.Request(ctx, id)
		if err == nil {
			return was, false, nil
		}
		if CodeOf(err) != Missing {
			return RequestRecord{}, false, err
		}
	}
	return r.Journal.Claim(ctx, rec)
}

// repeat answers a delivery that was seen before. It begins the run again only
// where nobody has begun it, or where whoever did is dead.
func (r *Runner) repeat(ctx context.Context, d Delivery, rec RequestRecord, a Answer) (Answer, error) {
	if err := r.progress(ctx, &a); err != nil || a.State == Finished {
		return a, err
	}
	dead := a.State == Queued || a.State == Interrupted || a.atDoor
	switch {
	case rec.AtOnce && (dead || d.Wait > 0):
		return r.carryNow(ctx, d, a, &d.Request)
	case rec.AtOnce:
		return a, errSendAgain
	case d.Wait > 0 && dead:
		return r.queueAndCarry(ctx, d, a)
	case d.Wait > 0:
		return r.carryNow(ctx, d, a, nil)
	case dead:
		a.State = Queued
		return a, r.Queue.Enqueue(ctx, rec.Run, StepStop)
	}
	return a, nil
}

// queueAndCarry queues the run first, so that it is carried out even if this
// invocation dies, and then carries it out. The job finds the report, or waits
// for the lease.
func (r *Runner) queueAndCarry(ctx context.Context, d Delivery, a Answer) (Answer, error) {
	if r.Queue == nil {
		return r.carryNow(ctx, d, a, nil) // as at a terminal: nobody else could go on
	}
	if err := r.Queue.Enqueue(ctx, a.Run, StepStop); err != nil {
		return a, err
	}
	done, err := r.carryNow(ctx, d, a, nil)
	if err != nil {
		// The job is queued and tries again; the sender need not.
		r.Log.LogAttrs(ctx, slog.LevelWarn, "left to the queued job", slog.String("run", string(a.Run)), slog.String("error", err.Error()))
		a.State = Working
		return a, nil
	}
	return done, nil
}

// errSendAgain answers a repeat of a request with end users' tokens while an
// invocation works on it. If that one dies nobody else can go on, so the sender
// must not take a success for an answer.
var errSendAgain = &Error{Code: Busy, Message: "The request is being carried out. Send it again with the same id to learn how it ends.", Retry: 10 * time.Second}

// carryNow carries the run out in this invocation. Where somebody else does, it
// waits as long as the sender is willing to.
func (r *Runner) carryNow(ctx context.Context, d Delivery, a Answer, tokens *Request) (Answer, error) {
	patience, cancel := context.WithTimeout(ctx, d.Wait)
	defer cancel()
	carry := func() (Report, error) { return r.carry(ctx, patience, a.Run, tokens) }
	if r.Elsewhere && tokens == nil {
		carry = func() (Report, error) { return r.watch(patience, a.Run) }
	}
	report, err := carry()
	if errors.Is(err, errStillWorking) {
		if tokens != nil {
			return a, errSendAgain
		}
		a.State = Working
		return a, nil
	}
	if err != nil {
		return a, err
	}
	a.State, a.Report = Finished, &report
	return a, nil
}
