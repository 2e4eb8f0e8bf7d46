package fc

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// Serve answers an HTTP event through an ordinary handler. It always gives an
// answer: an event that is no request gets 400, and a handler that panics or
// answers with more headers than the platform takes gets 500 with nothing but
// that, while the log gets the reason. It gives no Go error, because the
// platform would turn one into a 502, and for an asynchronous call into
// retries.
func Serve(ctx context.Context, e Event, h http.Handler, log *slog.Logger) Response {
	r, err := e.Request(ctx)
	if err != nil {
		log.WarnContext(ctx, "an HTTP event is not a request", "err", err)
		return problem(http.StatusBadRequest, "The request could not be read. Check its path, headers and body.")
	}
	w := newRecorder()
	if !run(ctx, h, w, r, log) {
		return internalError()
	}
	response, ok := w.response(r.Method)
	if !ok {
		log.ErrorContext(ctx, "an answer has too many headers", "path", r.URL.Path, "limit", maxResponseHeaders)
		return internalError()
	}
	return response
}

// run calls the handler and says whether it came back in good order.
func run(ctx context.Context, h http.Handler, w http.ResponseWriter, r *http.Request, log *slog.Logger) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			log.ErrorContext(ctx, "the HTTP handler panicked",
				"method", r.Method, "path", r.URL.Path, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			ok = false
		}
	}()
	h.ServeHTTP(w, r)
	return true
}

func internalError() Response {
	return problem(http.StatusInternalServerError, "Something went wrong on our side. The log has the details; try again later.")
}

// problem is an answer of RFC 9457.
func problem(status int, detail string) Response {
	body, _ := json.Marshal(struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{http.StatusText(status), status, detail}) // Strings and an int cannot fail.
	return Response{
		StatusCode: status,
		Headers:    map[string]string{"Content-Type": "application/problem+json", "Cache-Control": "no-store"},
		Body:       string(body),
	}
}
