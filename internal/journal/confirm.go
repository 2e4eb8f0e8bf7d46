package journal

import (
	"context"
	"fmt"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// confirmed is the purpose under which an answer's confidential part is sealed.
const confirmed = "confirm"

// PutConfirm writes what a person answered, or returns what was answered first
// and false. A journal that may only write returns nothing instead.
func (j *Journal) PutConfirm(ctx context.Context, c core.Confirm) (core.Confirm, bool, error) {
	c.At = wall(c.At)
	at := confirms.of(c.Run, 0)
	sealed, err := j.conceal(c.Run, confirmed, at.key(), c.Confidential)
	if err != nil {
		return core.Confirm{}, false, err
	}
	stored, won, err := putOnce(ctx, j, at, c, sealed, readBack)
	switch {
	case err != nil:
		return core.Confirm{}, false, err
	case j.writeOnly && won:
		return c, true, nil
	case j.writeOnly:
		return core.Confirm{}, false, nil
	}
	first, err := j.answer(stored)
	return first, won, err
}

// Confirm returns what a person answered, or an Error with code Missing.
func (j *Journal) Confirm(ctx context.Context, run core.RunID) (core.Confirm, error) {
	stored, err := get(ctx, j, confirms.of(run, 0))
	if err != nil {
		return core.Confirm{}, err
	}
	return j.answer(stored)
}

func (j *Journal) answer(e envelope[core.Confirm]) (c core.Confirm, err error) {
	c = e.Body
	c.Confidential, err = j.reveal(c.Run, confirmed, confirms.of(c.Run, 0).key(), e.Sealed)
	return c, err
}

// markName is what a mark may be called; nothing else becomes part of a key.
var markName = pattern.Upto(40, `^[a-z]+(-[a-z0-9]+)*$`)

// markBody is all that a mark holds.
type markBody struct {
	Mark core.Mark `json:"Mark"`
}

// marks is the kind of record of one mark.
func marks(m core.Mark) (kind[markBody], error) {
	if !markName.MatchString(string(m)) {
		return kind[markBody]{}, core.Errorf(core.Internal, "There is no mark %.40q.", m)
	}
	return kind[markBody]{name: "mark-" + string(m), limit: maxAttemptBytes, check: func(b markBody, _ core.RunID, _ int) error {
		if b.Mark != m {
			return fmt.Errorf("it says that it is mark %.40q", b.Mark)
		}
		return nil
	}}, nil
}

// Mark writes a mark and says whether it is new.
func (j *Journal) Mark(ctx context.Context, run core.RunID, m core.Mark) (bool, error) {
	k, err := marks(m)
	if err != nil {
		return false, err
	}
	_, won, err := putOnce(ctx, j, k.of(run, 0), markBody{m}, "", readBack)
	return won, err
}

// Marked says whether a mark is there.
func (j *Journal) Marked(ctx context.Context, run core.RunID, m core.Mark) (bool, error) {
	k, err := marks(m)
	if err != nil {
		return false, err
	}
	_, err = get(ctx, j, k.of(run, 0))
	if err != nil && core.CodeOf(err) == core.Missing {
		return false, nil
	}
	return err == nil, err
}
