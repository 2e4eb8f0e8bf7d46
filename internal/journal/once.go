package journal

import (
	"context"
	"errors"

	"stopdesktops/internal/core"
)

// certainty is how sure a writer must be that the record is his own.
type certainty bool

const (
	// trustAnswer believes a successful write. It is for records that say the
	// same whoever writes them.
	trustAnswer certainty = false
	// readBack reads the record after a successful write. It is for records
	// that decide who goes on.
	readBack certainty = true
)

// putOnce writes a record. It returns what is stored and whether that is ours.
func putOnce[T any](ctx context.Context, j *Journal, at place[T], body T, sealed string, sure certainty) (envelope[T], bool, error) {
	if !at.valid() {
		return envelope[T]{}, false, core.Errorf(core.Internal, "There is no place for a %s of run %q, number %d.", at.kind.name, at.run, at.n)
	}
	ours := envelope[T]{Version: version, Kind: at.kind.name, Run: at.run, Nonce: j.nonce(), Sealed: sealed, Body: body}
	data, contentType, err := encode(at, ours)
	if err != nil {
		return envelope[T]{}, false, unusable(at.key(), err)
	}
	putErr := j.store.put(ctx, at.key(), data, contentType)
	exists := errors.Is(putErr, errExists)
	switch {
	case putErr == nil && (j.writeOnly || sure == trustAnswer):
		return ours, true, nil
	case exists && j.writeOnly && sure == readBack:
		return envelope[T]{}, false, nil
	case !exists && putErr != nil && (j.writeOnly || core.CodeOf(putErr) != core.Busy):
		return envelope[T]{}, false, putErr
	}
	// Written, or there before, or nobody knows: the record tells.
	theirs, err := get(ctx, j, at)
	switch {
	case err != nil && putErr != nil && !exists:
		return envelope[T]{}, false, putErr
	case err != nil && core.CodeOf(err) == core.Missing:
		return envelope[T]{}, false, vanished(at.key())
	case err != nil:
		return envelope[T]{}, false, err
	}
	won := theirs.Nonce == ours.Nonce
	switch {
	case won && putErr != nil:
		j.log.InfoContext(ctx, "the answer to a write was lost, and the record is ours", "key", at.key())
	case !won && putErr == nil:
		j.log.WarnContext(ctx, "two first writes of one record both succeeded, and the other one stayed", "key", at.key())
	}
	return theirs, won, nil
}

// get reads a record.
func get[T any](ctx context.Context, j *Journal, at place[T]) (envelope[T], error) {
	switch {
	case j.writeOnly:
		return envelope[T]{}, core.Errorf(core.Internal, "The %s of a run cannot be read here: this function may only write records.", at.kind.name)
	case !at.valid():
		// The id is not repeated: it may be anything.
		return envelope[T]{}, core.Errorf(core.Missing, "There is no such %s: the run's id or the number is not one that is ever given.", at.kind.name)
	}
	data, err := j.store.get(ctx, at.key(), at.kind.limit)
	if err != nil {
		return envelope[T]{}, err
	}
	e, err := decode(at, data)
	if err != nil {
		return envelope[T]{}, corrupt(at.key(), err)
	}
	return e, nil
}
