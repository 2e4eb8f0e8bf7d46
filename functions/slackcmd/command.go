package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot"
)

// command takes a slash command: it records what was asked and queues its plan.
func (v *visit) command(w http.ResponseWriter, r *http.Request, body []byte) {
	c, err := slackbot.ParseCommand(body)
	if err == nil {
		err = v.allowed.Check(c.Identity)
	}
	if err != nil {
		v.log.Warn("command refused", "error", err.Error())
		v.say(w, slackbot.ErrorMessage(err, ""))
		return
	}
	p, problems := slackbot.Parse(c.Text)
	switch {
	case len(problems) > 0:
		v.say(w, slackbot.ProblemsMessage(c.Name, problems))
		return
	case p.Verb == slackbot.VerbHelp:
		v.say(w, slackbot.HelpMessage(c.Name))
		return
	}
	run, err := v.takeIn(r.Context(), c, p)
	if err != nil {
		v.log.Error("command not taken in", "error", err.Error())
		v.say(w, slackbot.ErrorMessage(err, ""))
		return
	}
	v.say(w, slackbot.Ack(p, run))
}

// takeIn validates, records and queues a command.
func (v *visit) takeIn(ctx context.Context, c slackbot.Command, p slackbot.Parsed) (core.RunID, error) {
	rec := core.RequestRecord{
		Run: v.door.RunIDs(c.Home(), "command:"+c.TriggerID)[0], At: v.now(), Caller: c.Caller(), Unasked: p.Now,
		Confidential: map[string]string{"response_url": c.ResponseURL.Reveal()},
	}
	step := core.StepPlan
	if p.Verb == slackbot.VerbResult {
		rec.Kind, rec.Of, step = core.AskResult, p.Run, core.StepShow
	} else {
		rec.Request = p.Request()
		if err := v.rules.Validate(core.Slack, rec.Request); err != nil {
			return "", err
		}
	}
	said, err := json.Marshal(rec.Request)
	if err != nil {
		return "", err
	}
	rec.Fingerprint = v.door.Fingerprint(said)
	// Whether the record is new or was there before, it is queued: this role
	// cannot read who came first, and the run's lease makes it happen once.
	j := v.journal(v.inv, v.log)
	if _, _, err := j.Claim(ctx, rec); err != nil {
		return "", err
	}
	if err := v.queue.Enqueue(ctx, rec.Run, step); err != nil {
		return "", err
	}
	v.log.Info("command taken in", slog.String("run", string(rec.Run)), slog.String("caller", rec.Caller.String()), slog.Int("desktops", len(rec.Request.DesktopId)))
	return rec.Run, nil
}
