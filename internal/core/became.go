package core

import (
	"context"
	"time"
)

// Became says what became of a wish whose job died: whether it is as it was to be,
// and in which words. Brake and tags are looked at, and nothing is changed. An
// error means that nobody can say.
func (r *Runner) Became(ctx context.Context, rec RequestRecord) (Done, bool, error) {
	done := Done{Kind: rec.Kind, Until: rec.Until}
	switch rec.Kind {
	case AskFreeze, AskUnfreeze:
		if r.mayBrake(ctx, rec.Caller, "", ActionFreeze, rec.Request.Reason) != nil {
			return done, false, nil // and so it was not done either
		}
		b, err := r.Journal.Brakes(ctx, "")
		done.Freeze = b.Freeze
		if rec.Kind == AskUnfreeze {
			return done, err == nil && b.Freeze == nil, err
		}
		return done, err == nil && b.Freeze != nil && b.Freeze.By == rec.Caller && b.Freeze.Until.Equal(rec.Until), err
	case AskHalt:
		if !rec.Of.Valid() || r.mayBrake(ctx, rec.Caller, rec.Of, ActionHalt, rec.Request.Reason) != nil {
			return done, false, nil
		}
		b, err := r.Journal.Brakes(ctx, rec.Of)
		done.Halt = b.Halt
		return done, err == nil && b.Halt != nil, err
	case AskKeep, AskUnkeep:
		return r.becameKept(ctx, rec, done)
	}
	return done, false, Errorf(Busy, "The records do not say whether %s was done.", rec.Kind)
}

// becameKept says whether every desktop of a keep or unkeep has its tag, or no
// longer has it.
func (r *Runner) becameKept(ctx context.Context, rec RequestRecord, done Done) (Done, bool, error) {
	if r.keepable(rec) != nil {
		return done, false, nil
	}
	ids, code := unique(rec.Request.DesktopId), Kept
	if rec.Kind == AskUnkeep {
		code = Unkept
	}
	p := r.planner(ctx, &rec)
	p.counted(len(ids))
	seen, err := r.lookEverywhere(ctx, r.Rules.regionsOf(rec.Request), ids)
	if err != nil {
		return done, false, err
	}
	for _, id := range ids {
		if len(seen[id]) != 1 || seen[id][0].TagsUnknown {
			return done, false, nil
		}
		d := seen[id][0]
		value, has := d.Tags[TagKeepUntil]
		until, _ := time.Parse(time.RFC3339, value)
		if !p.may(ctx, ActionKeep, &d).Allowed || has == (rec.Kind == AskUnkeep) || has && !until.Equal(rec.Until.Truncate(time.Second)) {
			return done, false, nil
		}
		done.Desktops = append(done.Desktops, Outcome{RegionId: d.RegionId, DesktopId: id, Code: code})
	}
	return done, true, nil
}
