package config

import (
	"slices"
	"strings"
	"testing"
)

// TestWarnings holds what is said at start about what is allowed and hardly
// meant.
func TestWarnings(t *testing.T) {
	const (
		schedules = "Schedules: [{Name: office, Stop: \"20:00\", Calendar: china, OnlyOn: workdays}]\n"
		serving   = "Timers: [{Name: a, Cron: 0 0 * * * *, Request: {Select: {RegionId: [all], Scheduled: true}}}]\n"
		channel   = "Timers: [{Name: a, Cron: 0 0 20 * * *, Channel: C012ABCDE, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-1]}}]\n"
		missing   = "calendar china has no dates of 2028: its days count by their weekdays only; add the year to calendars/china.yaml"
	)
	for _, c := range []struct {
		name  string
		today string
		vars  map[string]string
		files map[string]string
		want  []string
	}{
		{"nothing", "2027-12-01", nil, nil, nil},
		{"a calendar that nothing uses", "2027-12-01", nil, map[string]string{"timers.yaml": "Timers: []"}, nil},
		{"in September", "2027-09-30", nil, map[string]string{"timers.yaml": serving + schedules}, nil},
		{"in October", "2027-10-01", nil, map[string]string{"timers.yaml": serving + schedules}, []string{missing}},
		{"once for all who use it", "2027-10-01", nil, map[string]string{"timers.yaml": serving + schedules, "prices.yaml": goodPrices}, []string{missing}},
		{"prices alone", "2027-10-01", nil, map[string]string{"prices.yaml": goodPrices}, []string{missing}},
		{"half an hour late", "2027-01-01", nil, map[string]string{"timers.yaml": serving + strings.Replace(schedules, `"20:00"`, `["12:00", "20:30"]`, 1)},
			[]string{"schedule office stops at 20:30 (Asia/Shanghai), which is served at 21:00 only, when timer a comes; say 21:00, or let a timer with Select.Scheduled come then"}},
		{"some minutes late", "2027-01-01", nil, map[string]string{"timers.yaml": strings.Replace(serving, "0 0 * * * *", "0 5 * * * *", 1) + schedules}, nil},
		{"by the sooner timer", "2027-01-01", nil, map[string]string{"timers.yaml": strings.Replace(serving, "}]", "}, {Name: b, Cron: 0 30 * * * *, Request: {Select: {RegionId: [all], Scheduled: true}}}]", 1) +
			strings.Replace(schedules, "20:00", "20:30", 1)}, nil},
		{"a zone of half hours", "2027-01-01", nil, map[string]string{"timers.yaml": serving + "Schedules: [{Name: india, Stop: \"20:00\", Zone: Asia/Kolkata}]\n"},
			[]string{"schedule india stops at 20:00 (Asia/Kolkata), which is served at 20:30 only, when timer a comes; say 20:30, or let a timer with Select.Scheduled come then"}},
		{"never", "2027-01-01", nil, map[string]string{"timers.yaml": strings.Replace(serving, "0 0 * * * *", "CRON_TZ=Asia/Shanghai 0 0 8 * * *", 1) + schedules},
			[]string{"schedule office stops at 20:00 (Asia/Shanghai), and no timer serves that within 3 hours; let a timer with Select.Scheduled come then"}},
		{"at a time that is left out by the clocks", "2027-03-28", nil, map[string]string{"timers.yaml": serving + "Schedules: [{Name: night, Stop: \"02:00\", Zone: Europe/Berlin}]\n"}, nil},
		{"in no year", "2027-01-01", nil, map[string]string{"timers.yaml": serving + "Schedules: [{Name: past, Stop: \"20:30\", Between: [{From: 2020-01-01, To: 2020-12-31}]}]\n"}, nil},
		{"nobody serves", "2027-01-01", nil, map[string]string{"timers.yaml": "Timers: []\n" + schedules}, []string{"timers.yaml has Schedules and no timer whose request says Select.Scheduled: nothing serves them"}},
		{"nothing to serve", "2027-01-01", nil, map[string]string{"timers.yaml": serving}, []string{"timers.yaml has a timer whose request says Select.Scheduled and no Schedules: it can stop nothing"}},
		{"a channel", "2027-01-01", nil, map[string]string{"timers.yaml": channel}, []string{"timer a has a Channel and SLACK_BOT_TOKEN is not set: its reports are only logged"}},
		{"a channel and a token", "2027-01-01", map[string]string{"SLACK_BOT_TOKEN": bearerToken}, map[string]string{"timers.yaml": channel}, nil},
		{"people for nothing", "2027-01-01", nil, map[string]string{"identity.yaml": goodIdentity}, []string{"identity.yaml is not used, because SLACK_IDENTITY is none"}},
	} {
		vars, files := good(), map[string]string{"policy.cedar": goodPolicy, "calendars/china.yaml": strings.Replace(goodCalendar, "Provisional: [2027]\n", "", 1)}
		for name, value := range c.vars {
			vars[name] = value
		}
		for name, text := range c.files {
			files[name] = text
		}
		loaded, err := loadOn(c.today+"T12:00:00+08:00", t, vars, files)
		if err != nil || !slices.Equal(loaded.Warnings, c.want) {
			t.Errorf("%s: warnings %q, error %v; want %q", c.name, loaded.Warnings, err, c.want)
		}
	}
}
