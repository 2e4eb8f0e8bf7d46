package core

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// allRegions in Select.RegionId is every region of the deployment.
const allRegions = "all"

// terms are what one request asks for, read once and then asked about each of
// its desktops.
type terms struct {
	request   *Request
	caller    Caller
	help      string // whom to ask about a refusal
	selects   bool   // by what desktops are, not by id
	pick      matcher
	except    matcher
	grace     time.Duration
	minUptime time.Duration
	maxKeep   time.Duration
	// due says whether a schedule has fallen due, and what is wrong with it.
	due func(schedule, zone string) (bool, string)
}

// termsOf reads a request. rec.Since and rec.Due are the scheduled instants that a
// selection by schedule tag lies between.
func (r Rules) termsOf(rec *RequestRecord) *terms {
	q := &rec.Request
	t := &terms{request: q, caller: rec.Caller, help: cmp.Or(r.HelpContact, "whoever keeps the policy"), selects: q.Selects(), pick: newMatcher(q.Select), except: newMatcher(q.Except),
		grace: r.Grace, minUptime: r.MinUptime, maxKeep: r.maxKeep()}
	if q.Grace != "" {
		t.grace = span(q.Grace)
	}
	if q.MinUptime != "" {
		t.minUptime = span(q.MinUptime)
	}
	t.due = func(schedule, zone string) (bool, string) {
		if r.Schedules == nil {
			return false, "this deployment has no schedules"
		}
		return r.Schedules(schedule, zone, rec.Since, rec.Due)
	}
	return t
}

// needsIdle and needsUptime say what has to be asked of the cloud beside a look.
func (t *terms) needsIdle() bool {
	return t.selects && (t.grace > 0 || t.pick.idleFor > 0 || t.except.idleFor > 0)
}

func (t *terms) needsUptime() bool {
	return t.selects && (t.minUptime > 0 || t.pick.upFor > 0 || t.except.upFor > 0)
}

// readsTags says whether the request's own words are about tags, so that tags
// which cannot be read leave open whether the desktop is meant at all.
func (t *terms) readsTags() bool {
	return t.selects && (len(t.pick.tags) > 0 || len(t.except.tags) > 0 || t.pick.Scheduled)
}

// Selects says whether the request reaches desktops by what they are, rather
// than by id.
func (q Request) Selects() bool { return q.Select != nil || q.All }

// span reads a duration that validation has let through; none is 0.
func span(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0
	}
	return d
}

// spanMost bounds every span of a request: the sessions that idle time is read
// from go back 30 days.
const spanMost = 30 * 24 * time.Hour

func validSpan(s string) bool {
	d, err := time.ParseDuration(s)
	return err == nil && d >= 0 && d <= spanMost
}

// budget is how many of so many stops may fail before the run ends: a number, or
// a percentage such as 10%, rounded down but never below one, so that one bad
// desktop never sinks the others. Bad says that s is neither.
func budget(s string, of int) (most int, bad bool) {
	number, percent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 0 || percent && n > 100:
		return 0, true
	case percent:
		return max(1, of*n/100), false
	}
	return n, false
}

// ValidBudget says whether s is a MaxFailures: a whole number, or a percentage.
func ValidBudget(s string) bool {
	_, bad := budget(s, 0)
	return !bad
}

// spanWords is a span for people, without the zeros that Go writes.
func spanWords(d time.Duration) string { return string(appendSpan(nil, d)) }

// appendSpan appends a span in words. Every desktop that is left alone may need
// some, so they are put together in one piece of memory.
func appendSpan(b []byte, d time.Duration) []byte {
	if d <= 0 {
		return append(b, "0m"...)
	}
	d = d.Round(time.Minute)
	if d == 0 {
		return append(b, "under a minute"...)
	}
	for _, part := range [...]struct {
		n    time.Duration
		unit byte
	}{{d / (24 * time.Hour), 'd'}, {d % (24 * time.Hour) / time.Hour, 'h'}, {d % time.Hour / time.Minute, 'm'}} {
		if part.n > 0 {
			b = append(strconv.AppendInt(b, int64(part.n), 10), part.unit)
		}
	}
	return b
}

// spansWords is two spans with words between them.
func spansWords(a time.Duration, words string, b time.Duration) string {
	var room [64]byte
	return string(appendSpan(append(appendSpan(room[:0], a), words...), b))
}
