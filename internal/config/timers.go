package config

import (
	"fmt"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/strictjson"
)

// How late a tick may come. Under a minute the platform's own delay would make
// every tick late; beyond half a day a nightly stop would hit the working day.
const (
	lateDefault = 15 * time.Minute
	lateLeast   = time.Minute
	lateMost    = 12 * time.Hour
)

var timerName = pattern.Name{Most: 40, Rest: "a-z0-9-"}

const (
	wantName    = "1 to 40 lower-case letters, digits and dashes"
	wantLate    = "a duration from 1m to 12h, such as 15m"
	wantTimers  = "Timers: and a list of timers"
	wantTimer   = "a timer: Name, Cron, LateAfter, Request"
	wantRequest = "a request: RegionId, DesktopId, ..."
)

// notInTimers are fields of a request that a file cannot hold, and why.
var notInTimers = map[string]string{
	"LoginToken":   "an end user's token is not written into a file",
	"SessionId":    "an end user's session is not written into a file",
	"SessionToken": "an end user's token is not written into a file",
	"ClientToken":  "the same token every night would make every night the same call to the cloud; leave it out and each run gets its own",
}

// parseTimers reads timers.yaml. Requests pass the same decoder and the same
// rules as a webhook's. Where the deployment's regions are not known, a
// request's region is only looked at for its shape.
func parseTimers(file File, rules core.Rules, anyRegion bool) ([]Timer, Problems) {
	d := &document{file: file.Name}
	root := d.parse(file.Text)
	if root == nil {
		return nil, d.problems
	}
	t := timers{document: d, rules: rules, anyRegion: anyRegion, lines: map[string]int{}}
	list, ok := d.fields(root, wantTimers, "Timers")["Timers"]
	if !ok {
		if root.Kind == yaml.MappingNode {
			d.missing(root, "Timers", "a list of timers, or [] for none")
		}
		return nil, d.problems
	}
	if list.Kind != yaml.SequenceNode {
		d.wrong(list, "a list of timers, or [] for none")
		return nil, d.problems
	}
	for _, item := range list.Content {
		t.read(item)
	}
	if len(d.problems) > 0 {
		return nil, d.problems
	}
	return t.all, nil
}

type timers struct {
	*document
	rules     core.Rules
	anyRegion bool
	all       []Timer
	lines     map[string]int // of each name
}

func (t *timers) read(item *yaml.Node) {
	fields := t.fields(item, wantTimer, "Name", "Cron", "LateAfter", "Request")
	if fields == nil {
		return
	}
	timer := Timer{LateAfter: lateDefault}
	if name := t.required(item, fields, "Name", wantName); name != nil {
		t.name(name, &timer)
	}
	if cron := t.required(item, fields, "Cron", wantCron); cron != nil {
		t.cron(cron, &timer)
	}
	if late, ok := fields["LateAfter"]; ok {
		t.late(late, &timer)
	}
	if request := t.required(item, fields, "Request", wantRequest); request != nil {
		t.request(request, &timer)
	}
	t.all = append(t.all, timer)
}

func (t *timers) name(n *yaml.Node, timer *Timer) {
	if n.Kind != yaml.ScalarNode || !timerName.MatchString(n.Value) {
		t.wrong(n, wantName)
		return
	}
	if line, twice := t.lines[n.Value]; twice {
		t.add(n, fmt.Sprintf("%q, which is the name of the timer on line %d", n.Value, line), "another name")
		return
	}
	t.lines[n.Value] = n.Line
	timer.Name = n.Value
}

func (t *timers) cron(n *yaml.Node, timer *Timer) {
	if n.Kind != yaml.ScalarNode {
		t.wrong(n, wantCron)
		return
	}
	s, wrong := parseSchedule(n.Value)
	if wrong != "" {
		t.add(n, quote(n.Value)+" ("+wrong+")", wantCron)
		return
	}
	timer.Cron, timer.schedule = s.text, s
}

func (t *timers) late(n *yaml.Node, timer *Timer) {
	late, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || late < lateLeast || late > lateMost {
		t.wrong(n, wantLate)
		return
	}
	timer.LateAfter = late
}

func (t *timers) request(n *yaml.Node, timer *Timer) {
	if n.Kind != yaml.MappingNode {
		t.wrong(n, wantRequest)
		return
	}
	before := len(t.problems)
	for i := 0; i < len(n.Content); i += 2 {
		if why, ok := notInTimers[n.Content[i].Value]; ok {
			t.add(n.Content[i], n.Content[i].Value, "a request without it: "+why)
		}
	}
	text := t.json(n)
	if len(t.problems) > before {
		return // what follows would only repeat it
	}
	var q core.Request
	if fields := strictjson.Decode(text, &q); len(fields) > 0 {
		t.blame(n, fields)
		return
	}
	rules := t.rules
	if t.anyRegion {
		rules.Regions = []string{q.RegionId}
	}
	if err := rules.Validate(core.Timer, q); err != nil {
		if e, ok := err.(*core.Error); ok && len(e.Fields) > 0 {
			t.blame(n, e.Fields)
		} else {
			t.problem(n, core.MessageOf(err))
		}
		return
	}
	timer.Request = q
}

// blame puts each field's problem where the field is.
func (t *timers) blame(request *yaml.Node, fields []core.FieldError) {
	for _, f := range fields {
		t.problem(find(request, f.Field), strings.TrimSpace(f.Field+" "+f.Problem))
	}
}
