package fc

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Failure is the platform's record of an asynchronous invocation that failed
// for good, as the function's failure destination gets it.
type Failure struct {
	RequestID string // of the invocation that failed
	Condition string // why there are no more tries, in the platform's words
	Tries     int    // invocations, approximately
	Status    int    // HTTP status of the last try
	Error     string // kind of the last error, in the platform's words
	Original  Event  // what could not be done: a job or a tick
}

// Failure reads a failure record. It never fails: whoever asked must be told
// even where the record is not quite as documented, so whatever cannot be read
// stays empty, and Original.Shape is unknown where the payload is lost. What
// the function answered is not read, because nobody needs it and it is the one
// part whose content is free.
func (e Event) Failure() Failure {
	var (
		request struct {
			RequestID json.RawMessage `json:"requestId"`
			Condition json.RawMessage `json:"condition"`
			Tries     json.RawMessage `json:"approximateInvokeCount"`
		}
		response struct {
			Status json.RawMessage `json:"statusCode"`
			Error  json.RawMessage `json:"functionError"`
		}
	)
	_ = e.read("requestContext", &request)   // What cannot be read stays empty,
	_ = e.read("responseContext", &response) // as promised above.
	f := Failure{
		RequestID: scalar(request.RequestID),
		Condition: scalar(request.Condition),
		Error:     scalar(response.Error),
		Original:  Event{Shape: ShapeUnknown},
	}
	f.Tries, _ = strconv.Atoi(scalar(request.Tries))
	f.Status, _ = strconv.Atoi(scalar(response.Status))

	switch payload := e.members["requestPayload"]; payload.Kind() {
	case '{':
		f.Original = Open(payload)
	case '"': // The same event as a string that holds JSON.
		if text, err := jsontext.AppendUnquote(nil, payload); err == nil {
			f.Original = Open(text)
		}
	}
	return f
}

// scalar is a string, or a number as it was written; both kinds occur in the
// vendor's samples.
func scalar(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if text := strings.TrimSpace(string(raw)); text != "null" && !strings.ContainsAny(text, "{[") {
		return text
	}
	return ""
}
