package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/netresearch/go-cron"
)

// cronFields are those of Function Compute's timer triggers: six, with seconds.
// Descriptors such as @daily are not among them, and @every has no fixed
// instants against which a tick could be checked.
var cronFields = cron.MustNewParser(cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

const (
	zonePrefix = "CRON_TZ="
	wantCron   = `six fields as in the trigger (second minute hour day month weekday), UTC unless CRON_TZ=<zone> stands before them, such as "CRON_TZ=Asia/Shanghai 0 0 20 * * *"`
)

// Positions of fields of a cron expression.
const (
	dayField     = 3
	weekdayField = 5
	fieldCount   = 6
)

// schedule is a parsed cron expression.
type schedule struct {
	text string // as written, with single spaces
	cron cron.Schedule
}

// parseSchedule reads a cron expression. The string says what is wrong.
func parseSchedule(text string) (schedule, string) {
	fields := strings.Fields(text)
	written := strings.Join(fields, " ")
	zone := "UTC"
	if len(fields) > 0 && strings.HasPrefix(fields[0], zonePrefix) {
		zone = strings.TrimPrefix(fields[0], zonePrefix)
		fields = fields[1:]
	}
	switch {
	case len(fields) > 0 && fields[0] == "@every":
		return schedule{}, "@every has no fixed instants, so nobody could tell a tick of the trigger from a forged one"
	case len(fields) != fieldCount:
		return schedule{}, fmt.Sprintf("it has %d fields", len(fields))
	case zone == "Local":
		return schedule{}, "the zone Local is whatever the machine says"
	case restricted(fields[dayField]) && restricted(fields[weekdayField]):
		return schedule{}, "it names both a day of the month and a weekday, which some cron programs take as either and some as both"
	}
	// Names are written small because the library takes the H of THU for its
	// own hash syntax.
	parsed, err := cronFields.Parse(zonePrefix + zone + " " + strings.ToLower(strings.Join(fields, " ")))
	if err != nil {
		return schedule{}, err.Error()
	}
	if parsed.Next(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return schedule{}, "no such day comes within five years"
	}
	return schedule{written, parsed}, ""
}

func restricted(field string) bool { return field != "*" && field != "?" }
