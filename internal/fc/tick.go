package fc

import (
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/strictjson"
)

// Tick is a timer trigger's event: {"triggerTime", "triggerName", "payload"},
// whose payload is a string that holds {"Timer": "<name>"} and names a timer of
// the configuration. With "Announce": true beside it, the tick asks for the
// timer's announcement rather than for its run.
type Tick struct {
	At      time.Time // when the trigger was due, UTC; the same on every retry
	Trigger string    // the trigger's name in the deployment
	Timer   string    // the timer's name in the configuration
	// Announce asks for the announcement of the timer's next run.
	Announce bool
}

// Tick reads a timer event. What is wrong with it is a *core.Error with code
// Invalid: repeating the event cannot help.
func (e Event) Tick() (Tick, error) {
	var at, trigger, payload string
	for name, dst := range map[string]*string{"triggerTime": &at, "triggerName": &trigger, "payload": &payload} {
		if err := e.read(name, dst); err != nil {
			return Tick{}, &core.Error{Code: core.Invalid, Message: "The timer event is malformed.", Cause: err}
		}
	}
	tick := Tick{Trigger: trigger}
	due, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return tick, &core.Error{Code: core.Invalid, Message: "The timer event is malformed.",
			Fields: []core.FieldError{{Field: "triggerTime", Problem: "is not a time of RFC 3339"}}}
	}
	tick.At = due.UTC()
	var named struct {
		Timer    string `json:"Timer"`
		Announce bool   `json:"Announce"`
	}
	fields := strictjson.Decode([]byte(payload), &named)
	if len(fields) == 0 && named.Timer == "" {
		fields = []core.FieldError{{Field: "Timer", Problem: "is missing"}}
	}
	if len(fields) > 0 {
		return tick, &core.Error{Code: core.Invalid, Fields: fields,
			Message: `The payload of the timer trigger must be {"Timer":"<name>"}, the name of a timer of the configuration. Mend it in the trigger's settings.`}
	}
	tick.Timer, tick.Announce = named.Timer, named.Announce
	return tick, nil
}
