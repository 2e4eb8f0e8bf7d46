package fc

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// apiBase is the path of the management API, version 2023-03-30.
const apiBase = "/2023-03-30/functions/{name}"

func (p *Platform) apiHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+apiBase+"/invocations", p.apiCall(p.invokeFunction))
	mux.HandleFunc("GET "+apiBase+"/async-tasks", p.apiCall(p.listAsyncTasks))
	mux.HandleFunc("GET "+apiBase+"/async-tasks/{task}", p.apiCall(p.getAsyncTask))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refusal(http.StatusBadRequest, "PathNotSupported", "the local double does not know this operation").write(w, p.newRequestID())
	})
	return mux
}

// apiCall spoils a call where a fault asks for it and answers refusals.
func (p *Platform) apiCall(operation func(http.ResponseWriter, *http.Request, string) *apiError) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := p.newRequestID()
		fault := p.faults.take(r.PathValue("name"))
		refused := fault.refusal()
		switch {
		case fault == FaultReset:
			panic(http.ErrAbortHandler)
		case fault == FaultAnswerLost:
			operation(discardResponse{}, r, id)
			panic(http.ErrAbortHandler)
		case refused == nil:
			refused = operation(w, r, id)
		}
		if refused != nil {
			refused.write(w, id)
		}
	}
}

// invokeFunction is InvokeFunction.
func (p *Platform) invokeFunction(w http.ResponseWriter, r *http.Request, id string) *apiError {
	async, refused := isAsync(r.Header)
	if refused != nil {
		return refused
	}
	body, refused := readBody(w, r, maxSyncPayload)
	if refused != nil {
		return refused
	}
	name := r.PathValue("name")
	if refused := p.authorize(r, body, actionInvoke, p.functionARN(name)); refused != nil {
		return refused
	}
	f, refused := p.find(r)
	if refused != nil {
		return refused
	}
	w.Header().Set(headerRequestID, id)
	if async {
		if len(body) > maxAsyncPayload {
			return refusal(http.StatusBadRequest, "EntityTooLarge", "an asynchronous payload has at most %d bytes, this one %d", maxAsyncPayload, len(body))
		}
		task, refused := p.enqueue(f, asyncEvent{source: SourceAPI, payload: body, requestID: id, taskID: r.Header.Get(headerTaskID)})
		if refused != nil {
			return refused
		}
		w.Header().Set(headerTaskID, task.ID)
		w.WriteHeader(http.StatusAccepted)
		return nil
	}
	result, err := p.invoke(p.ctx, f, Invocation{RequestID: id, Source: SourceAPI, Event: body}, false)
	if err != nil {
		return busy(f, err)
	}
	if result.failed {
		w.Header().Set(headerErrorType, unhandledError) // the status stays 200
	}
	if strings.EqualFold(r.Header.Get(headerLogType), "Tail") {
		w.Header().Set(headerLogResult, base64.StdEncoding.EncodeToString([]byte(result.tail)))
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(result.payload)
	return nil
}

// find returns the function a call names. Published versions and aliases do
// not exist in the double.
func (p *Platform) find(r *http.Request) (*function, *apiError) {
	name := r.PathValue("name")
	f := p.function(name)
	if f == nil {
		return nil, refusal(http.StatusNotFound, "FunctionNotFound", "function '%s' does not exist", name)
	}
	if q := r.URL.Query().Get("qualifier"); q != "" && q != latest {
		return nil, refusal(http.StatusNotFound, "VersionNotFound", "function '%s' has no version or alias '%s'", name, q)
	}
	return f, nil
}

// discardResponse swallows an answer that is lost on its way.
type discardResponse struct{}

func (discardResponse) Header() http.Header         { return http.Header{} }
func (discardResponse) Write(b []byte) (int, error) { return len(b), nil }
func (discardResponse) WriteHeader(int)             {}
