package main

import (
	"context"
	"log/slog"
	"mime"
	"net/http"

	"stopdesktops/internal/callback"
	"stopdesktops/internal/core"
)

// answerTicket tells the ticket how its run ended, once. An error means that the
// event is to be tried again.
func (d *deployment) answerTicket(ctx context.Context, r *core.Runner, rec core.RequestRecord, report core.Report) error {
	a, wanted := d.answers[rec.Caller.Name]
	if !wanted {
		return nil
	}
	answered, err := doneByAnother(ctx, r, report.Run, markAnswering, core.MarkAnswered)
	if err != nil || answered {
		return err
	}
	result := a.Deliver(ctx, report, rec.Request.Ticket)
	switch result.State {
	case callback.Delivered:
		r.Log.LogAttrs(ctx, slog.LevelInfo, "ticket answered", slog.String("run", string(report.Run)), slog.String("sender", rec.Caller.Name), slog.Int("tries", result.Tries))
	case callback.RetryLater:
		raise(ctx, r.Log, alarmNotTold, "The ticket could not be answered; it is tried again while the platform retries the event.", slog.String("run", string(report.Run)),
			slog.String("sender", rec.Caller.Name), slog.String("reason", result.Reason))
		return &core.Error{Code: core.Busy, Message: "The ticket could not be answered.", Retry: result.After}
	default:
		raise(ctx, r.Log, alarmNotTold, "The ticket refuses the answer, so it is not tried again. Mend the sender's callback in senders.yaml.", slog.String("run", string(report.Run)),
			slog.String("sender", rec.Caller.Name), slog.String("reason", result.Reason))
	}
	_, err = r.Journal.Mark(ctx, report.Run, core.MarkAnswered)
	return err
}

// untold says whether nobody has told a sender's ticket or channel yet how a run
// ended that needed no job.
func (at *door) untold(ctx context.Context, d core.Delivery, a core.Answer) bool {
	s, _ := at.config.Sender(d.Caller.Name)
	last := core.MarkAnswered // the ticket is told after the channel
	switch {
	case at.answers[s.Name] != nil:
	case s.Channel != "":
		last = core.MarkTold
	default:
		return false
	}
	if !a.Repeated {
		return d.Wait == 0 || d.Request.CarriesTokens() // who waits has a job queued already
	}
	// Whoever answered first may have died before he queued it.
	told, err := at.runner(at.inv, at.log).Journal.Marked(ctx, a.Run, last)
	return err == nil && !told
}

// postSender takes a request of a sender of senders.yaml, in the sender's own
// words and with its own proof.
func (at *door) postSender(w http.ResponseWriter, r *http.Request) {
	d, err := at.senderDelivery(r)
	if err != nil {
		at.refuse(w, r, err)
		return
	}
	at.submit(w, r, d)
}

// senderDelivery reads, authenticates and maps a request, in this order. A name
// that nobody has gets the same answer as a bad proof, so that names cannot be
// listed.
func (at *door) senderDelivery(r *http.Request) (core.Delivery, error) {
	body, err := readBody(r)
	if err != nil {
		return core.Delivery{}, err
	}
	sender, known := at.auth.Named(r.PathValue("name"))
	if !known {
		return core.Delivery{}, core.Errorf(core.Unauthenticated, "There is no sender of this name.")
	}
	proven, err := sender.Authenticate(r.Header, body)
	if err != nil {
		return core.Delivery{}, err
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return core.Delivery{}, errContentType
	}
	q, fields := sender.Map(body)
	if len(fields) > 0 {
		return core.Delivery{}, &core.Error{Code: core.Invalid, Message: "The request is not valid, so nothing was done.", Fields: fields}
	}
	if q.Ticket == "" {
		q.Ticket = proven.Ticket
	}
	if err := at.rules.Validate(core.Webhook, q); err != nil {
		return core.Delivery{}, err
	}
	if err := sender.Permit(q); err != nil {
		return core.Delivery{}, err
	}
	s, _ := at.config.Sender(sender.Name())
	return core.Delivery{Caller: core.Caller{Door: core.Webhook, Name: sender.Name()}, ID: proven.Scheme + ":" + proven.Delivery, Request: q,
		Wait: waitOf(r.Header), CostCentre: s.CostCentre}, nil
}
