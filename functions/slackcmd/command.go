package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/identity"
	"stopdesktops/internal/slackbot/inbound"
	"stopdesktops/internal/slackbot/message"
)

// command takes a slash command: it records what was asked and queues its plan.
func (v *visit) command(w http.ResponseWriter, r *http.Request, body []byte) {
	c, err := inbound.ParseCommand(body)
	if err == nil {
		err = v.allowed.Check(c.Identity)
	}
	if err != nil {
		v.log.Warn("command refused", "error", err.Error())
		v.say(w, message.Error(err, ""))
		return
	}
	p, problems := command.ParseAt(c.Text, v.now(), v.rules.Zone)
	switch {
	case len(problems) > 0:
		v.say(w, message.Problems(c.Name, problems))
		return
	case p.Verb == command.VerbHelp:
		v.say(w, message.Help(c.Name))
		return
	}
	run, err := v.takeIn(r.Context(), c, p)
	if err != nil {
		v.log.Error("command not taken in", "error", err.Error())
		v.say(w, message.Error(err, ""))
		return
	}
	v.say(w, message.Ack(p, run))
}

// takeIn validates, records and queues a command.
func (v *visit) takeIn(ctx context.Context, c inbound.Command, p command.Parsed) (core.RunID, error) {
	rec := core.RequestRecord{Caller: c.Caller(), Confidential: map[string]string{"response_url": c.ResponseURL.Reveal()}}
	step, err := v.wish(&rec, c.Identity, p)
	if err != nil {
		return "", err
	}
	return v.record(ctx, rec, "command:"+c.TriggerID, c.Identity, step)
}

// wish puts a command into the words of a record, and says with which step its
// job begins.
func (v *visit) wish(rec *core.RequestRecord, id identity.Identity, p command.Parsed) (core.Step, error) {
	rec.Request = core.Request{RegionId: p.Region, DesktopId: p.IDs, Reason: p.Reason}
	rec.Until = p.Until
	switch p.Verb {
	case command.VerbResult:
		rec.Kind, rec.Of = core.AskResult, p.Run
		return core.StepShow, nil
	case command.VerbWhy:
		rec.Kind = core.AskWhy
		return core.StepShow, nil
	case command.VerbKeep:
		rec.Kind = core.AskKeep
		return core.StepDo, nil
	case command.VerbUnkeep:
		rec.Kind = core.AskUnkeep
		return core.StepDo, nil
	case command.VerbFreeze:
		rec.Kind = core.AskFreeze
		return core.StepDo, nil
	case command.VerbUnfreeze:
		rec.Kind = core.AskUnfreeze
		return core.StepDo, nil
	case command.VerbHalt:
		rec.Kind, rec.Of = core.AskHalt, p.Run
		return core.StepDo, nil
	}
	rec.Request, rec.Unasked, rec.Mine = p.Request(), p.Now, p.Mine
	for _, user := range p.People {
		rec.People = append(rec.People, id.Home()+"/"+user)
	}
	return core.StepPlan, v.rules.ValidateOwned(core.Slack, rec.Request, rec.Mine || len(rec.People) > 0)
}

// record writes what was asked and queues its job. Whether the record is new or
// was there before, it is queued: this role cannot read who came first, and the
// run's lease makes it happen once.
func (v *visit) record(ctx context.Context, rec core.RequestRecord, delivery string, id identity.Identity, step core.Step) (core.RunID, error) {
	rec.Run, rec.At = v.door.RunIDs(id.Home(), delivery)[0], v.now()
	said, err := json.Marshal(rec.Request)
	if err != nil {
		return "", err
	}
	rec.Fingerprint = v.door.Fingerprint(said)
	j := v.journal(v.inv, v.log)
	if _, _, err := j.Claim(ctx, rec); err != nil {
		return "", err
	}
	if err := v.queue.Enqueue(ctx, rec.Run, step); err != nil {
		return "", err
	}
	v.log.Info("taken in", slog.String("run", string(rec.Run)), slog.String("caller", rec.Caller.String()), slog.String("kind", string(rec.Kind)),
		slog.Int("desktops", len(rec.Request.DesktopId)), slog.Bool("selects", rec.Request.Selects()))
	return rec.Run, nil
}
