package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

// FuzzPull looks for a body of the brake's routes that makes the reader panic, for
// one that is let through though it says nothing usable, and for an error that
// says neither which field nor why.
func FuzzPull(f *testing.F) {
	for _, seed := range []string{"", `{}`, `{"For":"2h","Reason":"release night"}`, `{"Until":"2026-12-01T23:00:00+08:00"}`, `{"For":"2h","Until":"2026-12-01T23:00:00Z"}`,
		`{"For":"-1h"}`, `{"For":"9223372036854775807ns"}`, `{"For":"1e9h"}`, `{"For":2}`, `{"For":"1h","For":"2h"}`, `[[[[`, "{\"Reason\":\"\xff\"}", `{"Until":"0000-00-00T00:00:00Z"}`, `{"for":"2h"}`} {
		f.Add(seed)
	}
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body string) {
		p, err := readPull(httptest.NewRequest(http.MethodPost, "/freeze", strings.NewReader(body)))
		if err == nil {
			_, err = p.until(now)
		}
		if err == nil {
			if body == "" || (p.For == "") == (p.Until == "") {
				t.Errorf("%q is let through as %+v", body, p)
			}
			return
		}
		switch core.CodeOf(err) {
		case core.Invalid, core.TooLarge:
		default:
			t.Errorf("%q: %v", body, err)
		}
	})
}

// FuzzPrefer looks for a Prefer header that makes anybody wait longer than he may.
func FuzzPrefer(f *testing.F) {
	for _, seed := range []string{"wait=10", "respond-async, wait=10", `wait="10"; x=y`, "WAIT = 5", "wait=-1", "wait=99999999999999999999", "wait", "=", ",;,", "wait=0x10"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if d := waitOf(http.Header{"Prefer": {value}}); d < 0 || d > maxWait || d > 0 && !strings.Contains(strings.ToLower(value), "wait") {
			t.Errorf("%q is %s", value, d)
		}
	})
}
