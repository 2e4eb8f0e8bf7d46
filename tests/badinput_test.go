package tests

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/strictjson"
)

// TestBadInput shows for each mistake the answer, and that nothing came of it.
func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two())
	good := `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`
	foreign := "whsec_" + strings.Repeat("QUJD", 8)
	cases := []struct {
		name   string
		method string // empty: POST
		path   string // empty: /stop
		body   string
		header func(h map[string]string)
		sign   func(body string) map[string]string
		status int
		errors []string // fields that must be named, in order
		empty  bool     // the answer has no body
	}{
		{name: "unknown field", body: `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"],"desktopid":["ecd-b"]}`, status: 400, errors: []string{"desktopid"}},
		{name: "wrong types, all at once", body: `{"RegionId":7,"DesktopId":"ecd-a","OsUpdate":"yes","Force":1}`, status: 400, errors: []string{"RegionId", "DesktopId", "OsUpdate", "Force"}},
		{name: "wrong type and bad value at once", body: `{"RegionId":"cn-hangzhou","DesktopId":["i-1"],"Force":1}`, status: 400, errors: []string{"Force", "DesktopId[0]"}},
		{name: "null", body: `{"RegionId":"cn-hangzhou","DesktopId":null}`, status: 400, errors: []string{"DesktopId"}},
		{name: "twice the same field", body: `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"],"DesktopId":["ecd-b"]}`, status: 400, errors: []string{"DesktopId"}},
		{name: "bad id", body: `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd_b"]}`, status: 400, errors: []string{"DesktopId[1]"}},
		{name: "no id", body: `{"RegionId":"cn-hangzhou","DesktopId":[]}`, status: 400, errors: []string{"DesktopId"}},
		{name: "no field at all", body: `{}`, status: 400, errors: []string{"RegionId", "DesktopId"}},
		{name: "token of 65", body: `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"],"ClientId":"c","ClientToken":"` + strings.Repeat("t", 65) + `"}`, status: 400, errors: []string{"ClientToken"}},
		{name: "token not ASCII", body: `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"],"ClientId":"c","ClientToken":"tök"}`, status: 400, errors: []string{"ClientToken"}},
		{name: "region unknown", body: `{"RegionId":"cn-nowhere","DesktopId":["ecd-a"]}`, status: 400, errors: []string{"RegionId"}},
		{name: "region smuggles a host", body: `{"RegionId":"u@host/#","DesktopId":["ecd-a"]}`, status: 400, errors: []string{"RegionId"}},
		{name: "field of the other contract", body: `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"],"SessionId":"s"}`, status: 400, errors: []string{"SessionId"}},
		{name: "above the ceiling", body: `{"RegionId":"cn-hangzhou","DesktopId":["ecd-` + strings.Join(numbers(501), `","ecd-`) + `"]}`, status: 422},
		{name: "not JSON", body: `RegionId=cn-hangzhou`, status: 400, errors: []string{strictjson.Document}},
		{name: "trailing data", body: good + `{}`, status: 400, errors: []string{strictjson.Document}},
		{name: "invalid UTF-8", body: "{\"RegionId\":\"cn-hangzhou\",\"DesktopId\":[\"ecd-a\"],\"Reason\":\"\xff\"}", status: 400, errors: []string{strictjson.Document}},
		{name: "deep nesting", body: strings.Repeat(`[`, 10_000), status: 400, errors: []string{strictjson.Document}},
		{name: "body over 64 KiB", body: `{"Reason":"` + strings.Repeat("x", 64<<10) + `"}`, status: 413},
		{name: "wrong content type", body: good, header: func(h map[string]string) { h["Content-Type"] = "text/plain" }, status: 415},
		{name: "no content type", body: good, header: func(h map[string]string) { delete(h, "Content-Type") }, status: 415},
		{name: "wrong method", method: http.MethodGet, status: 405},
		{name: "no such route", path: "/stop/now", body: good, status: 404},
		{name: "a slash too many", path: "//stop", body: good, status: 404},
		{name: "a halt of no run", path: "/runs//halt", sign: w.bearer, status: 404},
		{name: "a path that goes up", path: "/senders/../stop", body: good, status: 404},
		{name: "a slash at the end", path: "/stop/", body: good, status: 404},
		{name: "no such run", method: http.MethodGet, path: "/runs/webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa", sign: w.bearer, status: 404},
		{name: "not a run", method: http.MethodGet, path: "/runs/..%2Ffreeze", sign: w.bearer, status: 404},
		{name: "no signature", body: good, sign: func(string) map[string]string { return map[string]string{"Content-Type": "application/json"} }, status: 401, empty: true},
		{name: "wrong key", body: good, sign: func(b string) map[string]string { return sign(t, foreign, fresh(), time.Now(), b) }, status: 401, empty: true},
		{name: "stale", body: good, sign: func(b string) map[string]string {
			return sign(t, w.WebhookSecret, fresh(), time.Now().Add(-6*time.Minute), b)
		}, status: 401, empty: true},
		{name: "from the future", body: good, sign: func(b string) map[string]string {
			return sign(t, w.WebhookSecret, fresh(), time.Now().Add(6*time.Minute), b)
		}, status: 401, empty: true},
		{name: "another body", body: good, sign: func(b string) map[string]string { return w.signed(fresh(), b+" ") }, status: 401, empty: true},
		{name: "another id", body: good, header: func(h map[string]string) { h["webhook-id"] += "x" }, status: 401, empty: true},
		{name: "id with a dot", body: good, sign: func(b string) map[string]string { return w.signed("m1.5", b) }, status: 401, empty: true},
		{name: "signature on a route that wants the token", method: http.MethodGet, path: "/healthz", status: 401, empty: true},
		{name: "token without a delivery id", body: good, sign: w.bearer, status: 400, errors: []string{"Idempotency-Key"}},
		{name: "wrong token", body: good, sign: func(string) map[string]string {
			return map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + strings.Repeat("w", 32), "Idempotency-Key": "k"}
		}, status: 401, empty: true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			header := w.signed(fresh(), c.body)
			if c.sign != nil {
				header = c.sign(c.body)
			}
			if c.header != nil {
				header = maps.Clone(header)
				c.header(header)
			}
			method, path := c.method, c.path
			if method == "" {
				method = http.MethodPost
			}
			if path == "" {
				path = "/stop"
			}
			r := w.send(method, path, header, c.body)
			if r.Status != c.status {
				t.Fatalf("status %d, want %d: %s", r.Status, c.status, r.Text)
			}
			if c.empty {
				if r.Text != "" {
					t.Errorf("the answer has a body: %s", r.Text)
				}
				return
			}
			if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("content type %q", got)
			}
			if len(r.Errors) != len(c.errors) {
				t.Fatalf("errors %v, want fields %q", r.Errors, c.errors)
			}
			for i, e := range r.Errors {
				if e.Field != c.errors[i] || e.Problem == "" {
					t.Errorf("error %d is %v, want field %q", i, e, c.errors[i])
				}
			}
		})
	}
	w.drain()
	if n := len(w.ECD.Calls()); n != 0 {
		t.Errorf("%d calls reached the cloud", n)
	}
	if n := len(w.OSS.Objects()); n != 0 {
		t.Errorf("%d records were written", n)
	}
	if n := len(w.FC.Tasks()); n != 0 {
		t.Errorf("%d jobs were queued", n)
	}
}

// bearer is a request by token that lacks a delivery id.
func (w *world) bearer(string) map[string]string {
	return map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + w.WebhookToken}
}

func numbers(n int) []string {
	var all []string
	for i := range n {
		all = append(all, strings.Repeat("x", 1)+string(rune('a'+i%26))+string(rune('a'+i/26%26)))
	}
	return all
}

func TestBearerTokenAndHealth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two())
	h := w.bearer("")
	h["Idempotency-Key"] = "ticket-4711"
	for i := range 2 {
		r := w.send(http.MethodPost, "/stop", h, wholeAdmin)
		if r.Status/100 != 2 || r.Repeated != (i == 1) {
			t.Fatalf("delivery %d: %d %s", i, r.Status, r.Text)
		}
		w.drain()
	}
	w.once()
	r := w.get("/healthz")
	if r.Status != http.StatusOK || !strings.Contains(r.Text, `"Version":"e2e"`) || !strings.Contains(r.Text, `"Contract":"by request"`) {
		t.Errorf("health: %d %s", r.Status, r.Text)
	}
}

func TestUnknownEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two())
	for _, event := range []string{`{}`, `[]`, `null`, ``, `{"Run":"timer-aaaaaaaaaaaaaaaaaaaaaaaaaa","Step":"stop"}`, `{"Run":"x","Step":"stop"}`,
		`{"Run":"timer-aaaaaaaaaaaaaaaaaaaaaaaaaa","Step":"everything"}`, `{"Run":"timer-aaaaaaaaaaaaaaaaaaaaaaaaaa","Step":"stop","All":true}`,
		`{"triggerTime":"yesterday","triggerName":"admin","payload":"{\"Timer\":\"admin\"}"}`, `{"triggerTime":"2026-01-01T00:00:00Z","triggerName":"x","payload":"all"}`,
		`{"requestContext":{"requestId":"r"},"requestPayload":"{}","responseContext":{}}`} {
		w.invoke(event)
	}
	w.drain()
	if n := len(w.stops()); n != 0 {
		t.Errorf("%d StopDesktops calls", n)
	}
	for _, task := range w.FC.Tasks() {
		if len(task.Attempts) != 1 || task.State != "Succeeded" {
			t.Errorf("event %s: %s after %d tries; what cannot get better must not be retried", task.Payload, task.State, len(task.Attempts))
		}
	}
}
