package main

import (
	"context"
	"errors"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/inbound"
	"stopdesktops/internal/slackbot/message"
)

// pressed takes a press of Halt or of "Keep mine tonight": each is a wish of its
// own, whose run is known by the click, so that a press that Slack delivers
// twice is one.
func (v *visit) pressed(ctx context.Context, i inbound.Interaction) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin-quickPost)
	defer cancel()
	rec, err := v.press(i)
	if err == nil {
		_, err = v.record(ctx, rec, "press:"+i.TriggerID, i.Identity, core.StepDo)
	}
	if err != nil {
		v.log.Warn("press not taken in", "action", i.Action, "error", err.Error())
		v.tell(ctx, i, message.Error(err, rec.Of))
	}
}

// press reads what a button asks for, and whether it may be pressed here.
func (v *visit) press(i inbound.Interaction) (core.RequestRecord, error) {
	rec := core.RequestRecord{Caller: i.Caller(), Confidential: map[string]string{"response_url": i.ResponseURL.Reveal()}}
	var err error
	switch i.Action {
	case button.Halt:
		var value button.HaltValue
		if value, err = button.DecodeHalt(i.Value, v.door, v.now()); err == nil {
			rec.Kind, rec.Of, err = core.AskHalt, value.Run, value.Check(i.Identity)
		}
	case button.KeepMine:
		var value button.KeepValue
		if value, err = button.DecodeKeep(i.Value, v.door, v.now()); err == nil {
			rec.Kind, rec.For, rec.Due, err = core.AskKeepMine, value.Timer, value.Due, value.Check(i.Identity)
		}
	}
	switch {
	case errors.Is(err, button.ErrExpired):
		return rec, core.Errorf(core.Forbidden, "This button has expired, so nothing was done. Give the command instead.")
	case errors.Is(err, button.ErrForged):
		return rec, core.Errorf(core.Forbidden, "This button was not made here, so nothing was done. Give the command instead.")
	}
	return rec, err
}
