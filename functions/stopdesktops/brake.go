package main

import (
	"errors"
	"io"
	"net/http"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/strictjson"
)

// maxBrakeBody is far more than a reason and a time take.
const maxBrakeBody = 4 << 10

// pull is the body of POST and DELETE /freeze and of POST /runs/{id}/halt.
type pull struct {
	For    string `json:"For"`   // freeze: how long, such as 2h
	Until  string `json:"Until"` // freeze: until when, RFC 3339, instead of For
	Reason string `json:"Reason"`
}

// brake takes what the brake's routes have in common: who asks, and the body.
func (at *door) brake(w http.ResponseWriter, r *http.Request, a core.Action) (core.Caller, pull, bool) {
	who, err := at.bearer(r, a)
	var p pull
	if err == nil {
		p, err = readPull(r)
	}
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return who, p, false
	}
	return who, p, true
}

func readPull(r *http.Request) (p pull, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBrakeBody))
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		return p, core.Errorf(core.TooLarge, "The body is over %d bytes.", maxBrakeBody)
	}
	if err != nil {
		return p, &core.Error{Code: core.Invalid, Message: "The body could not be read.", Cause: err}
	}
	if len(body) == 0 {
		return p, nil
	}
	if fields := strictjson.Decode(body, &p); len(fields) > 0 {
		return p, &core.Error{Code: core.Invalid, Message: "The request is not valid, so nothing was done.", Fields: fields}
	}
	return p, nil
}

// until is the end that a pull of the freeze names.
func (p pull) until(now time.Time) (time.Time, error) {
	bad := func(field, problem string) (time.Time, error) {
		return time.Time{}, &core.Error{Code: core.Invalid, Message: "The request is not valid, so nothing was done.", Fields: []core.FieldError{{Field: field, Problem: problem}}}
	}
	switch {
	case p.For != "" && p.Until != "":
		return bad("For", "is given beside Until; give one of them")
	case p.For != "":
		d, err := time.ParseDuration(p.For)
		if err != nil {
			return bad("For", "want a duration such as 2h or 30m")
		}
		return now.Add(d), nil
	}
	t, err := time.Parse(time.RFC3339, p.Until)
	if err != nil {
		return bad("Until", "want a time such as 2026-12-01T23:00:00+08:00, or give For, such as 2h")
	}
	return t, nil
}

// frozen is the answer of the freeze's routes.
type frozen struct {
	Frozen bool         `json:"Frozen"`
	Freeze *core.Freeze `json:"Freeze,omitempty"`
}

// postFreeze stops all stopping for a while.
func (at *door) postFreeze(w http.ResponseWriter, r *http.Request) {
	who, p, ok := at.brake(w, r, core.ActionFreeze)
	if !ok {
		return
	}
	var f core.Freeze
	until, err := p.until(at.now())
	if err == nil {
		f, err = at.runner(at.inv, at.log).Freeze(r.Context(), who, until, p.Reason)
	}
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	writeJSON(w, http.StatusOK, "application/json", frozen{true, &f})
}

// deleteFreeze ends the freeze.
func (at *door) deleteFreeze(w http.ResponseWriter, r *http.Request) {
	who, p, ok := at.brake(w, r, core.ActionFreeze)
	if !ok {
		return
	}
	if _, err := at.runner(at.inv, at.log).Unfreeze(r.Context(), who, p.Reason); err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	writeJSON(w, http.StatusOK, "application/json", frozen{})
}

// getFreeze tells whether everything is frozen.
func (at *door) getFreeze(w http.ResponseWriter, r *http.Request) {
	who, err := at.bearer(r, core.ActionRead)
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	f, err := at.runner(at.inv, at.log).Frozen(r.Context(), who)
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	writeJSON(w, http.StatusOK, "application/json", frozen{f != nil, f})
}

// postHalt ends a run before its next wave.
func (at *door) postHalt(w http.ResponseWriter, r *http.Request) {
	who, p, ok := at.brake(w, r, core.ActionHalt)
	if !ok {
		return
	}
	h, err := at.runner(at.inv, at.log).Halt(r.Context(), who, core.RunID(r.PathValue("id")), p.Reason)
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	writeJSON(w, http.StatusOK, "application/json", h)
}
