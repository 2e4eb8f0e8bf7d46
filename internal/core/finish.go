package core

import (
	"context"
	"log/slog"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
)

// refuse ends a run that may not go on: every desktop that it would have stopped
// gets the outcome given. Where an earlier attempt may have called desktops, they
// get what a look proves instead: nobody may be told that nothing was stopped
// when something was.
func (r *Runner) refuse(ctx context.Context, rec RequestRecord, report Report, mine Attempt, note string, code Code, detail string) (Report, error) {
	report.Note = sentenceOf(note)
	if !strings.Contains(note, "othing was ") {
		report.Note += " Nothing was stopped."
	}
	plan, err := r.Journal.Plan(ctx, rec.Run)
	switch {
	case err != nil && CodeOf(err) == Missing: // and so no call was ever made
		return r.finish(ctx, rec, report, allOf(rec, code, detail))
	case err != nil:
		return Report{}, err
	}
	report.Digest = plan.Digest
	if !mine.Again && mine.part == nil {
		return r.finish(ctx, rec, report, untried(plan, code, detail))
	}
	report.Ending = ""
	report.Note = sentenceOf(note) + " An earlier attempt of this run had begun; this report says what could be seen afterwards."
	return r.finish(ctx, rec, report, r.witness(ctx, rec, plan, mine, mine.Again))
}

// inPlanOrder returns one outcome for every entry, in the plan's order.
func inPlanOrder(p Plan, outcomes map[string]Outcome) []Outcome {
	out := make([]Outcome, 0, len(p.Entries))
	for _, e := range p.Entries {
		o, ok := outcomes[e.DesktopId]
		switch {
		case ok:
		case e.Stop:
			o = Outcome{Code: Unknown, Detail: "the run lost track of it"}
		default:
			o = Outcome{Code: e.Code, Detail: e.Detail}
		}
		o.RegionId, o.DesktopId, o.DesktopName = e.RegionId, e.DesktopId, e.DesktopName
		out = append(out, o)
	}
	return out
}

// untried gives every desktop that the plan would stop the outcome given, and
// leaves the others what the plan says.
func untried(p Plan, code Code, why string) []Outcome {
	outcomes := map[string]Outcome{}
	for _, e := range p.stops() {
		outcomes[e.DesktopId] = Outcome{Code: code, Detail: why}
	}
	return inPlanOrder(p, outcomes)
}

// allOf gives every desktop that a request names the same outcome.
func allOf(rec RequestRecord, code Code, detail string) []Outcome {
	var out []Outcome
	for _, id := range unique(rec.Request.DesktopId) {
		out = append(out, Outcome{RegionId: rec.Request.RegionId, DesktopId: id, Code: code, Detail: detail})
	}
	return out
}

// sentenceOf makes a sentence of words that may stand within one.
func sentenceOf(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// loggedMost is how many desktops of one run get a log line of their own. The
// report has them all; beyond this the log would only repeat it.
const loggedMost = 200

// logOutcomes says of every desktop that is not as wanted which one it is and
// why, so that the log alone answers why a desktop was not stopped.
func (r *Runner) logOutcomes(ctx context.Context, report Report) {
	n := 0
	for _, o := range report.Outcomes {
		if o.Code.Kind() == KindDone {
			continue
		}
		if n++; n > loggedMost {
			return
		}
		r.Log.LogAttrs(ctx, slog.LevelInfo, "desktop not stopped", slog.String("run", string(report.Run)), slog.String("region", o.RegionId),
			slog.String("desktop", o.DesktopId), slog.String("code", string(o.Code)), slog.String("detail", o.Detail))
	}
}

// wroteBy says whether an invocation wrote a report: its lease is the report's.
func (r *Runner) wroteBy(ctx context.Context, report Report, invocation string) (bool, error) {
	a, err := r.Journal.Attempt(ctx, report.Run, report.Attempt)
	if err != nil && CodeOf(err) == Missing {
		return false, nil
	}
	return err == nil && a.Holder == invocation, err
}

// finish writes the report. The first report of a run is the one that counts.
func (r *Runner) finish(ctx context.Context, rec RequestRecord, report Report, outcomes []Outcome) (Report, error) {
	report.Outcomes = outcomes
	report.Finished = r.Now()
	report.count()
	written, err := r.Journal.PutReport(ctx, report)
	if err != nil {
		return Report{}, err
	}
	r.Held = written.Attempt == report.Attempt
	if !r.Held || !maps.Equal(written.Counts, report.Counts) {
		// The first report counts; what was done here must not be missing from the
		// audit all the same.
		r.Log.LogAttrs(ctx, slog.LevelError, "another report of this run was there first", slog.String("run", string(report.Run)), slog.Int("attempt", report.Attempt),
			slog.Any("counts", report.Counts), slog.Any("its_counts", written.Counts))
		r.auditReport(ctx, rec, report)
	}
	written.costCentres = report.costCentres
	r.auditReport(ctx, rec, written)
	r.logOutcomes(ctx, written)
	r.Log.LogAttrs(ctx, slog.LevelInfo, "run finished", slog.String("run", string(written.Run)), slog.String("caller", written.Caller.String()),
		slog.String("plan", written.Digest), slog.Bool("dry_run", written.DryRun), slog.Int("of", len(written.Outcomes)), slog.Any("counts", written.Counts))
	return written, nil
}
