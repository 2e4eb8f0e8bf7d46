package core

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// Done is how a wish other than a stop ended: what was done to which desktops,
// and what was not and why.
type Done struct {
	Kind     Wish
	Until    time.Time
	Desktops []Outcome // Code is Kept or Unkept where it was done
	Note     string
	Freeze   *Freeze // that holds now, or that was ended
	Halt     *Halt
}

// KeepMost is how many desktops one keep may name: a person's own, and a few for
// a colleague.
const KeepMost = 20

// Do carries out a recorded wish other than a stop: keep, unkeep, freeze,
// unfreeze, halt. Doing it twice is doing it once. An error that is not final
// means that the same call may be made again.
func (r *Runner) Do(ctx context.Context, run RunID) (Done, error) {
	rec, err := r.Journal.Request(ctx, run)
	if err != nil {
		return Done{}, err
	}
	switch rec.Kind {
	case AskKeep, AskUnkeep:
		return r.keep(ctx, rec)
	case AskKeepMine:
		return r.keepMine(ctx, rec)
	case AskFreeze:
		f, err := r.Freeze(ctx, rec.Caller, rec.Until, rec.Request.Reason)
		return Done{Kind: rec.Kind, Until: rec.Until, Freeze: &f}, err
	case AskUnfreeze:
		was, err := r.unfreezeOlder(ctx, rec.Caller, rec.Request.Reason, rec.At)
		return Done{Kind: rec.Kind, Freeze: was}, err
	case AskHalt:
		halt, err := r.Halt(ctx, rec.Caller, rec.Of, rec.Request.Reason)
		return Done{Kind: rec.Kind, Halt: &halt}, err
	}
	return Done{}, Errorf(Invalid, "The run asks for nothing that can be done.")
}

// keep sets or removes the tag on each desktop of the request.
func (r *Runner) keep(ctx context.Context, rec RequestRecord) (Done, error) {
	if err := r.keepable(rec); err != nil {
		return Done{}, err
	}
	ids := unique(rec.Request.DesktopId)
	seen, err := r.lookEverywhere(ctx, r.Rules.regionsOf(rec.Request), ids)
	if err != nil {
		return Done{}, &Error{Code: Busy, Message: "The cloud could not be asked: " + cloudError(err).Error(), Cause: err}
	}
	done := Done{Kind: rec.Kind, Until: rec.Until}
	for _, id := range ids {
		o, err := r.keepOne(ctx, rec, id, seen[id])
		if err != nil {
			return Done{}, err
		}
		done.Desktops = append(done.Desktops, o)
	}
	return done, nil
}

// keepable checks what a keep asks for before anything is changed.
func (r *Runner) keepable(rec RequestRecord) error {
	q := rec.Request
	if n := len(unique(q.DesktopId)); n == 0 || n > KeepMost {
		return Errorf(Invalid, "Name 1 to %d desktops to keep awake.", KeepMost)
	}
	fields := fieldErrors(q)
	if fields = append(fields, r.Rules.regionErrors(q)...); len(fields) > 0 {
		return &Error{Code: Invalid, Message: "The request is not valid, so nothing was done.", Fields: fields}
	}
	if rec.Kind == AskUnkeep {
		return nil
	}
	return r.keepUntil(rec)
}

// keepUntil checks how far ahead a desktop is to be kept awake.
func (r *Runner) keepUntil(rec RequestRecord) error {
	most, until, asked := r.Rules.maxKeep(), rec.Until, rec.At
	if now := r.Now(); now.Before(asked) {
		asked = now // a record that is dated ahead reaches no further
	}
	switch {
	case !until.After(asked):
		return Errorf(Invalid, "%s has passed, so nothing was done. Give a time that is still to come.", until.In(r.Rules.zone()).Format(time.RFC3339))
	case until.Sub(asked) > most:
		return Errorf(Invalid, "%s is further off than the %s that a desktop may be kept awake at most, so nothing was done. Give an earlier time.", until.In(r.Rules.zone()).Format(time.RFC3339), spanWords(most))
	}
	return nil
}

// keepOne sets or removes the tag on one desktop that was found in any number of
// regions.
func (r *Runner) keepOne(ctx context.Context, rec RequestRecord, id string, found []Desktop) (Outcome, error) {
	o := Outcome{RegionId: rec.Request.RegionId, DesktopId: id}
	d := Desktop{RegionId: rec.Request.RegionId, DesktopId: id}
	if len(found) > 0 {
		d = found[0]
	}
	p := r.planner(ctx, &rec)
	p.counted(len(unique(rec.Request.DesktopId)))
	may := p.may(ctx, ActionKeep, &d).Allowed
	r.audit(ctx, audited{Decision: decidedTag, Caller: rec.Caller, Run: rec.Run, Action: ActionKeep, Allowed: may, Policies: p.decided(), Count: 1, Desktop: id, Reason: rec.Request.Reason})
	switch {
	case !may:
		o.Code, o.Detail = NotPermitted, "the policy does not permit this caller action keep on it"
		return o, nil
	case len(found) == 0:
		o.Code = NotFound
		return o, nil
	case len(found) > 1:
		o.Code = Ambiguous
		return o, nil
	}
	o.RegionId, o.DesktopName = d.RegionId, d.DesktopName
	if rec.Kind == AskUnkeep {
		return r.unkeepOne(ctx, rec, d, o)
	}
	err := r.Tagger.SetTag(ctx, d.RegionId, id, Tag{Key: TagKeepUntil, Value: rec.Until.In(r.Rules.zone()).Format(time.RFC3339)})
	return r.tagged(ctx, rec, o, Kept, "until "+rec.Until.In(r.Rules.zone()).Format(time.RFC3339), err)
}

// unkeepOne removes the tag that keep sets. The tag without an end is somebody
// else's decision, and is only named.
func (r *Runner) unkeepOne(ctx context.Context, rec RequestRecord, d Desktop, o Outcome) (Outcome, error) {
	err := r.Tagger.RemoveTag(ctx, d.RegionId, d.DesktopId, TagKeepUntil)
	detail := ""
	if _, has := d.Tags[TagKeep]; has {
		detail = fmt.Sprintf("its tag %s still keeps it awake; that one is removed in the console", TagKeep)
	}
	return r.tagged(ctx, rec, o, Unkept, detail, err)
}

// tagged is the outcome of a change of tags.
func (r *Runner) tagged(ctx context.Context, rec RequestRecord, o Outcome, code Code, detail string, err error) (Outcome, error) {
	if err == nil {
		o.Code, o.Detail = code, detail
		r.Log.LogAttrs(ctx, slog.LevelInfo, "tag changed", slog.String("run", string(rec.Run)), slog.String("caller", rec.Caller.String()),
			slog.String("region", o.RegionId), slog.String("desktop", o.DesktopId), slog.String("kind", string(rec.Kind)), slog.String("detail", detail))
		return o, nil
	}
	failed := cloudError(err)
	switch failed.Class {
	case CloudThrottled, CloudDown:
		return o, &Error{Code: Busy, Message: "The cloud did not take the tag of " + o.DesktopId + ": " + failed.Error(), Cause: err}
	}
	o.Code, o.Detail = CloudRefused, failed.Error()
	return o, nil
}

// keepMine keeps awake what the caller owns of the desktops that a timer's next
// run would stop.
func (r *Runner) keepMine(ctx context.Context, rec RequestRecord) (Done, error) {
	who := r.who(ctx, rec.Caller)
	if who.EndUser == "" {
		return Done{}, Errorf(Forbidden, "Nobody knows which desktops are yours: this deployment does not map your Slack account to an end user. Name them instead: keep ecd-... until 23:00.")
	}
	if rec.Until.IsZero() {
		rec.Until = r.Rules.morningAfter(rec.Due)
	}
	if err := r.keepUntil(rec); err != nil {
		return Done{}, err
	}
	if r.TimerRequest != nil {
		q, known := r.TimerRequest(rec.For)
		if !known {
			return Done{}, Errorf(Missing, "There is no timer %s any more, so there is nothing to keep.", rec.For)
		}
		rec.Request = q
	}
	mine := rec.Request
	var found []Desktop
	for _, region := range r.Rules.regionsOf(mine) {
		err := r.Fleet.List(ctx, region, Narrow{EndUserId: who.EndUser}, func(page []Desktop) {
			for _, d := range page {
				if shares([]string{who.EndUser}, d.EndUserIds) {
					found = append(found, d)
				}
			}
		})
		if err != nil {
			return Done{}, &Error{Code: Busy, Message: "The cloud could not be asked: " + cloudError(err).Error(), Cause: err}
		}
	}
	terms := r.Rules.termsOf(&rec)
	done := Done{Kind: rec.Kind, Until: rec.Until}
	asKeep := rec
	asKeep.Kind = AskKeep
	for _, d := range found {
		if d.Status != StatusRunning || !terms.pick.every(&d) || len(done.Desktops) == CeilingSlack {
			continue
		}
		// A timer that names its desktops reaches no others.
		if !mine.Selects() && !slices.Contains(mine.DesktopId, d.DesktopId) {
			continue
		}
		if until, longer := keptLonger(&d, rec.Until); longer {
			done.Desktops = append(done.Desktops, Outcome{RegionId: d.RegionId, DesktopId: d.DesktopId, DesktopName: d.DesktopName, Code: Kept, Detail: "already until " + until.In(r.Rules.zone()).Format(time.RFC3339)})
			continue
		}
		o, err := r.keepOne(ctx, asKeep, d.DesktopId, []Desktop{d})
		if err != nil {
			return Done{}, err
		}
		done.Desktops = append(done.Desktops, o)
	}
	if len(done.Desktops) == 0 {
		done.Note = "None of your running desktops is among those that the timer reaches, so there is nothing to keep."
	}
	return done, nil
}

// keptLonger says whether a desktop is kept awake until later than that already.
func keptLonger(d *Desktop, than time.Time) (until time.Time, longer bool) {
	until, err := time.Parse(time.RFC3339, d.Tags[TagKeepUntil])
	return until, err == nil && until.After(than)
}

// morningHour is when a desktop that is kept "tonight" may be stopped again.
const morningHour = 8

// morningAfter is the end of the night that an instant belongs to.
func (r Rules) morningAfter(t time.Time) time.Time {
	t = t.In(r.zone())
	morning := time.Date(t.Year(), t.Month(), t.Day(), morningHour, 0, 0, 0, r.zone())
	if !morning.After(t) {
		morning = time.Date(t.Year(), t.Month(), t.Day()+1, morningHour, 0, 0, 0, r.zone())
	}
	return morning
}
