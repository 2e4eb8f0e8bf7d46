package fc_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"stopdesktops/internal/fc"
)

func serve(t *testing.T, data []byte, h http.HandlerFunc) (fc.Response, string) {
	t.Helper()
	var logged bytes.Buffer
	response := fc.Serve(t.Context(), fc.Open(data), h, slog.New(slog.NewJSONHandler(&logged, nil)))
	encoded, err := json.Marshal(response)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(encoded, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"statusCode", "headers", "isBase64Encoded", "body"} {
		if v, ok := fields[name]; !ok || v == nil {
			t.Errorf("the answer has no %s: %s", name, encoded)
		}
	}
	return response, logged.String()
}

// TestServeAnswersAsNetHTTPDoes holds every answer against that of a real
// net/http server with the same handler.
func TestServeAnswersAsNetHTTPDoes(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"nothing":         func(http.ResponseWriter, *http.Request) {},
		"status":          func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
		"the first wins":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(202); w.WriteHeader(500) },
		"early and final": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(102); w.WriteHeader(201) },
		"JSON": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"a":`)
			io.WriteString(w, `"é"}`)
		},
		"problem": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
			w.WriteHeader(422)
			io.WriteString(w, `{}`)
		},
		"guessed type": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") },
		"bytes":        func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte{0x89, 'P', 'N', 'G', 0xff}) },
		"text that is none": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Write([]byte{'a', 0xff})
		},
		"no content": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(204)
			if _, err := w.Write([]byte("x")); err != http.ErrBodyNotAllowed {
				t.Errorf("a body after 204 gives %v", err)
			}
		},
		"header too late": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200); w.Header().Set("X-Late", "1") },
		"several values": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("X-A", "1")
			w.Header().Add("X-A", "2")
		},
		"echo": func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", "text/plain")
			io.WriteString(w, r.Method+" "+r.URL.Path+" "+r.URL.RawQuery+" "+string(body))
		},
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
			t.Run(name+" "+method, func(t *testing.T) {
				server := httptest.NewUnstartedServer(h)
				server.Config.ErrorLog = log.New(io.Discard, "", 0) // It tells of the second WriteHeader.
				server.Start()
				defer server.Close()
				request, err := http.NewRequest(method, server.URL+"/p?q=1", nil)
				if err != nil {
					t.Fatal(err)
				}
				want, err := server.Client().Do(request)
				if err != nil {
					t.Fatal(err)
				}
				defer want.Body.Close()
				wantBody, err := io.ReadAll(want.Body)
				if err != nil {
					t.Fatal(err)
				}
				got, _ := serve(t, event(t, map[string]any{"rawPath": "/p", "queryParameters": map[string]string{"q": "1"},
					"requestContext": map[string]any{"http": map[string]any{"method": method}}}), h)
				gotBody := []byte(got.Body)
				if got.IsBase64Encoded {
					if gotBody, err = base64.StdEncoding.DecodeString(got.Body); err != nil {
						t.Fatal(err)
					}
				}
				if got.StatusCode != want.StatusCode || !bytes.Equal(gotBody, wantBody) {
					t.Errorf("%d %q, want %d %q", got.StatusCode, gotBody, want.StatusCode, wantBody)
				}
				for _, n := range []string{"Content-Type", "X-A", "X-Late"} {
					if method == "HEAD" && n == "Content-Type" && strings.HasPrefix(name, "guessed") {
						continue
					}
					if w := strings.Join(want.Header.Values(n), ", "); got.Headers[n] != w {
						t.Errorf("%s is %q, want %q", n, got.Headers[n], w)
					}
				}
			})
		}
	}
}

func TestServeKeepsToThePlatformsLimits(t *testing.T) {
	post := base64Event(t, []byte("x"))
	got, _ := serve(t, post, func(w http.ResponseWriter, _ *http.Request) {
		for _, name := range []string{"X-Fc-Status", "Connection", "Content-Length", "Date", "Server", "Transfer-Encoding", "Content-Encoding"} {
			w.Header().Set(name, "1")
		}
		w.Header().Set("Retry-After", "5")
	})
	if len(got.Headers) != 1 || got.Headers["Retry-After"] != "5" {
		t.Errorf("headers %v, want Retry-After only", got.Headers)
	}

	fill := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-A", strings.Repeat("a", n-len("X-A: \r\n")))
			io.WriteString(w, "")
		}
	}
	// The guessed Content-Type is part of the count.
	rest := 8<<10 - len("Content-Type: text/plain; charset=utf-8\r\n")
	if got, _ := serve(t, post, fill(rest-1)); got.StatusCode != 200 {
		t.Errorf("headers just under 8 KB give %d", got.StatusCode)
	}
	if got, log := serve(t, post, fill(rest)); got.StatusCode != 500 || len(got.Headers) > 2 || !strings.Contains(log, "too many headers") {
		t.Errorf("headers of 8 KB give %+v, log %s", got, log)
	}
}

func TestServeAnswersWhenTheHandlerPanics(t *testing.T) {
	got, log := serve(t, base64Event(t, []byte("x")), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Half", "done")
		io.WriteString(w, "half an answer")
		panic("the reason")
	})
	if got.StatusCode != 500 || got.Headers["Content-Type"] != "application/problem+json" || got.Headers["X-Half"] != "" ||
		strings.Contains(got.Body, "reason") || strings.Contains(got.Body, "half") {
		t.Errorf("answer %+v", got)
	}
	if !strings.Contains(log, "the reason") || !strings.Contains(log, "serve_test.go") || !strings.Contains(log, `"path":"/stop"`) {
		t.Errorf("the log lacks reason, place or path: %s", log)
	}
}

func TestServeRefusesAnEventThatIsNoRequest(t *testing.T) {
	got, log := serve(t, event(t, map[string]any{"body": "?", "isBase64Encoded": true}), func(http.ResponseWriter, *http.Request) {
		t.Error("the handler is called")
	})
	if got.StatusCode != 400 || got.Headers["Content-Type"] != "application/problem+json" || !strings.Contains(log, "body of the event") {
		t.Errorf("answer %+v, log %s", got, log)
	}
}
