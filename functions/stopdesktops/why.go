package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stopdesktops/internal/core"
)

// getWhy tells what decides about one desktop: the facts, each rule in order and
// the verdict. GET /why?RegionId=..&DesktopId=.., and Timer=.. to ask about the
// request of a timer.
func (at *door) getWhy(w http.ResponseWriter, r *http.Request) {
	who, err := at.bearer(r, core.ActionWhy)
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	q, err := at.whyOf(r.URL.Query())
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	why := at.runner(at.inv, at.log)
	var traces []core.Trace
	if timer := r.URL.Query().Get("Timer"); timer != "" {
		traces, err = why.WhyTimer(r.Context(), who, timer, q)
	} else {
		traces, err = why.Why(r.Context(), who, q)
	}
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	writeJSON(w, http.StatusOK, "application/json", struct {
		Why []core.Trace `json:"Why"`
	}{traces})
}

// whyOf reads the query strictly: what it does not know may be misspelt.
func (at *door) whyOf(query url.Values) (core.Request, error) {
	known := []string{"RegionId", "DesktopId", "Timer"}
	var fields []core.FieldError
	for name, values := range query {
		switch {
		case !slices.Contains(known, name):
			fields = append(fields, core.FieldError{Field: name, Problem: "is not a known parameter; known are " + strings.Join(known, ", ")})
		case len(values) != 1:
			fields = append(fields, core.FieldError{Field: name, Problem: "is given twice; give it once"})
		}
	}
	if len(fields) > 0 {
		return core.Request{}, &core.Error{Code: core.Invalid, Message: "The question is not valid.", Fields: fields}
	}
	return at.whyRequest(query.Get("RegionId"), query.Get("DesktopId"), query.Get("Timer"))
}

// whyRequest is the request that a question is about: one desktop, with the
// words of a timer where it names one.
func (d *deployment) whyRequest(region, desktop, timer string) (core.Request, error) {
	var q core.Request
	if timer != "" {
		t, ok := d.config.Timer(timer)
		if !ok {
			return q, core.Errorf(core.Missing, "There is no timer of that name in timers.yaml.")
		}
		q = t.Request
		if len(q.DesktopId) > 0 && !slices.Contains(q.DesktopId, desktop) {
			return q, core.Errorf(core.Missing, "Timer %s names its desktops by id, and %s is not one of them.", timer, desktop)
		}
	}
	q.RegionId = region
	q.DesktopId = []string{desktop}
	return q, nil
}
