package journal

import (
	"context"
	"errors"
	"sync"

	"stopdesktops/internal/core"
)

// Brakes reads the freeze of everything and the halt of the run side by side. A
// run id of "" reads the freeze only. A freeze that has lapsed is nil.
//
// An error means that nobody knows whether the other brake is pulled. A brake
// that was read stands beside the error all the same, so that a halt holds
// whatever became of the freeze.
func (j *Journal) Brakes(ctx context.Context, run core.RunID) (core.Brakes, error) {
	var b core.Brakes
	var reads sync.WaitGroup // One read that fails must not end the other.
	var freezeErr, haltErr error
	reads.Go(func() { b.Freeze, freezeErr = pulled(ctx, j, freezes.of("", 0)) })
	if run != "" {
		reads.Go(func() { b.Halt, haltErr = pulled(ctx, j, halts.of(run, 0)) })
	}
	reads.Wait()
	if b.Freeze != nil && !b.Freeze.Until.After(j.now()) {
		b.Freeze = nil
	}
	b.Spoilt = isSpoilt(freezeErr) || isSpoilt(haltErr)
	return b, errors.Join(freezeErr, haltErr)
}

// pulled reads a brake, or returns nil where there is none.
func pulled[T any](ctx context.Context, j *Journal, at place[T]) (*T, error) {
	if !at.valid() {
		return nil, core.Errorf(core.Internal, "There is no place for a %s of run %.60q.", at.kind.name, at.run)
	}
	stored, err := get(ctx, j, at)
	switch {
	case err != nil && core.CodeOf(err) == core.Missing:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &stored.Body, nil
}

// PutHalt writes the halt of a run, or returns what was there first.
func (j *Journal) PutHalt(ctx context.Context, h core.Halt) (core.Halt, error) {
	h.At = wall(h.At)
	stored, _, err := putOnce(ctx, j, halts.of(h.Run, 0), h, "", trustAnswer)
	if err != nil {
		return core.Halt{}, err
	}
	return stored.Body, nil
}

// PutFreeze replaces the freeze of everything: the last writer's stands.
func (j *Journal) PutFreeze(ctx context.Context, f core.Freeze) error {
	f.At, f.Until = wall(f.At), wall(f.Until)
	at := freezes.of("", 0)
	ours := envelope[core.Freeze]{Version: version, Kind: at.kind.name, Nonce: j.nonce(), Body: f}
	data, contentType, err := encode(at, ours)
	if err != nil {
		return unusable(at.key(), err)
	}
	err = j.store.replace(ctx, at.key(), data, contentType)
	if err == nil || j.writeOnly || core.CodeOf(err) != core.Busy {
		return err
	}
	// Nobody knows whether it was written: the record tells.
	if theirs, getErr := get(ctx, j, at); getErr != nil || theirs.Nonce != ours.Nonce {
		return err
	}
	j.log.InfoContext(ctx, "the answer to a write was lost, and the record is ours", "key", at.key())
	return nil
}

// RemoveFreeze ends the freeze. Removing what is not there is success.
func (j *Journal) RemoveFreeze(ctx context.Context) error {
	at := freezes.of("", 0)
	err := j.store.remove(ctx, at.key())
	if err == nil || j.writeOnly || core.CodeOf(err) != core.Busy {
		return err
	}
	// Nobody knows whether it is gone: reading tells.
	if _, getErr := get(ctx, j, at); getErr == nil || core.CodeOf(getErr) != core.Missing {
		return err
	}
	j.log.InfoContext(ctx, "the answer to a removal was lost, and the record is gone", "key", at.key())
	return nil
}
