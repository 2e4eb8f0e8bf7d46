package webhook_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/webhook"
)

// benchBody names twenty desktops, as the webhook of the speed goals does.
var benchBody = func() []byte {
	ids := make([]string, 20)
	for i := range ids {
		ids[i] = "ecd-7w78ozhjcw" + strconv.Itoa(100+i)
	}
	return []byte(`{"id":"event-1","ticket":"OPS-7","at":"` + now.UTC().Format(time.RFC3339) + `","text":"please stop ` + strings.Join(ids, " ") + `"}`)
}()

// bare is the least that any receiver of webhooks does: read, HMAC, compare.
func bare(key []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		sent, wrong := hex.DecodeString(strings.TrimPrefix(r.Header.Get("X-Hub-Signature-256"), "sha256="))
		mac := hmac.New(sha256.New, key)
		mac.Write(body)
		if err != nil || wrong != nil || !hmac.Equal(sent, mac.Sum(nil)) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}
}

// ours authenticates, and maps what is authentic.
func ours(b *testing.B) http.HandlerFunc {
	settings := settingsOf(githubKit, "tickets", macSecrets[0])
	a, err := webhook.New(webhook.Keys{}, clock, settings)
	if err != nil {
		b.Fatal(err)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		s, ok := a.Named("tickets")
		if err != nil || !ok {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if _, err := s.Authenticate(r.Header, body); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if q, problems := s.Map(body); len(problems) > 0 || len(q.DesktopId) != 20 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}
}

func benchmark(b *testing.B, h http.HandlerFunc, secret int, want int) {
	signed := githubKit.sign(macSecrets[secret], "", now, benchBody)
	b.ReportAllocs()
	for b.Loop() {
		r := &http.Request{Method: http.MethodPost, Header: signed, Body: io.NopCloser(bytes.NewReader(benchBody))}
		w := httptest.NewRecorder()
		h(w, r)
		if w.Code != want {
			b.Fatalf("status %d, want %d", w.Code, want)
		}
	}
}

func BenchmarkForgedBare(b *testing.B)   { benchmark(b, bare([]byte(macSecrets[0].Reveal())), 3, 401) }
func BenchmarkForged(b *testing.B)       { benchmark(b, ours(b), 3, 401) }
func BenchmarkVerifiedBare(b *testing.B) { benchmark(b, bare([]byte(macSecrets[0].Reveal())), 0, 202) }
func BenchmarkVerified(b *testing.B)     { benchmark(b, ours(b), 0, 202) }
