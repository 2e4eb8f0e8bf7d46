package main

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/message"
	"stopdesktops/internal/slackbot/post"
)

// slackPosts is how messages reach Slack.
type slackPosts struct {
	poster    *post.Poster
	bot       *post.Bot // nil without a bot token
	inChannel bool
}

// teller tells one Slack run's story to whoever asked.
type teller struct {
	*slackPosts
	d      *deployment
	runner *core.Runner
	log    *slog.Logger
	retry  bool // an earlier try of this event may have posted already

	rec     core.RequestRecord
	confirm core.Confirm // empty where nobody has answered
	posted  time.Time    // when progress was posted last
}

// commandName is what people type, as the app's manifest has it.
const commandName = "/stop-desktop"

// progressEvery is the least pause between two edits of the message: an edit
// is one of five uses of the URL.
const progressEvery = 20 * time.Second

// slackJob carries on a run that came from Slack.
func (d *deployment) slackJob(ctx context.Context, j fc.Job, inv fc.Invocation, log *slog.Logger) (any, error) {
	r := d.runner(inv, log)
	rec, err := r.Journal.Request(ctx, j.Run)
	if err != nil {
		return d.jobFailed(ctx, log, j.Run, err)
	}
	if !rec.Kind.Has(j.Step) {
		// Nothing is said and nothing marked: the job that belongs to the run may be
		// on its way.
		raise(ctx, log, alarmJobMalformed, "A job names a step that its run does not have. Nothing was done; find out who invokes this function.",
			slog.String("run", string(j.Run)), slog.String("step", string(j.Step)), slog.String("kind", string(rec.Kind)))
		return nothing, nil
	}
	t := &teller{slackPosts: d.slack, d: d, runner: r, log: log, retry: inv.Retry > 0, rec: rec}
	switch j.Step {
	case core.StepPlan:
		err = t.plan(ctx)
	case core.StepStop:
		err = t.stop(ctx)
	case core.StepShow:
		err = t.show(ctx)
	case core.StepDo:
		err = t.do(ctx)
	}
	if core.HandedOn(err) {
		return done{RunId: j.Run, HandedOn: true}, nil
	}
	if err != nil {
		return d.jobFailed(ctx, log, j.Run, err)
	}
	return done{RunId: j.Run}, nil
}

// plan makes the plan and shows it, or tells the end where there is nothing to
// ask.
func (t *teller) plan(ctx context.Context) error {
	p, err := t.runner.Prepare(ctx, t.rec.Run)
	switch {
	case err != nil:
		return err
	case p.Asked:
		return nil
	case p.Report != nil:
		return t.end(ctx, *p.Report)
	}
	expires := p.Plan.At.Add(button.Life)
	user := userOf(t.rec.Caller)
	value := button.PlanValue{Run: t.rec.Run, Digest: p.Plan.Digest, User: user, Home: homeOf(t.rec.Caller), Channel: t.rec.Caller.Place, Expires: expires}
	m := message.Plan(message.PlanView{Plan: *p.Plan, Request: t.rec.Request, User: user, Value: value.Encode(t.d.slackDoor), Expires: expires, Changed: t.rec.Of != "", Estimate: t.runner.Estimated(*p.Plan)})
	if !t.post(ctx, m, true) {
		raise(ctx, t.log, alarmNotTold, "A plan could not be shown to whoever asked, so nothing is stopped. They see no message and may ask again.")
	}
	_, err = t.runner.Journal.Mark(ctx, t.rec.Run, core.MarkAsked)
	return err
}

// stop acts on the answer and edits the one message as it goes.
func (t *teller) stop(ctx context.Context) error {
	c, err := t.runner.Journal.Confirm(ctx, t.rec.Run)
	if err != nil && core.CodeOf(err) == core.Missing {
		// A stop that was begun unasked has none, and may have been handed on.
		if unasked, failed := t.runner.BegunUnasked(ctx, t.rec); failed != nil || !unasked {
			return cmp.Or(failed, err)
		}
	} else if err != nil {
		return err
	}
	t.confirm = c
	if !t.retry && c.Stop {
		t.runner.Progress = t.progress
	}
	report, err := t.runner.Carry(ctx, t.rec.Run, nil)
	if err != nil {
		return err
	}
	if !t.runner.Held {
		t.leaveTheEnd(ctx)
	}
	return t.end(ctx, report)
}

// How long a duplicate of a job leaves the final word to whoever carried the run
// out, and how often it looks.
const (
	leaveTheEndFor = 10 * time.Second
	lookForTheEnd  = 500 * time.Millisecond
)

// leaveTheEnd waits until the end has been told by whoever carried the run out.
// Where he died before he could, the caller tells it.
func (t *teller) leaveTheEnd(ctx context.Context) {
	awaitMark(ctx, t.runner, t.rec.Run, core.MarkTold)
}

// awaitMark waits for a while until a run is marked, and says whether it is.
func awaitMark(ctx context.Context, r *core.Runner, run core.RunID, mark core.Mark) bool {
	ctx, cancel := context.WithTimeout(ctx, leaveTheEndFor)
	defer cancel()
	for {
		marked, err := r.Journal.Marked(ctx, run, mark)
		if marked || err != nil {
			return marked
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(lookForTheEnd):
		}
	}
}

// end tells the end of a run, once.
func (t *teller) end(ctx context.Context, r core.Report) error {
	told, err := t.runner.Journal.Marked(ctx, t.rec.Run, core.MarkTold)
	if err != nil || told {
		return err
	}
	m := message.Report(r)
	switch r.Ending {
	case core.EndedCancelled:
		m = message.Cancelled(r.Run, userOf(t.rec.Caller))
	case core.EndedExpired:
		m = message.Expired(r.Run, commandName, t.rec.Request)
	}
	if t.confirm.Run != "" {
		m = m.Replacing()
	}
	return t.last(ctx, m)
}

// last posts the final word and marks the run as told. What cannot be posted
// is logged whole, and never tried again.
func (t *teller) last(ctx context.Context, m message.Message) error {
	if !t.post(ctx, m, true) {
		raise(ctx, t.log, alarmNotTold, "The end of a run could not be told to whoever asked.", slog.String("message", m.Text))
	}
	if t.inChannel && t.confirm.Run != "" {
		t.post(ctx, m.InChannel(), false)
	}
	_, err := t.runner.Journal.Mark(ctx, t.rec.Run, core.MarkTold)
	return err
}

// progress edits the message while desktops stop: as soon as this invocation
// holds the run's lease, and then now and then. Nobody else may, because a
// duplicate that comes late would write over the end.
func (t *teller) progress(ctx context.Context, p core.Progress) {
	if now := t.d.now(); now.Sub(t.posted) >= progressEvery {
		t.posted = now
		t.post(ctx, message.Progress(t.rec.Run, p.Stopped, p.Stops).WithHalt(t.haltButton()).Replacing(), false)
	}
}

// haltButton is the value of the Halt button under the running message. It works
// for as long as the message can still be edited.
func (t *teller) haltButton() string {
	v := button.HaltValue{Run: t.rec.Run, User: userOf(t.rec.Caller), Home: homeOf(t.rec.Caller), Channel: t.rec.Caller.Place, Expires: t.d.now().Add(haltLife)}
	return v.Encode(t.d.slackDoor)
}

// haltLife is as long as Slack lets a message be edited by its response URL.
const haltLife = 30 * time.Minute

// post posts one message to the newest response URL. Each use is marked in the
// run's records before it is made. A message that matters may take every use
// that is left, and then goes by bot token.
func (t *teller) post(ctx context.Context, m message.Message, matters bool) bool {
	url, opened, use := t.rec.Confidential["response_url"], t.rec.At, post.UseOfCommand
	if t.confirm.Run != "" {
		url, opened, use = t.confirm.Confidential["response_url"], t.confirm.At, post.UseOfClick
	}
	budget := post.Budget{Opened: opened}
	for n := 1; n <= post.MaxUses; n++ {
		budget.Spent = n - 1
		left := budget.Progress(t.d.now())
		if matters {
			left = min(1, budget.Final(t.d.now()))
		}
		if left == 0 {
			break
		}
		mine, err := t.runner.Journal.Mark(ctx, t.rec.Run, use(n))
		if err != nil {
			t.log.Warn("a use of the response URL could not be counted", "error", err.Error())
			break
		}
		if !mine {
			continue // somebody made, or may have made, this use
		}
		r := t.poster.Post(ctx, core.Secret(url), m, left)
		if r.Posted {
			return true
		}
		t.log.Warn("not posted to Slack", "reason", r.Reason, "again", r.Retry && matters)
		if !r.Retry || !matters {
			break
		}
	}
	if matters && t.bot != nil {
		r := t.bot.Post(ctx, userOf(t.rec.Caller), m)
		if !r.Posted {
			t.log.Warn("not posted by bot token", "reason", r.Reason)
		}
		return r.Posted
	}
	return false
}

// jobFailed says what cannot get better and lets the platform retry the rest.
func (d *deployment) jobFailed(ctx context.Context, log *slog.Logger, run core.RunID, err error) (any, error) {
	if final(err) {
		raise(ctx, log, alarmJobUnknown, "A job names a run that cannot be carried out. Nothing was done.", slog.String("run", string(run)), slog.String("error", err.Error()))
		return nothing, nil
	}
	return nil, err
}
