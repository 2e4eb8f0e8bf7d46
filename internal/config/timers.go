package config

import (
	"slices"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// How late a tick may come. Under a minute the platform's own delay would make
// every tick late; beyond half a day a nightly stop would hit the working day.
const (
	lateDefault = 15 * time.Minute
	lateLeast   = time.Minute
	lateMost    = 12 * time.Hour
)

// How long before a stop it may be announced. Under five minutes nobody could
// act on it; more than half a day before, nobody remembers it.
const (
	announceLeast = 5 * time.Minute
	announceMost  = 12 * time.Hour
)

// Shapes of names. Slack's channel ids begin with C, or G for private channels
// of old, and have 9 to 11 characters today.
var (
	timerName    = pattern.Name{Most: 40, Rest: "a-z0-9-"}
	channelShape = pattern.Name{Least: 9, Most: 21, First: "CG", Rest: "A-Z0-9"}
)

var timerKeys = slices.Concat([]string{"Name", "Cron"}, daysKeys, []string{"LateAfter", "Announce", "Channel", "DryRun", "Request"})

var wantTimer = "a timer: " + strings.Join(timerKeys, ", ")

const (
	wantName     = "1 to 40 lower-case letters, digits and dashes"
	wantLate     = "a duration from 1m to 12h, such as 15m"
	wantAnnounce = "a duration from 5m to 12h, such as 30m"
	wantChannel  = "a Slack channel id, C... or G..., as at the end of the channel's details"
	wantDryRun   = "true or false"
	wantTimers   = "Timers: and a list of timers"
	wantList     = "a list of timers, or [] for none"
	wantRequest  = "a request: RegionId, DesktopId, ..."
)

// timetable is what timers.yaml says.
type timetable struct {
	timers    []Timer
	schedules *Schedules
}

// timers is timers.yaml on its way.
type timers struct {
	*document
	in        surroundings
	rules     core.Rules
	anyRegion bool
	all       []Timer
	lines     map[string]int // of each name
}

// parseTimers reads timers.yaml. Requests pass the same decoder and the same
// rules as a webhook's. Where the deployment's regions are not known, a
// request's region is only looked at for its shape.
func parseTimers(file File, in surroundings, rules core.Rules, anyRegion bool) (timetable, mistake.Problems) {
	d := &document{file: file.Name}
	root := d.parse(file.Text)
	if root == nil {
		return timetable{}, d.problems
	}
	t := timers{document: d, in: in, rules: rules, anyRegion: anyRegion, lines: map[string]int{}}
	fields := d.fields(root, wantTimers, "Timers", "Schedules")
	if fields == nil {
		return timetable{}, d.problems
	}
	var schedules []Schedule
	if n, ok := fields["Schedules"]; ok {
		schedules = t.readSchedules(n)
	}
	if n := d.required(root, fields, "Timers", wantList); n != nil {
		t.readTimers(n)
	}
	if len(d.problems) > 0 {
		return timetable{}, d.problems
	}
	return timetable{t.all, newSchedules(schedules)}, nil
}

func (t *timers) readTimers(list *yaml.Node) {
	if list.Kind != yaml.SequenceNode {
		t.wrong(list, wantList)
		return
	}
	for _, item := range list.Content {
		if fields := t.fields(item, wantTimer, timerKeys...); fields != nil {
			t.read(item, fields)
		}
	}
}

func (t *timers) read(item *yaml.Node, fields map[string]*yaml.Node) {
	timer := Timer{LateAfter: lateDefault}
	if n := t.required(item, fields, "Name", wantName); n != nil {
		timer.Name = t.uniqueName(n, t.lines, "timer")
	}
	if n := t.required(item, fields, "Cron", wantCron); n != nil {
		t.cron(n, &timer)
	}
	timer.Days = t.days(fields, t.around(fields, timer.schedule))
	if n, ok := fields["LateAfter"]; ok {
		timer.LateAfter = t.duration(n, lateLeast, lateMost, wantLate)
	}
	if n, ok := fields["Announce"]; ok {
		timer.Announce = t.duration(n, announceLeast, announceMost, wantAnnounce)
		if fields["Channel"] == nil {
			t.add(n, "an announcement without a Channel", "a Channel as well: it is where the announcement is posted")
		}
	}
	if n, ok := fields["Channel"]; ok {
		timer.Channel = t.name(n, channelShape, wantChannel)
	}
	if n := t.required(item, fields, "Request", wantRequest); n != nil {
		t.request(n, &timer)
		t.dryRun(fields["DryRun"], n, &timer)
		t.serves(fields, &timer)
	} else if n := fields["DryRun"]; n != nil {
		t.flag(n)
	}
	t.all = append(t.all, timer)
}

// around are the surroundings of a timer: its days are those of its cron
// expression's zone, where that names one.
func (t *timers) around(fields map[string]*yaml.Node, s schedule) surroundings {
	in := t.in
	if !s.zoned {
		return in
	}
	in.zone = s.zone
	if n, ok := fields["Zone"]; ok && n.Kind == yaml.ScalarNode && n.Value != s.zone.String() {
		if _, sound := calendar.Zone(n.Value); sound {
			t.add(n, mistake.Quote(n.Value)+" beside "+zonePrefix+s.zone.String(), "the same zone, or only one of the two")
		}
	}
	return in
}

func (t *timers) cron(n *yaml.Node, timer *Timer) {
	if n.Kind != yaml.ScalarNode {
		t.wrong(n, wantCron)
		return
	}
	s, wrong := parseSchedule(n.Value)
	if wrong != "" {
		t.add(n, mistake.Quote(n.Value)+" ("+wrong+")", wantCron)
		return
	}
	timer.Cron, timer.schedule = s.text, s
}

// duration reads a duration within its bounds.
func (d *document) duration(n *yaml.Node, least, most time.Duration, want string) time.Duration {
	v, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < least || v > most {
		d.wrong(n, want)
		return 0
	}
	return v
}

// flag reads true or false.
func (d *document) flag(n *yaml.Node) (value, ok bool) {
	switch {
	case n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool":
	case strings.EqualFold(n.Value, "true"):
		return true, true
	case strings.EqualFold(n.Value, "false"):
		return false, true
	}
	d.wrong(n, wantDryRun)
	return false, false
}
