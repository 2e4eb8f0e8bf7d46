package fc

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Shape is what kind of event the function was given.
type Shape string

// The shapes of the FC documentation, and our own job.
const (
	ShapeHTTP    Shape = "http"    // an HTTP trigger's event, version v1
	ShapeTimer   Shape = "timer"   // a timer trigger's event
	ShapeJob     Shape = "job"     // what Invoker sent: a run and a step
	ShapeFailure Shape = "failure" // the platform's record of a job or tick that failed for good
	ShapeUnknown Shape = "unknown"
)

// Event is one event, read as far as its top-level names. Its values alias the
// bytes it was opened from.
type Event struct {
	Shape Shape

	members map[string]jsontext.Value
}

// names are the top-level names that tell shapes apart or are read later. Any
// other is ignored, because the platform may add some, except in a job.
var names = map[string]bool{
	"version": true, "rawPath": true, "requestContext": true, // HTTP
	"headers": true, "queryParameters": true, "body": true, "isBase64Encoded": true,
	"triggerTime": true, "triggerName": true, "payload": true, // timer
	"Run": true, "Step": true, // job
	"requestPayload": true, "responseContext": true, "timestamp": true, // failure record
}

// Open tells the shape of an event by its top-level names alone, so that
// nothing inside a body or a payload can pass for another shape. An HTTP caller
// who writes a timer event sends it as a body, and it stays one.
//
// It reads in place: an HTTP event may be 44 MB long, because the platform
// hands over a 32 MB body before any code of the function can refuse it, and
// not one byte of such a body is copied. The caller keeps event as it is for as
// long as it uses the result.
func Open(event []byte) Event {
	unknown := Event{Shape: ShapeUnknown}
	// Text that is not UTF-8 in a body makes a bad request, not an event that
	// nobody can answer.
	dec := jsontext.NewDecoder(bytes.NewBuffer(event), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if dec.PeekKind() != '{' {
		return unknown
	}
	if _, err := dec.ReadToken(); err != nil {
		return unknown
	}
	e := Event{members: map[string]jsontext.Value{}}
	count := 0
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return unknown
		}
		key := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return unknown
		}
		if _, twice := e.members[key]; twice {
			return unknown // Nobody can say which of the two is meant.
		}
		if names[key] {
			e.members[key] = value
		}
		count++
	}
	if _, err := dec.ReadToken(); err != nil || len(bytes.TrimSpace(event[dec.InputOffset():])) > 0 {
		return unknown
	}
	e.Shape = e.shape(count)
	return e
}

// shape is the one shape whose names are there. An event that has the names of
// two shapes is of neither.
func (e Event) shape(count int) Shape {
	found := ShapeUnknown
	for shape, is := range map[Shape]bool{
		ShapeHTTP:    e.has("version", "rawPath", "requestContext") && e.requestContextHasHTTP(),
		ShapeTimer:   e.has("triggerTime", "triggerName", "payload"),
		ShapeJob:     e.has("Run", "Step") && count == 2,
		ShapeFailure: e.has("requestContext", "requestPayload", "responseContext") && !e.has("rawPath"),
	} {
		switch {
		case !is:
		case found != ShapeUnknown:
			return ShapeUnknown
		default:
			found = shape
		}
	}
	return found
}

func (e Event) has(names ...string) bool {
	for _, n := range names {
		if _, ok := e.members[n]; !ok {
			return false
		}
	}
	return true
}

func (e Event) requestContextHasHTTP() bool {
	var rc struct {
		HTTP json.RawMessage `json:"http"`
	}
	return e.read("requestContext", &rc) == nil && len(rc.HTTP) > 0 && rc.HTTP[0] == '{'
}

// maxPart bounds every part of an event but a body and a payload. The platform
// allows 8 KB of headers and 4 KB of path and query; the rest is room for
// escapes.
const maxPart = 64 << 10

// read decodes a small part of the event. A part that is missing or null
// leaves dst alone.
func (e Event) read(name string, dst any) error {
	value := e.members[name]
	if len(value) == 0 {
		return nil
	}
	if len(value) > maxPart {
		return fmt.Errorf("%s of the event: %d bytes, want at most %d", name, len(value), maxPart)
	}
	if err := json.Unmarshal(value, dst); err != nil {
		return fmt.Errorf("%s of the event: %w", name, err)
	}
	return nil
}
