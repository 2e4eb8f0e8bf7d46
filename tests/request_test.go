package tests

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"stopdesktops/internal/core"
)

// response is an answer of the HTTP door.
type response struct {
	Status   int         `json:"-"`
	Header   http.Header `json:"-"`
	Text     string      `json:"-"`
	RunId    core.RunID
	State    core.State
	Repeated bool
	Desktops []struct {
		DesktopId, Decision string
		Code                core.Code
	}
	Report *core.Report
	Code   core.ErrorCode    `json:"code"`
	Errors []core.FieldError `json:"errors"`
}

// send makes one HTTP request. A transport error is status 0: the function
// died.
func (w *world) send(method, path string, header map[string]string, body string) response {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, w.FC.HTTPURL("stopdesktops")+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return response{}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return response{}
	}
	out := response{Status: resp.StatusCode, Header: resp.Header, Text: string(text)}
	if json.Unmarshal(text, &out) != nil && len(text) > 0 && strings.Contains(resp.Header.Get("Content-Type"), "json") {
		w.t.Errorf("%s %s: the answer is not JSON: %s", method, path, text)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers.Write(text)
	for k, v := range resp.Header {
		w.answers.WriteString(k + ": " + strings.Join(v, ",") + "\n")
	}
	return out
}

// signed returns the headers of one signed delivery.
func (w *world) signed(id, body string) map[string]string {
	return sign(w.t, w.WebhookSecret, id, time.Now(), body)
}

func sign(t *testing.T, secret, id string, at time.Time, body string) map[string]string {
	t.Helper()
	hook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := hook.Sign(id, at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"Content-Type": "application/json", "webhook-id": id,
		"webhook-timestamp": strconv.FormatInt(at.Unix(), 10), "webhook-signature": signature}
}

// post sends one signed delivery to POST /stop.
func (w *world) post(id, body string) response {
	w.t.Helper()
	return w.send(http.MethodPost, "/stop", w.signed(id, body), body)
}

// postWaiting sends one signed delivery that waits for the report.
func (w *world) postWaiting(id, body string) response {
	w.t.Helper()
	h := w.signed(id, body)
	h["Prefer"] = "wait=30"
	return w.send(http.MethodPost, "/stop", h, body)
}

// get reads a route with the bearer token.
func (w *world) get(path string) response {
	w.t.Helper()
	return w.send(http.MethodGet, path, map[string]string{"Authorization": "Bearer " + w.WebhookToken}, "")
}

// fresh returns a new delivery id.
func fresh() string { return "msg_" + rand.Text() }
