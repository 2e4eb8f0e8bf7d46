package slack

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"stopdesktops/internal/sim/fault"
)

// The rules of a response URL, by Slack's documentation of handling user
// interaction.
const (
	HookUses = 5
	HookLife = 30 * time.Minute
)

// hook is a response URL that was given out.
type hook struct {
	command bool // given out with a command, otherwise with a click
	channel string
	user    string
	source  Ref // the message whose button was clicked
	issued  time.Time
	uses    int
}

// newHook gives out a response URL. The lock is held.
func (s *Server) newHook(h hook) string {
	h.issued = s.o.Now()
	door := "/actions/"
	if h.command {
		door = "/commands/"
	}
	path := fmt.Sprintf("%s%s/%d/%s", door, s.o.TeamID, 1e12+randomNumber(9e12), randomText(24, alphanumeric))
	s.hooks[path] = &h
	return s.base + path
}

// serveHook answers a post to a response URL. Successes are "ok" and failures
// are one word of plain text.
func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	call := Call{At: s.o.Now(), On: OnResponseURL}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPostBody))
	call.Body = string(body)

	s.mu.Lock()
	h, known := s.hooks[r.URL.Path]
	var f Fault
	if known {
		call.Channel, call.User = h.channel, h.user
		f = s.takeFault(OnResponseURL)
		call.Fault = f.Kind
	}
	s.mu.Unlock()

	if f.Kind == Slow && s.o.Wait(r.Context(), f.Delay) != nil {
		s.log(call)
		panic(http.ErrAbortHandler) // The caller hung up: nothing happened.
	}
	if s.brokenOff(w, f, call) {
		return
	}
	s.mu.Lock()
	status, word, reason := http.StatusNotFound, "no_service", "no such response URL was given out"
	switch {
	case err != nil:
		status, word, reason = http.StatusBadRequest, "invalid_payload", "read the body: "+err.Error()
	case known:
		status, word, reason = s.useHook(h, r, body, &call)
		call.Uses = h.uses
	}
	call.Status = status
	if status != http.StatusOK {
		call.Error, call.Reason = word, reason
	}
	s.record(call)
	s.mu.Unlock()

	if f.Kind == AnswerLost {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, word)
}

// brokenOff answers a call that a fault ends before anything happened.
func (s *Server) brokenOff(w http.ResponseWriter, f Fault, call Call) bool {
	switch f.Kind {
	case RateLimited:
		call.Status, call.Error = http.StatusTooManyRequests, "rate_limited"
		s.log(call)
		w.Header().Set("Retry-After", fmt.Sprint(int(or(f.RetryAfter, time.Second).Seconds())))
		w.WriteHeader(call.Status)
		_, _ = io.WriteString(w, call.Error)
	case ServerError:
		call.Status, call.Error = http.StatusInternalServerError, "server_error"
		s.log(call)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(call.Status)
		_, _ = io.WriteString(w, "<!DOCTYPE html><html><body>Something went wrong.</body></html>")
	case Reset:
		s.log(call)
		fault.Reset(w)
	default:
		return false
	}
	return true
}

// log records a call.
func (s *Server) log(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record(c)
}

// useHook applies the rules. A use is spent when the URL still lives, also by
// a message that is then refused: whether Slack counts those is not
// documented, and an app must not build on the mild answer. The lock is held.
func (s *Server) useHook(h *hook, r *http.Request, body []byte, call *Call) (status int, word, reason string) {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed, "method_not_allowed", r.Method + ", only POST"
	}
	if s.o.Now().Sub(h.issued) > HookLife {
		return http.StatusNotFound, "expired_url", "older than " + HookLife.String()
	}
	if h.uses >= HookUses {
		return http.StatusNotFound, "used_url", fmt.Sprintf("used %d times", HookUses)
	}
	h.uses++
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return http.StatusBadRequest, "invalid_payload", fmt.Sprintf("content type %q, not application/json", r.Header.Get("Content-Type"))
	}
	p, no := parsePayload(body)
	if no != nil {
		return http.StatusBadRequest, no.code, no.reason
	}
	if !h.command && p.DeleteOriginal {
		return s.deleteSource(h, p)
	}
	if p.empty() {
		return http.StatusBadRequest, "no_text", "neither text nor blocks"
	}
	if len(p.Blocks) > 0 && p.Text == "" {
		call.Note = "blocks without text: screen readers and notifications say nothing"
	}
	if !h.command && p.ReplaceOriginal {
		return s.replaceSource(h, p, call)
	}
	if p.ReplaceOriginal || p.DeleteOriginal {
		call.Note = "a command's response URL replaces and deletes nothing: posted as a new message"
	}
	m := Message{Ref: Ref{Channel: h.channel}, From: App, To: h.user, Via: OnResponseURL, ThreadTS: p.ThreadTS, Content: p.content()}
	if p.ResponseType == "in_channel" {
		m.To = ""
	}
	s.post(m)
	return http.StatusOK, "ok", ""
}

// deleteSource removes the message whose button was clicked.
func (s *Server) deleteSource(h *hook, p payload) (status int, word, reason string) {
	if !p.empty() || p.ReplaceOriginal {
		return http.StatusBadRequest, "invalid_payload", "delete_original stands alone"
	}
	m := s.find(h.source)
	if m == nil {
		return http.StatusNotFound, "message_not_found", "the message is gone"
	}
	m.deleted = true
	s.touch()
	return http.StatusOK, "ok", ""
}

// replaceSource edits the message whose button was clicked. A message never
// changes between ephemeral and in_channel.
func (s *Server) replaceSource(h *hook, p payload, call *Call) (status int, word, reason string) {
	m := s.find(h.source)
	if m == nil {
		return http.StatusNotFound, "message_not_found", "the message is gone"
	}
	if p.ResponseType != "" && (p.ResponseType == "in_channel") == m.Ephemeral() {
		call.Note = "a message never changes between ephemeral and in_channel: it stays as it was"
	}
	s.edit(m, p.content())
	return http.StatusOK, "ok", ""
}
