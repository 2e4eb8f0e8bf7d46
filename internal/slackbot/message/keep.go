package message

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// KeptDesktop is one desktop that was to be kept awake, or no longer.
type KeptDesktop struct {
	RegionId    string
	DesktopId   string
	DesktopName string
	Refused     string // why it was not done, in words; empty where it was
}

// KeepView is how a keep or unkeep ended.
type KeepView struct {
	Run      core.RunID
	Command  string    // as people type it, such as /stop-desktop
	Until    time.Time // of a keep
	Timer    string    // whose "Keep mine tonight" was pressed; else empty
	Desktops []KeptDesktop
}

// Kept says which desktops are kept awake now, until when, and how to
// undo it.
func Kept(v KeepView) Message {
	var p page
	done, refused := v.split()
	switch {
	case len(v.Desktops) == 0 && v.Timer != "":
		p.say("*Nothing of yours is there to keep awake.* No desktop that timer " + mrkdwn.Code(v.Timer, shownName) + " would stop belongs to you. If one does, ask whoever keeps this app which end user you are.")
	case done.n == 0:
		p.say("*Nothing is kept awake.* What stops these desktops may still do so.")
	default:
		lapses := "It lapses by itself"
		if done.n > 1 {
			lapses = "They lapse by themselves"
		}
		p.say(fmt.Sprintf("*%s kept awake until %s.* %s then. Force overrides this, where the policy lets somebody.", mrkdwn.Count(done.n, "desktop"), mrkdwn.When(v.Until), lapses))
	}
	p.kept(done, refused)
	if done.n > 0 {
		p.say("To undo it: " + undo(v, "unkeep") + ".")
	}
	p.remark(runLine(v.Run))
	return p.message()
}

// Unkept says which desktops are no longer kept awake.
func Unkept(v KeepView) Message {
	var p page
	done, refused := v.split()
	it, they := "it", "it"
	if done.n > 1 {
		it, they = "them", "they"
	}
	if done.n == 0 {
		p.say("*Nothing changed.*")
	} else {
		p.say(fmt.Sprintf("*%s no longer kept awake.* From now on %s may be stopped like any other.", mrkdwn.Count(done.n, "desktop"), they))
	}
	p.kept(done, refused)
	if done.n > 0 {
		p.say("To keep " + it + " awake again: " + undo(v, "keep") + ".")
	}
	p.remark(runLine(v.Run))
	return p.message()
}

// kept lists what was done and what was not, and why.
func (p *page) kept(done, refused group) {
	if done.n > 0 {
		p.list("*Done*", "", done.lines, done.n)
	}
	if refused.n > 0 {
		p.list(fmt.Sprintf("*Not done: %s*", mrkdwn.Count(refused.n, "desktop")), "", refused.lines, refused.n)
	}
}

func (v KeepView) split() (done, refused group) {
	for _, d := range v.Desktops {
		g, why := &done, ""
		if d.Refused != "" {
			g, why = &refused, mrkdwn.Detail(d.Refused, shownReason)
		}
		if g.n++; g.n <= maxLines {
			g.lines = append(g.lines, desktopLine(d.DesktopId, d.DesktopName, d.RegionId, why))
		}
	}
	return done, refused
}

// undo is the command that takes it back, whole up to so many desktops as one
// list shows.
func undo(v KeepView, verb string) string {
	var ids []string
	for _, d := range v.Desktops {
		if d.Refused == "" && command.DesktopID.MatchString(d.DesktopId) && !slices.Contains(ids, d.DesktopId) {
			ids = append(ids, d.DesktopId)
		}
	}
	if len(ids) == 0 {
		return mrkdwn.Code(v.Command+" "+verb+" ecd-...", shownDetail)
	}
	text := v.Command + " " + verb + " " + strings.Join(ids[:min(len(ids), maxLines)], " ")
	if verb == string(command.VerbKeep) {
		text += " 2h"
	}
	if more := len(ids) - maxLines; more > 0 {
		return mrkdwn.Code(text, longestRepeat) + fmt.Sprintf(", and so with the other %d", more)
	}
	return mrkdwn.Code(text, longestRepeat)
}
