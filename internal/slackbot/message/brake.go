package message

import (
	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// Freeze says that nothing is stopped any more, until when, by whom, and
// how to end it; or with an error, why not.
func Freeze(run core.RunID, command string, f core.Freeze, err error) Message {
	if err != nil {
		return notDone("*Not frozen: everything goes on as before.*", err, run)
	}
	var p page
	p.say("*Frozen until " + mrkdwn.When(f.Until) + "* by " + callerName(f.By) + ". Until then nothing is stopped: no command, no ticket, no timer. Runs that are under way end before their next step.")
	p.because(f.Reason)
	p.say("It ends by itself. To end it now: " + mrkdwn.Code(command+" unfreeze", shownDetail))
	p.remark(runLine(run))
	return p.message()
}

// Unfreeze says that stops go on. was is the freeze that was ended, nil
// where there was none.
func Unfreeze(run core.RunID, command string, was *core.Freeze, err error) Message {
	if err != nil {
		return notDone("*The freeze was not ended.*", err, run)
	}
	var p page
	if was == nil {
		p.say("*There was no freeze to end.* Stops go on as always.")
	} else {
		p.say("*The freeze is over.* It was made by " + callerName(was.By) + " on " + mrkdwn.When(was.At) + ". Stops go on from now; what was left out meanwhile is not made up for.")
		p.because(was.Reason)
		p.say("To freeze again: " + mrkdwn.Code(command+" freeze 2h", shownDetail))
	}
	p.remark(runLine(run))
	return p.message()
}

// Halt says that a run ends before its next step, by whom; or with an
// error, why not. run is the one that asked, h.Run the one that is halted.
func Halt(run core.RunID, command string, h core.Halt, err error) Message {
	if err != nil {
		return notDone("*Not halted.*", err, run)
	}
	var p page
	p.say("*Run " + mrkdwn.Code(string(h.Run), shownName) + " is halted* by " + callerName(h.By) + ". It ends before its next step: what is being stopped right now is still stopped, and the rest is reported as " + mrkdwn.Code(string(core.NotTried), shownName) + ".")
	p.because(h.Reason)
	p.say("A halt cannot be taken back. See how far it came with " + mrkdwn.Code(command+" result "+string(h.Run), shownDetail) + "; for what is left, ask again.")
	p.remark(runLine(run))
	return p.message()
}

// because adds a person's reason.
func (p *page) because(reason string) {
	if reason = mrkdwn.Code(reason, shownReason); reason != "" {
		p.say("Reason: " + reason)
	}
}

// notDone says what was not done, and why.
func notDone(head string, err error, run core.RunID) Message {
	var p page
	p.say(head + " " + mrkdwn.Sentence(core.MessageOf(err), shownError))
	p.remark(runLine(run))
	return p.message()
}
