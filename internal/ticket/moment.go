package ticket

import (
	"strconv"
	"time"

	"stopdesktops/internal/pattern"
)

// WantMoment says how a time may be written, for messages.
const WantMoment = "RFC 3339 with its zone, or seconds or milliseconds since 1970"

var (
	// Ten digits are seconds from 2001 to 2286 and thirteen are milliseconds of
	// the same years, so nobody can take one for the other.
	epochSeconds = pattern.New(`^[1-9][0-9]{9}$`)
	epochMillis  = pattern.New(`^[1-9][0-9]{12}$`)
)

// layouts of a time with its zone. Jira's fields write the zone without a colon
// (2024-05-01T10:00:00.000+0000). A time without a zone is none: nobody knows
// when it was.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700"}

// Moment returns the time at the path, or a problem.
func (d Document) Moment(p Path) (at time.Time, problem string) {
	text, problem := p.one(d)
	if problem != "" {
		return time.Time{}, problem
	}
	if at, ok := moment(text); ok {
		return at, ""
	}
	return time.Time{}, p.text + " is no time; want " + WantMoment
}

func moment(text string) (time.Time, bool) {
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	switch {
	case epochSeconds.MatchString(text):
		n, err := strconv.ParseInt(text, 10, 64)
		return time.Unix(n, 0), err == nil
	case epochMillis.MatchString(text):
		n, err := strconv.ParseInt(text, 10, 64)
		return time.UnixMilli(n), err == nil
	}
	return time.Time{}, false
}
