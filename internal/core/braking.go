package core

import (
	"context"
	"log/slog"
	"time"
)

// FreezeMost is how long a freeze may last: long enough for an outage or a
// change window, and short enough that nobody forgets it.
const FreezeMost = 7 * 24 * time.Hour

// Freeze pulls the brake on everything until the time given.
func (r *Runner) Freeze(ctx context.Context, c Caller, until time.Time, reason string) (Freeze, error) {
	if err := r.mayBrake(ctx, c, "", ActionFreeze, reason); err != nil {
		return Freeze{}, err
	}
	now := r.Now()
	if !until.After(now) || until.Sub(now) > FreezeMost {
		return Freeze{}, Errorf(Invalid, "A freeze lasts from now to at most %s. Nothing was done; give another time.", spanWords(FreezeMost))
	}
	// A freeze that nobody can read now may be a longer one. Whoever pulls the brake
	// in such a moment needs it all the same, so it is pulled.
	if b, _ := r.Journal.Brakes(ctx, ""); b.Freeze != nil && b.Freeze.Until.After(until) {
		return Freeze{}, Errorf(Invalid, "Everything is frozen until %s already, by %s%s. Nothing was changed; end that freeze first if it is to be shorter.",
			b.Freeze.Until.In(r.Rules.zone()).Format(time.RFC3339), b.Freeze.By, because(b.Freeze.Reason))
	}
	f := Freeze{At: now, By: c, Reason: reason, Until: until}
	if err := r.Journal.PutFreeze(ctx, f); err != nil {
		return Freeze{}, err
	}
	r.Log.LogAttrs(ctx, slog.LevelWarn, "frozen", slog.String("caller", c.String()), slog.Time("until", until), slog.String("reason", reason))
	return f, nil
}

// Unfreeze lets the brake on everything go, and returns the freeze that held, or
// nil.
func (r *Runner) Unfreeze(ctx context.Context, c Caller, reason string) (*Freeze, error) {
	if err := r.mayBrake(ctx, c, "", ActionFreeze, reason); err != nil {
		return nil, err
	}
	// What held is only for the answer: a record that nobody can read must be
	// removable all the same.
	was, _ := r.Journal.Brakes(ctx, "")
	if err := r.Journal.RemoveFreeze(ctx); err != nil {
		return nil, err
	}
	r.Log.LogAttrs(ctx, slog.LevelWarn, "no longer frozen", slog.String("caller", c.String()), slog.String("reason", reason))
	return was.Freeze, nil
}

// unfreezeOlder is Unfreeze for a job, which may be late or come twice: a freeze
// that somebody made after the wish was uttered stays.
func (r *Runner) unfreezeOlder(ctx context.Context, c Caller, reason string, asked time.Time) (*Freeze, error) {
	b, err := r.Journal.Brakes(ctx, "")
	if err != nil && CodeOf(err) == Busy {
		return nil, &Error{Code: Busy, Message: "Nobody could read whether somebody froze everything after you asked, so nothing was unfrozen. Try again in a minute.", Retry: 30 * time.Second, Cause: err}
	}
	if b.Freeze != nil && b.Freeze.At.After(asked) {
		return nil, Errorf(Invalid, "Somebody froze everything after you asked: %s, until %s%s. That freeze holds; ask again to end it.",
			b.Freeze.By, b.Freeze.Until.In(r.Rules.zone()).Format(time.RFC3339), because(b.Freeze.Reason))
	}
	return r.Unfreeze(ctx, c, reason)
}

// Halt pulls the brake on one run, which ends before its next wave. It returns
// the halt that counts: the first. A run that has ended otherwise cannot be halted
// (TooLate): who is told that it is halted believes that something was held back.
func (r *Runner) Halt(ctx context.Context, c Caller, run RunID, reason string) (Halt, error) {
	if err := r.mayBrake(ctx, c, run, ActionHalt, reason); err != nil {
		return Halt{}, err
	}
	if !run.Valid() {
		return Halt{}, Errorf(Missing, "There is no such run. A run's id is its door (webhook, timer, slack, terminal), a dash, and 26 letters and digits.")
	}
	if _, err := r.recorded(ctx, run); err != nil {
		if CodeOf(err) == Missing {
			return Halt{}, Errorf(Missing, "There is no run %s. Records are kept for 90 days.", run)
		}
		return Halt{}, err
	}
	// A job or a sender that comes twice is told the same, also where the report of
	// a run that was begun twice does not name the halt as its end.
	if b, _ := r.Journal.Brakes(ctx, run); b.Halt != nil && b.Halt.By == c && b.Halt.Reason == reason {
		return *b.Halt, nil
	}
	switch report, err := r.Journal.Report(ctx, run); {
	case err == nil && report.Ending != EndedHalted:
		return Halt{}, Errorf(TooLate, "Run %s ended at %s, so nothing of it was left to halt and nothing was done. Its report says what became of each desktop; a freeze holds later runs back.",
			run, report.Finished.In(r.Rules.zone()).Format(time.RFC3339))
	case err != nil && CodeOf(err) == Busy:
		return Halt{}, err
	}
	h, err := r.Journal.PutHalt(ctx, Halt{Run: run, At: r.Now(), By: c, Reason: reason})
	if err != nil {
		return Halt{}, err
	}
	r.Log.LogAttrs(ctx, slog.LevelWarn, "halted", slog.String("run", string(run)), slog.String("caller", h.By.String()), slog.String("reason", h.Reason))
	return h, nil
}

// Frozen returns the freeze that holds now, or nil, for somebody who may see it.
func (r *Runner) Frozen(ctx context.Context, c Caller) (*Freeze, error) {
	if err := r.mayBrake(ctx, c, "", ActionRead, ""); err != nil {
		return nil, err
	}
	b, err := r.Journal.Brakes(ctx, "")
	return b.Freeze, err
}

// mayBrake asks the policy about an action on everything or on a run.
func (r *Runner) mayBrake(ctx context.Context, c Caller, run RunID, a Action, reason string) error {
	rec := RequestRecord{Run: run, Caller: c, Request: Request{Reason: reason}}
	if !plainText(reason) || len(reason) > 500 {
		return Errorf(Invalid, "The reason must be one line of at most 500 letters.")
	}
	if !r.permitted(ctx, &rec, a) {
		return r.mayNot(c, a)
	}
	return nil
}
