package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"net/http"

	"stopdesktops/internal/fc"
	"stopdesktops/internal/slackbot/inbound"
	"stopdesktops/internal/slackbot/message"
)

// visit is the front during one invocation.
type visit struct {
	*front
	inv fc.Invocation
	log *slog.Logger
}

// routes are what Slack calls, and a health check.
func (f *front) routes(inv fc.Invocation, log *slog.Logger) http.Handler {
	v := &visit{front: f, inv: inv, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("/slack/command", v.signed(v.command))
	mux.HandleFunc("/slack/interaction", v.signed(v.interaction))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]string{"Status": "ok", "Version": version})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	return mux
}

// signed lets through what Slack signed, as raw bytes. Whoever cannot sign
// learns nothing: every refusal here has an empty body. What comes after it
// always answers 200 with words, because Slack shows people anything else as a
// broken app.
func (v *visit) signed(next func(http.ResponseWriter, *http.Request, []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, status := slackBody(r)
		switch {
		case status != 0:
			w.WriteHeader(status)
			return
		case inbound.IsSSLCheck(body):
			w.WriteHeader(http.StatusOK)
			return
		}
		if err := v.verifier.Verify(r.Header, body); err != nil {
			v.log.Warn("not signed by Slack", "error", err.Error())
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next(w, r, body)
	}
}

// slackBody reads a form as raw bytes, or says with which status to refuse it.
func slackBody(r *http.Request) ([]byte, int) {
	if r.Method != http.MethodPost {
		return nil, http.StatusMethodNotAllowed
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, fc.MaxBody))
	if err != nil {
		return nil, http.StatusRequestEntityTooLarge
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/x-www-form-urlencoded" {
		return nil, http.StatusUnsupportedMediaType
	}
	return body, 0
}

// say answers a command with a message only its sender sees.
func (v *visit) say(w http.ResponseWriter, m message.Message) {
	body, err := json.Marshal(m)
	if err != nil {
		panic(err) // a message is made of strings and blocks
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	w.Write(body)
}
