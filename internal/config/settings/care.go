package settings

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
)

// Bounds of how carefully runs go about it.
const (
	keepDefault = core.MaxKeepCompiled
	// keepLeast is the least that is worth a person's command.
	keepLeast = 15 * time.Minute

	graceDefault = 30 * time.Minute
	// graceMost is a day: a desktop that nobody has used for so long is idle by
	// anybody's word.
	graceMost = 24 * time.Hour

	// uptimeMost is as far back as a request may ask as well.
	uptimeMost = 30 * 24 * time.Hour

	// canaryDefault finds a stop that goes wrong for all, at the price of three.
	canaryDefault = 3
	// canaryMost is as many as a call of either contract takes.
	canaryMost = 20

	failuresDefault = "10%"

	// waitLeast is there because a run that does not wait at all can prove
	// nothing. Desktops that take longer than waitMost to stop never do.
	waitLeast = time.Second
	waitMost  = time.Hour
)

// Care is how carefully runs go about it. A request may ask for other values of
// Grace, MinUptime, Canary and MaxFailures.
type Care struct {
	Zone        *time.Location // of dates and times that name none
	MaxKeep     time.Duration  // how long a desktop may be kept awake
	Grace       time.Duration
	MinUptime   time.Duration
	Canary      int
	MaxFailures string // a number or a percentage
	Wait        time.Duration
}

// zone is the variable by which dates are read.
func (c *Care) zone() variable {
	return variable{Variable{Name: "ZONE", Default: "Asia/Shanghai", Want: calendar.WantZone,
		Doc: "The time zone of dates and times that name none: of timers' days, schedules, and people who keep a desktop until 23:00."}, setZone(&c.Zone)}
}

func (c *Care) variables() []variable {
	return []variable{
		c.zone(),
		{Variable{Name: "MAX_KEEP", Default: short(keepDefault), Want: spanFrom(keepLeast, keepDefault, "12h"),
			Doc: "How far ahead keep may keep a desktop awake. A tag that says longer keeps it too, and every plan says so."}, setSpan(&c.MaxKeep, keepLeast, keepDefault)},
		{Variable{Name: "GRACE", Default: short(graceDefault), Want: spanFrom(0, graceMost, "30m"),
			Doc: "Selections leave alone what was used less than this ago."}, setSpan(&c.Grace, 0, graceMost)},
		{Variable{Name: "MIN_UPTIME", Default: "0s", Want: spanFrom(0, uptimeMost, "1h"),
			Doc: "Selections leave alone what was started less than this ago; 0s asks nobody when that was."}, setSpan(&c.MinUptime, 0, uptimeMost)},
		{Variable{Name: "CANARY", Default: strconv.Itoa(canaryDefault), Want: "a whole number from 0 to " + strconv.Itoa(canaryMost),
			Doc: "How many desktops of a big plan are stopped, and seen Stopped, before the rest."}, setWhole(&c.Canary, 0, canaryMost)},
		{Variable{Name: "MAX_FAILURES", Default: failuresDefault, Want: "a whole number, or a percentage such as 10%",
			Doc: "How many desktops of a big plan may fail before the run ends."}, setBudget(&c.MaxFailures)},
		{Variable{Name: "WAIT", Default: short(core.WaitDefault), Want: spanFrom(waitLeast, waitMost, "4m"),
			Doc: "How long a run looks for the desktops to be Stopped. Keep it below the function's time-out."}, setSpan(&c.Wait, waitLeast, waitMost)},
	}
}

// spanFrom says which durations are allowed.
func spanFrom(least, most time.Duration, example string) string {
	return fmt.Sprintf("a duration from %s to %s, such as %s", short(least), short(most), example)
}

// short is a duration without the zeros that Go writes.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func setZone(dst **time.Location) func(string) []fault {
	return func(value string) []fault {
		zone, ok := calendar.Zone(strings.TrimSpace(value))
		if !ok {
			return []fault{{mistake.Quote(value), ""}}
		}
		*dst = zone
		return nil
	}
}

func setSpan(dst *time.Duration, least, most time.Duration) func(string) []fault {
	return func(value string) []fault {
		d, err := time.ParseDuration(strings.TrimSpace(value))
		if err != nil || d < least || d > most {
			return []fault{{mistake.Quote(value), ""}}
		}
		*dst = d
		return nil
	}
}

// setBudget takes what a request's MaxFailures takes.
func setBudget(dst *string) func(string) []fault {
	return func(value string) []fault {
		value = strings.TrimSpace(value)
		if !core.ValidBudget(value) {
			return []fault{{mistake.Quote(value), ""}}
		}
		*dst = value
		return nil
	}
}
