package timetable

import (
	"fmt"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/document"
	"stopdesktops/internal/core"
	"stopdesktops/internal/strictjson"
)

// notInTimers are fields of a request that a file cannot hold, and why.
var notInTimers = map[string]string{
	"LoginToken":   "an end user's token is not written into a file",
	"SessionId":    "an end user's session is not written into a file",
	"SessionToken": "an end user's token is not written into a file",
	"ClientToken":  "the same token every night would make every night the same call to the cloud; leave it out and each run gets its own",
}

func (t *timers) request(n *yaml.Node, timer *Timer) {
	if n.Kind != yaml.MappingNode {
		t.Wrong(n, wantRequest)
		return
	}
	before := len(t.Problems)
	for i := 0; i < len(n.Content); i += 2 {
		if why, ok := notInTimers[n.Content[i].Value]; ok {
			t.Add(n.Content[i], n.Content[i].Value, "a request without it: "+why)
		}
	}
	text := document.JSON(n)
	if len(t.Problems) > before {
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
		if q.Select != nil {
			rules.Regions = append(rules.Regions, q.Select.RegionId...)
		}
	}
	if err := rules.Validate(core.Timer, q); err != nil {
		if e, ok := err.(*core.Error); ok && len(e.Fields) > 0 {
			t.blame(n, e.Fields)
		} else {
			t.Problem(n, core.MessageOf(err))
		}
		return
	}
	timer.Request = q
}

// blame puts each field's problem where the field is.
func (t *timers) blame(request *yaml.Node, fields []core.FieldError) {
	for _, f := range fields {
		t.Problem(document.Find(request, f.Field), strings.TrimSpace(f.Field+" "+f.Problem))
	}
}

// dryRun lets the timer's own DryRun stand for the request's, so that going live
// is one word near the top. Both may be given where they say the same.
func (t *timers) dryRun(n, request *yaml.Node, timer *Timer) {
	if n == nil {
		return
	}
	dry, ok := t.flag(n)
	if !ok {
		return
	}
	_, inRequest := document.Child(request, "DryRun")
	if inRequest != nil && strings.EqualFold(inRequest.Value, strconv.FormatBool(!dry)) {
		t.Add(n, fmt.Sprintf("DryRun: %t beside DryRun: %t of the request on line %d", dry, !dry, inRequest.Line), "one of the two, or the same word in both")
		return
	}
	timer.Request.DryRun = dry
}

// serves refuses days of its own for a timer that serves schedules: a tick that
// it left out would lose every stop time since the tick before.
func (t *timers) serves(fields map[string]*yaml.Node, timer *Timer) {
	if !timer.Serves() {
		return
	}
	for _, key := range []string{"OnlyOn", "Between"} {
		if n := fields[key]; n != nil && (key != "OnlyOn" || !timer.everyDay()) && t.Sound(n) {
			t.Add(n, key+" of a timer with Select.Scheduled", "it in the schedules instead: a tick that is left out would lose their stop times")
		}
	}
}
