package main

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
	"stopdesktops/internal/strictjson"
)

// maxWait is the longest that `Prefer: wait` is honoured. Webhook senders give
// up after 15 to 30 seconds; people with curl may have a minute.
const maxWait = time.Minute

// postStop takes a request to stop desktops.
func (at *door) postStop(w http.ResponseWriter, r *http.Request) {
	d, err := at.delivery(r)
	if err != nil {
		at.refuse(w, r, err)
		return
	}
	at.submit(w, r, d)
}

// submit hands a delivery in and answers how far its run is.
func (at *door) submit(w http.ResponseWriter, r *http.Request, d core.Delivery) {
	a, err := at.runner(at.inv, at.log).Submit(r.Context(), d)
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	if a.State == core.Finished && at.untold(r.Context(), d, a) {
		// A job tells how it ended, so that this answer need not wait. Where it
		// cannot be queued the sender comes again.
		if err := at.queue.Enqueue(r.Context(), a.Run, core.StepStop); err != nil {
			fail(r.Context(), w, at.log, err)
			return
		}
	}
	if d.Wait > 0 {
		w.Header().Set("Preference-Applied", "wait="+strconv.Itoa(int(d.Wait/time.Second)))
	}
	status := http.StatusAccepted
	if a.Repeated || a.State == core.Finished {
		status = http.StatusOK
	}
	w.Header().Set("Location", "/runs/"+string(a.Run))
	writeJSON(w, status, "application/json", answered(a))
}

// errContentType is an answer that has a status of its own.
var errContentType = errors.New("content type is not application/json")

// refuse answers a request that never became a delivery.
func (at *door) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errContentType) {
		writeProblem(w, problem{Status: http.StatusUnsupportedMediaType, Detail: "Send the request as application/json."})
		return
	}
	fail(r.Context(), w, at.log, err)
}

// delivery reads, authenticates and decodes a request, in this order: nothing
// is parsed before the sender is known.
func (at *door) delivery(r *http.Request) (core.Delivery, error) {
	body, err := readBody(r)
	if err != nil {
		return core.Delivery{}, err
	}
	sender, err := at.auth.Authenticate(r.Header, body)
	if err != nil {
		return core.Delivery{}, err
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return core.Delivery{}, errContentType
	}
	q, err := decode(at.rules, core.Webhook, body)
	if err != nil {
		return core.Delivery{}, err
	}
	return core.Delivery{Caller: core.Caller{Door: core.Webhook, Name: sender.Name}, ID: sender.Scheme + ":" + sender.Delivery, Request: q, Wait: waitOf(r.Header)}, nil
}

// readBody reads a body whole, up to its limit.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, fc.MaxBody))
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		return nil, core.Errorf(core.TooLarge, "The body is over %d bytes. A request of 500 desktops fits; send smaller ones.", fc.MaxBody)
	}
	if err != nil {
		return nil, &core.Error{Code: core.Invalid, Message: "The body could not be read.", Cause: err}
	}
	return body, nil
}

// decode reads a request and reports every bad field at once: those that are
// not of their type and those whose value is not allowed.
func decode(rules core.Rules, door core.Door, body []byte) (core.Request, error) {
	var q core.Request
	fields := strictjson.Decode(body, &q)
	if len(fields) == 0 {
		return q, nil // the values are checked with the delivery
	}
	named := func(f core.FieldError) string {
		return strings.FieldsFunc(f.Field+".", func(r rune) bool { return r == '.' || r == '[' })[0]
	}
	readable := !slices.ContainsFunc(fields, func(f core.FieldError) bool { return f.Field == strictjson.Document })
	var more *core.Error
	if readable && errors.As(rules.Validate(door, q), &more) {
		for _, f := range more.Fields {
			if !slices.ContainsFunc(fields, func(g core.FieldError) bool { return named(g) == named(f) }) {
				fields = append(fields, f)
			}
		}
	}
	return q, &core.Error{Code: core.Invalid, Message: "The request is not valid, so nothing was done.", Fields: fields}
}

// waitOf returns how long the sender is willing to wait (RFC 7240). What it
// cannot read it ignores, as the standard asks.
func waitOf(h http.Header) time.Duration {
	for _, header := range h.Values("Prefer") {
		for part := range strings.SplitSeq(header, ",") {
			name, value, _ := strings.Cut(strings.SplitN(part, ";", 2)[0], "=")
			if !strings.EqualFold(strings.TrimSpace(name), "wait") {
				continue
			}
			seconds, err := strconv.Atoi(strings.Trim(strings.TrimSpace(value), `"`))
			if err == nil && seconds > 0 {
				return min(time.Duration(seconds)*time.Second, maxWait)
			}
		}
	}
	return 0
}
