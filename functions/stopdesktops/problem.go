package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"stopdesktops/internal/core"
)

// statuses maps the core's error codes to HTTP, here and nowhere else.
var statuses = map[core.ErrorCode]int{
	core.Invalid:         http.StatusBadRequest,
	core.Unauthenticated: http.StatusUnauthorized,
	core.Forbidden:       http.StatusForbidden,
	core.Missing:         http.StatusNotFound,
	core.Mismatch:        http.StatusUnprocessableEntity,
	core.AboveCeiling:    http.StatusUnprocessableEntity,
	core.TooLarge:        http.StatusRequestEntityTooLarge,
	core.Frozen:          http.StatusConflict, // final for a sender: whoever froze must not find the stop carried out hours later
	core.TooLate:         http.StatusUnprocessableEntity,
	core.Busy:            http.StatusServiceUnavailable,
	core.Internal:        http.StatusInternalServerError,
}

// retryAfter tells a sender when to come again where the error says nothing
// better: long enough for a hiccup to be over, short enough for one retry to
// fit into a sender's patience.
const retryAfter = 5 * time.Second

// problem is the body of an answer that is not a success (RFC 9457).
type problem struct {
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Code   core.ErrorCode    `json:"code,omitempty"`
	Detail string            `json:"detail"`
	Errors []core.FieldError `json:"errors,omitempty"`
}

// fail answers with what a person may know of err; the log gets the rest. An
// unknown caller learns nothing at all.
func fail(ctx context.Context, w http.ResponseWriter, log *slog.Logger, err error) {
	code := core.CodeOf(err)
	level := slog.LevelInfo
	if code == core.Internal || code == core.Busy {
		level = slog.LevelError
	}
	log.LogAttrs(ctx, level, "request refused", slog.String("code", string(code)), slog.String("error", err.Error()))
	if code == core.Unauthenticated {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	p := problem{Code: code, Status: statuses[code], Detail: core.MessageOf(err)}
	after := retryAfter
	if e := (*core.Error)(nil); errors.As(err, &e) {
		p.Errors = e.Fields
		after = max(after, e.Retry)
	}
	if code == core.Busy {
		w.Header().Set("Retry-After", strconv.Itoa(int(after.Round(time.Second)/time.Second)))
	}
	writeProblem(w, p)
}

// writeProblem answers with a problem document.
func writeProblem(w http.ResponseWriter, p problem) {
	p.Title = http.StatusText(p.Status)
	writeJSON(w, p.Status, "application/problem+json", p)
}

// writeJSON answers with v. Answers are about somebody's desktops, so nobody
// on the way may keep them.
func writeJSON(w http.ResponseWriter, status int, contentType string, v any) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // people read it in a terminal
	if err := encoder.Encode(v); err != nil {
		panic(err) // every answer is a struct of this package, made of strings and numbers
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body.Bytes())
}
