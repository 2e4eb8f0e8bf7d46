package timetable

import (
	"slices"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
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

var timerKeys = slices.Concat([]string{"Name", "Cron"}, daysKeys, []string{"LateAfter", "Announce", "Channel", "DryRun", "Request"})

var wantTimer = "a timer: " + strings.Join(timerKeys, ", ")

const (
	wantLate     = "a duration from 1m to 12h, such as 15m"
	wantAnnounce = "a duration from 5m to 12h, such as 30m"
	wantDryRun   = "true or false"
	wantTimers   = "Timers: and a list of timers"
	wantList     = "a list of timers, or [] for none"
	wantRequest  = "a request: RegionId, DesktopId, ..."
)

// Table is what timers.yaml says.
type Table struct {
	Timers    []Timer    // in the order of the file
	Schedules *Schedules // or nil
}

// timers is timers.yaml on its way.
type timers struct {
	*document.Document
	in        Surroundings
	rules     core.Rules
	anyRegion bool
	all       []Timer
	lines     map[string]int // of each name
}

// Parse reads timers.yaml. Requests pass the same decoder and the same
// rules as a webhook's. Where the deployment's regions are not known, a
// request's region is only looked at for its shape.
func Parse(name string, text []byte, in Surroundings, rules core.Rules, anyRegion bool) (Table, mistake.Problems) {
	d, root := document.Parse(name, text, "")
	if root == nil {
		return Table{}, d.Problems
	}
	t := timers{Document: d, in: in, rules: rules, anyRegion: anyRegion, lines: map[string]int{}}
	fields := d.Fields(root, wantTimers, "Timers", "Schedules")
	if fields == nil {
		return Table{}, d.Problems
	}
	var schedules []Schedule
	if n, ok := fields["Schedules"]; ok {
		schedules = t.readSchedules(n)
	}
	if n := d.Required(root, fields, "Timers", wantList); n != nil {
		t.readTimers(n)
	}
	if len(d.Problems) > 0 {
		return Table{}, d.Problems
	}
	return Table{t.all, newSchedules(schedules)}, nil
}

func (t *timers) readTimers(list *yaml.Node) {
	if list.Kind != yaml.SequenceNode {
		t.Wrong(list, wantList)
		return
	}
	for _, item := range list.Content {
		if fields := t.Fields(item, wantTimer, timerKeys...); fields != nil {
			t.read(item, fields)
		}
	}
}

func (t *timers) read(item *yaml.Node, fields map[string]*yaml.Node) {
	timer := Timer{LateAfter: lateDefault}
	if n := t.Required(item, fields, "Name", document.WantName); n != nil {
		timer.Name = t.UniqueName(n, t.lines, "timer")
	}
	if n := t.Required(item, fields, "Cron", wantCron); n != nil {
		t.cron(n, &timer)
	}
	timer.Days = t.around(fields, timer.cron).days(t.Document, fields)
	if n, ok := fields["LateAfter"]; ok {
		timer.LateAfter = t.duration(n, lateLeast, lateMost, wantLate)
	}
	if n, ok := fields["Announce"]; ok {
		timer.Announce = t.duration(n, announceLeast, announceMost, wantAnnounce)
		if fields["Channel"] == nil {
			t.Add(n, "an announcement without a Channel", "a Channel as well: it is where the announcement is posted")
		}
	}
	if n, ok := fields["Channel"]; ok {
		timer.Channel = t.Text(n, document.ChannelShape, document.WantChannel)
	}
	if n := t.Required(item, fields, "Request", wantRequest); n != nil {
		t.request(n, &timer)
		t.dryRun(fields["DryRun"], n, &timer)
		t.serves(fields, &timer)
	} else if n := fields["DryRun"]; n != nil {
		t.flag(n)
	}
	t.all = append(t.all, timer)
}

// around are the Surroundings of a timer: its days are those of its cron
// expression's zone, where that names one.
func (t *timers) around(fields map[string]*yaml.Node, s cronExpression) Surroundings {
	in := t.in
	if !s.zoned {
		return in
	}
	in.Zone = s.zone
	if n, ok := fields["Zone"]; ok && n.Kind == yaml.ScalarNode && n.Value != s.zone.String() {
		if _, sound := calendar.Zone(n.Value); sound {
			t.Add(n, mistake.Quote(n.Value)+" beside "+zonePrefix+s.zone.String(), "the same zone, or only one of the two")
		}
	}
	return in
}

func (t *timers) cron(n *yaml.Node, timer *Timer) {
	if n.Kind != yaml.ScalarNode {
		t.Wrong(n, wantCron)
		return
	}
	s, wrong := parseCron(n.Value)
	if wrong != "" {
		t.Add(n, mistake.Quote(n.Value)+" ("+wrong+")", wantCron)
		return
	}
	timer.Cron, timer.cron = s.text, s
}

// duration reads a duration within its bounds.
func (t *timers) duration(n *yaml.Node, least, most time.Duration, want string) time.Duration {
	v, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < least || v > most {
		t.Wrong(n, want)
		return 0
	}
	return v
}

// flag reads true or false.
func (t *timers) flag(n *yaml.Node) (value, ok bool) {
	switch {
	case n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool":
	case strings.EqualFold(n.Value, "true"):
		return true, true
	case strings.EqualFold(n.Value, "false"):
		return false, true
	}
	t.Wrong(n, wantDryRun)
	return false, false
}
