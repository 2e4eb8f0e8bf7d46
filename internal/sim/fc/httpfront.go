package fc

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Headers that the platform reads and writes.
const (
	headerRequestID      = "X-Fc-Request-Id"
	headerErrorType      = "X-Fc-Error-Type"
	headerInvocationType = "X-Fc-Invocation-Type"
	headerTaskID         = "X-Fc-Async-Task-Id"
	headerLogType        = "X-Fc-Log-Type"
	headerLogResult      = "X-Fc-Log-Result"

	// platformError is the X-Fc-Error-Type of answers that no function gave.
	platformError = "FcCommonError"
)

// Limits of an HTTP trigger's requests, from the FC documentation.
const (
	maxRequestHeaderBytes = 8 << 10
	maxPathAndQueryBytes  = 4 << 10
	maxSyncPayload        = 32 << 20
)

// httpFront serves the HTTP trigger of one function.
func (p *Platform) httpFront(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := p.newRequestID()
		w.Header().Set("Content-Disposition", "attachment") // as every default domain does
		f := p.function(name)
		if f == nil || f.conf.HTTP == nil {
			refuseHTTP(w, id, refusal(http.StatusNotFound, "TriggerNotFound", "function %s has no HTTP trigger", name))
			return
		}
		if refused := p.serveHTTP(w, r, f, id); refused != nil {
			refuseHTTP(w, id, refused)
		}
	})
}

func refuseHTTP(w http.ResponseWriter, id string, e *apiError) {
	if w.Header().Get(headerErrorType) == "" {
		w.Header().Set(headerErrorType, platformError)
	}
	e.write(w, id)
}

func (p *Platform) serveHTTP(w http.ResponseWriter, r *http.Request, f *function, id string) *apiError {
	if !slices.Contains(f.conf.HTTP.Methods, r.Method) {
		return refusal(http.StatusForbidden, "AccessDenied", "method %s is not allowed by the trigger, only %s", r.Method, strings.Join(f.conf.HTTP.Methods, ", "))
	}
	if refused := checkRequestSize(r); refused != nil {
		return refused
	}
	async, refused := isAsync(r.Header)
	if refused != nil {
		return refused
	}
	limit := maxSyncPayload
	if async {
		limit = maxAsyncPayload
	}
	body, refused := readBody(w, r, limit)
	if refused != nil {
		return refused
	}
	if f.conf.HTTP.AuthType == AuthFunction {
		if refused := p.authorize(r, body, actionInvoke, p.functionARN(f.conf.Name)); refused != nil {
			return refused
		}
	}
	event, err := p.buildEvent(f, r, body, id)
	if err != nil {
		return refusal(http.StatusInternalServerError, "InternalServerError", "build the event: %v", err)
	}
	w.Header().Set(headerRequestID, id)
	if async {
		if _, refused := p.enqueue(f, asyncEvent{source: SourceHTTP, payload: event, requestID: id, taskID: r.Header.Get(headerTaskID)}); refused != nil {
			return refused
		}
		w.WriteHeader(http.StatusAccepted)
		return nil
	}
	result, err := p.invoke(p.ctx, f, Invocation{RequestID: id, Source: SourceHTTP, Event: event}, false)
	if err != nil {
		return busy(f, err)
	}
	return p.answerHTTP(w, result)
}

// answerHTTP writes the function's answer. A failed function is 502 with the
// error as the body, as the FC 2.0 documentation has it.
func (p *Platform) answerHTTP(w http.ResponseWriter, r result) *apiError {
	if r.failed {
		w.Header().Set(headerErrorType, unhandledError)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadGateway)
		w.Write(r.payload)
		return nil
	}
	a, err := parseAnswer(r.payload, p.opt.InferResponse)
	if err != nil {
		w.Header().Set(headerErrorType, unhandledError)
		return refusal(http.StatusBadGateway, "BadResponse", "%v", err)
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	w.Write(a.body)
	return nil
}

// isAsync reads the invocation type. On an HTTP trigger it is the caller who
// sends it, anonymous or not.
func isAsync(h http.Header) (bool, *apiError) {
	switch h.Get(headerInvocationType) {
	case "", "Sync":
		return false, nil
	case "Async":
		return true, nil
	default:
		return false, refusal(http.StatusBadRequest, "InvalidArgument", "x-fc-invocation-type is Sync or Async")
	}
}

func checkRequestSize(r *http.Request) *apiError {
	total := len("Host") + len(r.Host)
	for name, values := range r.Header {
		for _, v := range values {
			total += len(name) + len(v)
		}
	}
	if total > maxRequestHeaderBytes {
		return refusal(http.StatusBadRequest, "InvalidArgument", "request headers have %d bytes, at most %d are allowed", total, maxRequestHeaderBytes)
	}
	if n := len(r.URL.RequestURI()); n > maxPathAndQueryBytes {
		return refusal(http.StatusBadRequest, "InvalidArgument", "path and query have %d bytes, at most %d are allowed", n, maxPathAndQueryBytes)
	}
	return nil
}

func readBody(w http.ResponseWriter, r *http.Request, limit int) ([]byte, *apiError) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(limit)))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, refusal(http.StatusBadRequest, "EntityTooLarge", "the body is over the limit of %d bytes", limit)
	}
	if err != nil {
		return nil, refusal(http.StatusBadRequest, "InvalidArgument", "the body could not be read")
	}
	return body, nil
}

func busy(f *function, err error) *apiError {
	if errors.Is(err, errBusy) {
		return refusal(http.StatusTooManyRequests, "ResourceExhausted", "all %d instances of function %s are busy", f.conf.MaxInstances, f.conf.Name)
	}
	return refusal(http.StatusServiceUnavailable, "ServiceUnavailable", "the platform is closing")
}
