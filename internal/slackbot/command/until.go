package command

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/pattern"
)

// longestUntil is how far off an end may be. What is allowed is the
// deployment's own matter; further off than this is a slip of the finger.
const longestUntil = 366 * 24 * time.Hour

var (
	timeOfDay = pattern.New(`^[0-9]{1,2}:[0-9]{2}$`)
	dateAlone = pattern.New(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$`)
	// likeTime is what can be nothing but a time or a span that is not written
	// in one of our ways.
	likeTime = pattern.New(`^([0-9]+(:[0-9:]*)?(AM|PM|H|D|DAYS?|HOURS?|MINS?|MINUTES?|W|WEEKS?)|[0-9]{1,4}[-:/.][0-9][-0-9:/.TZ+]*)$`)
	// zoneForm is the name of a zone: an area and a place, or a short one.
	zoneForm = pattern.Upto(40, `^[A-Za-z]+(/[A-Za-z0-9_+-]+){1,2}$`)
)

// howUntil is how to write an end.
const howUntil = "Write 2h, until 23:00, until 2026-12-01T23:00 or until 23:00 Europe/Berlin"

// takeUntil takes in the end of what is asked, where token begins one.
func (r *reader) takeUntil(token string) bool {
	s := timeToken(token)
	word, value, keyed := strings.Cut(strings.NewReplacer("=", ":").Replace(s), ":")
	switch word {
	case "UNTIL", "TILL", "TIL":
		if !keyed || value == "" {
			token, _ = r.next()
			value = timeToken(token)
		}
		if !r.end(token, value) {
			r.problem(strings.TrimSpace(strings.ToLower(word)+" "+token), "is no time. %s.", howUntil)
		}
		return true
	case "FOR":
		left := r.left
		next, _ := r.next()
		if d, ok := span(strings.ToLower(timeToken(next))); ok && !keyed {
			r.after(next, d)
			return true
		}
		r.left = left
		return false // "for maintenance" is a reason.
	}
	if r.end(token, s) {
		return true
	}
	if likeTime.MatchString(s) {
		r.problem(token, "is no time that is understood. %s.", howUntil)
		return true
	}
	return false
}

// timeToken is a token in capitals, as times are written, without what is
// wrapped around it.
func timeToken(token string) string {
	return strings.ToUpper(strings.Trim(latin(token), wrapping))
}

// end reads one time or span. It says no where s is neither.
func (r *reader) end(token, s string) bool {
	if d, ok := span(strings.ToLower(s)); ok {
		r.after(token, d)
		return true
	}
	for _, layout := range []string{"2006-01-02T15:04Z07:00", time.RFC3339} {
		if at, err := time.Parse(layout, s); err == nil {
			r.until(token, at)
			return true
		}
	}
	if dateAlone.MatchString(s) {
		left := r.left
		clock, _ := r.next()
		if c := timeToken(clock); timeOfDay.MatchString(c) {
			s, token = s+"T"+c, token+" "+clock
		} else {
			r.left = left
			return false
		}
	}
	day := ""
	clock := s
	if d, c, ok := strings.Cut(s, "T"); ok && dateAlone.MatchString(d) {
		day, clock = d, strings.TrimSuffix(c, ":00")
		if !timeOfDay.MatchString(clock) {
			clock = c
		}
	}
	if !timeOfDay.MatchString(clock) {
		return false
	}
	zone, fault := r.zoneAhead()
	at, err := time.ParseInLocation("15:04", clock, time.UTC)
	date := r.now.In(zone)
	if day != "" && err == nil {
		date, err = time.ParseInLocation("2006-1-2", day, time.UTC)
	}
	switch {
	case fault:
	case err != nil:
		r.problem(token, "is no time of any day. %s.", howUntil)
	default:
		when, ok := wall(date, at, zone)
		if day == "" && !when.After(r.now) {
			when, ok = wall(date.AddDate(0, 0, 1), at, zone) // It has passed today, so tomorrow is meant.
		}
		if !ok {
			r.problem(token, "does not exist in %s on that day: the clocks go forward over it. Choose another time.", zone)
			break
		}
		r.until(token, when)
	}
	return true
}

// wall is the instant at which clocks of the zone show the time of day of at on
// the day of date. A time that comes twice, when clocks go back, is the second
// one, so that nothing ends before anybody expects it. One that never comes is
// not ok.
func wall(date, at time.Time, zone *time.Location) (time.Time, bool) {
	show := func(t time.Time) bool { return t.Hour() == at.Hour() && t.Minute() == at.Minute() }
	t := time.Date(date.Year(), date.Month(), date.Day(), at.Hour(), at.Minute(), 0, 0, zone)
	if !show(t) {
		return t, false
	}
	// Clocks are put back by at most a few hours, and by quarters of an hour.
	const most, step = 3 * time.Hour, 15 * time.Minute
	for d := step; d <= most; d += step {
		if later := t.Add(d); show(later) {
			return later, true
		}
	}
	return t, true
}

// areas are the first parts of the names of zones, as the time zone database
// has them. Other words with a slash are words of the reason.
var areas = []string{"africa", "america", "antarctica", "arctic", "asia", "atlantic", "australia", "europe", "indian", "pacific", "etc", "us"}

// zoneAhead reads the zone behind a time of day, or else is the deployment's.
func (r *reader) zoneAhead() (zone *time.Location, fault bool) {
	left := r.left
	token, _ := r.next()
	name := strings.Trim(latin(token), wrapping)
	area, _, slashed := strings.Cut(strings.ToLower(name), "/")
	switch {
	case compact(name) == "utc" || compact(name) == "gmt":
		return time.UTC, false
	case !slashed || !slices.Contains(areas, area) || !zoneForm.MatchString(name):
		r.left = left
		return r.zone, false
	}
	for _, spelled := range []string{name, capitals(name)} {
		if z, err := time.LoadLocation(spelled); err == nil {
			return z, false
		}
	}
	r.problem(token, "is no time zone. Write one such as Europe/Berlin or Asia/Shanghai.")
	return r.zone, true
}

// capitals spells a zone as the database does, whatever a phone made of it.
func capitals(name string) string {
	begins := true
	return strings.Map(func(c rune) rune {
		s := string(c)
		if begins {
			s = strings.ToUpper(s)
		} else {
			s = strings.ToLower(s)
		}
		begins = c == '/' || c == '_' || c == '-'
		return []rune(s)[0]
	}, name)
}

// after ends a span from now.
func (r *reader) after(token string, d time.Duration) {
	if d <= 0 {
		r.problem(token, "is no time at all. %s.", howUntil)
		return
	}
	r.until(token, r.now.Add(d))
}

// until notes the end.
func (r *reader) until(token string, at time.Time) {
	at = at.UTC().Truncate(time.Second)
	switch {
	case !at.After(r.now):
		r.problem(token, "is in the past. %s.", howUntil)
	case at.Sub(r.now) > longestUntil:
		r.problem(token, "is %s away; the most that is understood is a year.", fmt.Sprintf("%d days", int(at.Sub(r.now).Hours()/24)))
	default:
		r.p.Until = at
	}
}
