package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/inbound"
	"stopdesktops/internal/slackbot/message"
)

// quickPost is how long a refusal of a click may take to post.
const quickPost = 800 * time.Millisecond

// interaction takes a click. Of Stop and Cancel it records the answer and queues
// the job that acts on it; Halt and Keep mine are wishes of their own. Slack ignores the body of the answer, so words go to
// the click's response URL.
func (v *visit) interaction(w http.ResponseWriter, r *http.Request, body []byte) {
	defer w.WriteHeader(http.StatusOK)
	i, err := inbound.ParseInteraction(body)
	if err == nil {
		err = v.allowed.Check(i.Identity)
	}
	if err != nil {
		v.log.Warn("click refused", "error", err.Error())
		v.tell(r.Context(), i, message.Error(err, ""))
		return
	}
	switch i.Action {
	case button.Halt, button.KeepMine:
		v.pressed(r.Context(), i)
		return
	}
	// An expired button is taken in like any other: only the job can read what
	// became of the run, and it says so.
	value, err := button.DecodePlan(i.Value, v.door, v.now())
	if err != nil && !errors.Is(err, button.ErrExpired) {
		v.log.Warn("click refused", "error", err.Error())
		v.tell(r.Context(), i, message.Error(core.Errorf(core.Forbidden, "This button was not made here, so nothing was done. Give the command again."), ""))
		return
	}
	if err := value.Check(i.Identity); err != nil {
		v.log.Warn("click refused", "run", value.Run, "error", err.Error())
		v.tell(r.Context(), i, message.Error(err, value.Run))
		return
	}
	if err := v.answered(r.Context(), i, value); err != nil {
		v.log.Error("click not taken in", "run", value.Run, "error", err.Error())
		v.tell(r.Context(), i, message.Error(err, value.Run))
	}
}

// answered records what was pressed and queues the job. It leaves time to say
// that it did not work.
func (v *visit) answered(ctx context.Context, i inbound.Interaction, value button.PlanValue) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin-quickPost)
	defer cancel()
	j := v.journal(v.inv, v.log)
	_, first, err := j.PutConfirm(ctx, core.Confirm{
		Run: value.Run, At: v.now(), By: i.Caller(), Stop: i.Action == button.Stop, Digest: value.Digest,
		Confidential: map[string]string{"response_url": i.ResponseURL.Reveal()},
	})
	if err != nil {
		return err
	}
	// Cancel counts also after Stop, as long as nothing has begun: the record of
	// the first answer cannot be changed, so the change of mind has its own.
	if i.Action == button.Cancel {
		if _, err := j.Mark(ctx, value.Run, core.MarkCancelled); err != nil {
			return err
		}
	}
	// The message keeps its buttons until the job edits it: a death between the
	// record and the queue then leaves the person something to press again.
	if err := v.queue.Enqueue(ctx, value.Run, core.StepStop); err != nil {
		return err
	}
	v.log.Info("answer taken in", slog.String("run", string(value.Run)), slog.String("caller", i.Caller().String()), slog.String("action", string(i.Action)), slog.Bool("first", first))
	return nil
}

// tell posts one message to the click's response URL, once.
func (v *visit) tell(ctx context.Context, i inbound.Interaction, m message.Message) {
	if i.ResponseURL == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, quickPost)
	defer cancel()
	if r := v.poster.Post(ctx, i.ResponseURL, m, 1); !r.Posted {
		v.log.Warn("not told", "reason", r.Reason)
	}
}
