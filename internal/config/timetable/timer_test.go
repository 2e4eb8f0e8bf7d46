package timetable

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

func requestJSON(t *testing.T, q core.Request) string {
	t.Helper()
	b, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func timerWith(t testing.TB, cron string) Timer {
	t.Helper()
	s, wrong := parseCron(cron)
	if wrong != "" {
		t.Fatalf("%s: %s", cron, wrong)
	}
	return Timer{Name: "a", Cron: s.text, LateAfter: lateDefault, cron: s}
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	tm, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return tm
}

func TestDue(t *testing.T) {
	const (
		daily  = "0 0 20 * * *"
		china  = "CRON_TZ=Asia/Shanghai 0 0 20 * * *"
		berlin = "CRON_TZ=Europe/Berlin 0 30 2 * * *"
	)
	for _, c := range []struct{ name, cron, tick, want string }{
		{"on time", daily, "2027-01-04T20:00:00Z", "2027-01-04T20:00:00Z"},
		{"a moment after", daily, "2027-01-04T20:00:00.5Z", "2027-01-04T20:00:00Z"},
		{"at the end of the minute", daily, "2027-01-04T20:00:59.999Z", "2027-01-04T20:00:00Z"},
		{"a minute after", daily, "2027-01-04T20:01:00Z", ""},
		{"before", daily, "2027-01-04T19:59:59.999Z", ""},
		{"at noon", daily, "2027-01-04T12:00:00Z", ""},
		{"in another zone's words", daily, "2027-01-05T04:00:01+08:00", "2027-01-04T20:00:00Z"},
		{"evening in China", china, "2027-01-04T12:00:03Z", "2027-01-04T12:00:00Z"},
		{"evening in UTC", china, "2027-01-04T20:00:00Z", ""},
		{"weekday", "0 0 20 * * MON-THU", "2027-01-07T20:00:00Z", "2027-01-07T20:00:00Z"},
		{"not on Friday", "0 0 20 * * MON-THU", "2027-01-08T20:00:00Z", ""},
		{"the latest of several", "*/20 * * * * *", "2027-01-04T20:00:45Z", "2027-01-04T20:00:40Z"},
		{"every second", "* * * * * *", "2027-01-04T20:00:45.7Z", "2027-01-04T20:00:45Z"},
		{"over midnight", "50 59 23 31 12 *", "2028-01-01T00:00:20Z", "2027-12-31T23:59:50Z"},
		{"leap day", "0 0 0 29 2 *", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"},

		// Berlin goes from 02:00 to 03:00 on 28 March 2027 and from 03:00 back
		// to 02:00 on 31 October.
		{"winter time", berlin, "2027-03-27T01:30:00Z", "2027-03-27T01:30:00Z"},
		{"summer time", berlin, "2027-03-29T00:30:00Z", "2027-03-29T00:30:00Z"},
		{"the hour that is not there runs an hour on", berlin, "2027-03-28T01:30:00Z", "2027-03-28T01:30:00Z"},
		{"only then", berlin, "2027-03-28T02:10:00Z", ""},
		{"first of the doubled hours", berlin, "2027-10-31T00:30:00Z", "2027-10-31T00:30:00Z"},
		{"second of the doubled hours", berlin, "2027-10-31T01:30:00Z", "2027-10-31T01:30:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := timerWith(t, c.cron).Due(at(t, c.tick))
			if c.want == "" {
				if ok {
					t.Errorf("due at %s, want not due", got)
				}
				return
			}
			if !ok || !got.Equal(at(t, c.want)) || got.Location() != time.UTC {
				t.Errorf("due %t at %s, want %s", ok, got, c.want)
			}
		})
	}
	if _, ok := (Timer{}).Due(at(t, "2027-01-04T20:00:00Z")); ok {
		t.Error("a timer without a schedule is due")
	}
}

func TestAdmit(t *testing.T) {
	timer := timerWith(t, "0 0 20 * * *")
	for _, c := range []struct {
		name, tick, now string
		code            core.ErrorCode
		says            string
	}{
		{"on time", "2027-01-04T20:00:00Z", "2027-01-04T20:00:01Z", "", ""},
		{"last moment", "2027-01-04T20:00:30Z", "2027-01-04T20:15:00Z", "", ""},
		{"late", "2027-01-04T20:00:30Z", "2027-01-04T20:15:01Z", core.TooLate, "The tick of 2027-01-04T20:00:00Z for timer a came 15m1s after its time; the timer allows 15m0s."},
		{"yesterday's", "2027-01-03T20:00:00Z", "2027-01-04T20:00:00Z", core.TooLate, "came 24h0m0s after its time"},
		{"off the schedule", "2027-01-04T20:05:00Z", "2027-01-04T20:05:00Z", core.Forbidden, "The tick of 2027-01-04T20:05:00Z is not on the schedule of timer a (0 0 20 * * *)"},
		{"platform's clock ahead", "2027-01-04T20:00:00Z", "2027-01-04T19:59:00Z", "", ""},
		{"tomorrow's", "2027-01-05T20:00:00Z", "2027-01-04T20:00:00Z", core.Forbidden, "has not come yet"},
		{"no time at all", "0001-01-01T00:00:00Z", "2027-01-04T20:00:00Z", core.Forbidden, "is not on the schedule"},
	} {
		t.Run(c.name, func(t *testing.T) {
			scheduled, err := timer.Admit(at(t, c.tick), at(t, c.now))
			if c.code == "" {
				if err != nil || !scheduled.Equal(at(t, "2027-01-04T20:00:00Z")) {
					t.Errorf("scheduled %s, error %v", scheduled, err)
				}
				return
			}
			if err == nil || core.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want %s that says %q", err, c.code, c.says)
			}
		})
	}
}
