package fc

import (
	"encoding/json"
)

// What a destination is told about the end of an invocation. The condition of
// a failed one is the error type.
const (
	conditionSuccess = "Success"
	conditionExpired = "EventAgeExceeded"
)

// DestinationRecord is the event that an onSuccess or onFailure function
// receives. The FC documentation names these fields.
type DestinationRecord struct {
	Timestamp      int64 `json:"timestamp"` // ms since 1970
	RequestContext struct {
		RequestID              string `json:"requestId"`
		FunctionARN            string `json:"functionArn"`
		Condition              string `json:"condition"`
		ApproximateInvokeCount int64  `json:"approximateInvokeCount"`
	} `json:"requestContext"`
	RequestPayload  string `json:"requestPayload"`
	ResponseContext struct {
		StatusCode    int    `json:"statusCode"`
		FunctionError string `json:"functionError"`
	} `json:"responseContext"`
	ResponsePayload string `json:"responsePayload"`
}

// notify sends the end of a task to the function's destination. The end of a
// destination's own event goes nowhere, so that a failing destination, or one
// that is its own, cannot go round for ever.
func (p *Platform) notify(t *Task, f *function, condition string, final bool) {
	destination := f.conf.Async.OnFailure
	if condition == conditionSuccess {
		destination = f.conf.Async.OnSuccess
	}
	if final {
		if condition != conditionSuccess {
			p.opt.Logger.Error("a destination failed; its event is lost", "function", t.Function, "request", t.RequestID, "condition", condition)
		}
		return
	}
	if destination == "" {
		return
	}
	to := p.function(destination)
	if to == nil {
		p.opt.Logger.Error("the destination does not exist; the record is lost", "function", t.Function, "destination", destination, "request", t.RequestID)
		return
	}
	payload, err := json.Marshal(p.record(t, condition))
	if err != nil {
		p.opt.Logger.Error("the destination's record cannot be written", "function", t.Function, "request", t.RequestID, "error", err)
		return
	}
	if _, refused := p.enqueue(to, asyncEvent{source: SourceDestination, payload: payload, requestID: p.newRequestID(), final: true}); refused != nil {
		p.opt.Logger.Error("the destination's record was refused", "function", t.Function, "destination", destination, "request", t.RequestID, "error", refused)
	}
}

func (p *Platform) record(t *Task, condition string) DestinationRecord {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	var r DestinationRecord
	r.Timestamp = p.opt.Now().UnixMilli()
	r.RequestContext.RequestID = t.RequestID
	r.RequestContext.FunctionARN = p.functionARN(t.Function)
	r.RequestContext.Condition = condition
	if len(t.Attempts) > 0 {
		r.RequestContext.ApproximateInvokeCount = t.retries() + 1
	}
	r.RequestPayload = string(t.Payload)
	r.ResponseContext.StatusCode = 200
	if condition != conditionSuccess {
		r.ResponseContext.FunctionError = condition
	}
	r.ResponsePayload = string(t.Response)
	return r
}
