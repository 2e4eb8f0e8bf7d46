package policy

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/cedar-policy/cedar-go"

	"stopdesktops/internal/core"
)

// unknownNumber stands in the context for a number that nobody knows.
const unknownNumber = -1

// lastContext keeps the contexts of the last questions: a run asks about each of
// its desktops with the same one, or with two where it is a dry run, and making
// one costs more than most policies.
type lastContext struct{ real, dry atomic.Pointer[keptContext] }

type keptContext struct {
	of     contextKey
	record cedar.Record
}

// contextKey is what a context is made of. It holds no instant, because that
// differs between any two questions.
type contextKey struct {
	count, percent             int
	reason, ticket             string
	hour, minuteOfDay, weekday int
	dryRun                     bool
	home, place                string // of Slack; the workspace and the channel
}

func (l *lastContext) record(ask core.Ask) cedar.Record {
	slot := &l.real
	if ask.DryRun {
		slot = &l.dry
	}
	key := contextOf(ask)
	if k := slot.Load(); k != nil && k.of == key {
		return k.record
	}
	k := &keptContext{key, key.record()}
	slot.Store(k)
	return k.record
}

func contextOf(ask core.Ask) contextKey {
	k := contextKey{
		count: ask.Count, percent: max(ask.Percent, unknownNumber), reason: ask.Reason, ticket: ask.Ticket, dryRun: ask.DryRun,
		hour: unknownNumber, minuteOfDay: unknownNumber, weekday: unknownNumber,
	}
	if !ask.At.IsZero() {
		k.hour, k.minuteOfDay, k.weekday = ask.At.Hour(), ask.At.Hour()*60+ask.At.Minute(), weekday(ask.At)
	}
	if ask.Caller.Door == core.Slack && ask.Caller.Place != "" {
		k.home, _, _ = strings.Cut(ask.Caller.Name, "/")
		k.place = ask.Caller.Place
	}
	return k
}

// weekday counts from Monday as 1 to Sunday as 7 (ISO 8601), so that workdays
// are those up to 5.
func weekday(t time.Time) int {
	return (int(t.Weekday())+6)%7 + 1
}

func (k contextKey) record() cedar.Record {
	m := cedar.RecordMap{
		"count":       cedar.Long(k.count),
		"percent":     cedar.Long(k.percent),
		"reason":      cedar.String(k.reason),
		"ticket":      cedar.String(k.ticket),
		"hour":        cedar.Long(k.hour),
		"minuteOfDay": cedar.Long(k.minuteOfDay),
		"weekday":     cedar.Long(k.weekday),
		"dryRun":      cedar.Boolean(k.dryRun),
	}
	if k.place != "" {
		m["channel"] = cedar.NewEntityUID(typeSlackChannel, cedar.String(k.home+"/"+k.place))
	}
	return cedar.NewRecord(m)
}

// unknown says which facts a question does not give.
func unknown(ask core.Ask) facts {
	var u facts
	switch {
	case ask.Desktop == nil:
	case ask.NotLooked:
		u |= factTags | factDesktop
	case ask.Desktop.TagsUnknown:
		u |= factTags
	}
	if ask.At.IsZero() {
		u |= factTime
	}
	// A door does not know the percentage yet, and what is asked there stops
	// nothing: these actions are asked once it is known.
	switch ask.Action {
	case core.ActionStop, core.ActionForce, core.ActionUnasked:
		if ask.Percent < 0 {
			u |= factPercent
		}
	}
	return u
}
