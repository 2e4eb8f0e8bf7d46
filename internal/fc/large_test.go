package fc_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"stopdesktops/internal/fc"
)

// TestALargeBodyIsNotCopied sends the largest body that the platform takes,
// 32 MB, and smaller ones of other kinds, and counts the bytes that are
// allocated from the event to the answer.
func TestALargeBodyIsNotCopied(t *testing.T) {
	const (
		most  = 256 << 10
		large = 32 << 20 / 3 * 4
		size  = 4 << 20
		empty = `"body":"","isBase64Encoded":false`
	)
	tooLarge := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		if over := (*http.MaxBytesError)(nil); !errors.As(err, &over) || over.Limit != fc.MaxBody {
			t.Errorf("reading the body gives %v, want a MaxBytesError", err)
		}
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	})
	for name, body := range map[string]string{
		"base64":         `"body":"` + strings.Repeat("QUFB", large/4) + `","isBase64Encoded":true`,
		"escaped base64": `"body":"` + strings.Repeat(`QU\/B`, size/5) + `","isBase64Encoded":true`,
		"text":           `"body":"` + strings.Repeat("a", size) + `","isBase64Encoded":false`,
		"escapes":        `"body":"` + strings.Repeat(`\n\u00e9`, size/8) + `","isBase64Encoded":false`,
		"an event":       `"body":"` + strings.Repeat(`{\"rawPath\":1},`, size/15) + `","isBase64Encoded":false`,
	} {
		t.Run(name, func(t *testing.T) {
			event := []byte(strings.Replace(httpEvent, empty, body, 1))
			if len(event) < size-16 {
				t.Fatalf("the event has %d bytes", len(event))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			e := fc.Open(event)
			response := fc.Serve(t.Context(), e, tooLarge, slog.New(slog.DiscardHandler))
			runtime.ReadMemStats(&after)
			if response.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("status %d", response.StatusCode)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > most {
				t.Errorf("%d bytes allocated for an event of %d, want at most %d", n, len(event), most)
			}
			runtime.KeepAlive(event)
		})
	}
}

func TestTheBodyLimitIsExact(t *testing.T) {
	for name, tt := range map[string]struct {
		body  string
		bytes int // -1: too large
	}{
		"text at the limit":              {`"` + strings.Repeat("a", fc.MaxBody) + `"`, fc.MaxBody},
		"text over it":                   {`"` + strings.Repeat("a", fc.MaxBody+1) + `"`, -1},
		"short escapes at the limit":     {`"` + strings.Repeat(`\n`, fc.MaxBody) + `"`, fc.MaxBody},
		"short escapes over it":          {`"` + strings.Repeat(`\"`, fc.MaxBody+1) + `"`, -1},
		"one byte escapes at the limit":  {`"` + strings.Repeat(`\u0041`, fc.MaxBody) + `"`, fc.MaxBody},
		"one byte escapes over it":       {`"` + strings.Repeat(`\u0041`, fc.MaxBody+1) + `"`, -1},
		"two byte escapes at the limit":  {`"` + strings.Repeat(`\u00e9`, fc.MaxBody/2) + `"`, fc.MaxBody},
		"two byte escapes over it":       {`"` + strings.Repeat(`\u00e9`, fc.MaxBody/2+1) + `"`, -1},
		"three byte escapes under it":    {`"` + strings.Repeat(`\u20ac`, fc.MaxBody/3) + `"`, fc.MaxBody / 3 * 3},
		"three byte escapes over it":     {`"` + strings.Repeat(`\u20ac`, fc.MaxBody/3+1) + `"`, -1},
		"surrogate pairs at the limit":   {`"` + strings.Repeat(`\ud83d\ude00`, fc.MaxBody/4) + `"`, fc.MaxBody},
		"surrogate pairs over the limit": {`"` + strings.Repeat(`\ud83d\ude00`, fc.MaxBody/4+1) + `"`, -1},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := fc.Open([]byte(strings.Replace(httpEvent, `"body":""`, `"body":`+tt.body, 1))).Request(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if r.ContentLength != int64(tt.bytes) {
				t.Errorf("ContentLength %d, want %d", r.ContentLength, tt.bytes)
			}
			body, err := io.ReadAll(r.Body)
			if over := errors.As(err, new(*http.MaxBytesError)); over != (tt.bytes < 0) || !over && len(body) != tt.bytes {
				t.Errorf("%d bytes, error %v; want %d", len(body), err, tt.bytes)
			}
		})
	}
	for _, n := range []int{fc.MaxBody - 1, fc.MaxBody, fc.MaxBody + 1, fc.MaxBody + 2, fc.MaxBody + 3} {
		body := bytes.Repeat([]byte("x"), n)
		r, err := fc.Open(base64Event(t, body)).Request(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r.Body)
		if over := errors.As(err, new(*http.MaxBytesError)); over != (n > fc.MaxBody) || !over && !bytes.Equal(got, body) {
			t.Errorf("base64 of %d bytes: %d bytes, error %v", n, len(got), err)
		}
	}
}
