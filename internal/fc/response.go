package fc

import (
	"encoding/base64"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// Response is an HTTP trigger's answer. All four fields always go out, because
// what the platform makes of an answer that lacks one is not documented.
type Response struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	Body            string            `json:"body"`
}

// maxResponseHeaders is the FC documentation's limit: from 8 KB of headers on
// the platform answers 502 in the function's place.
const maxResponseHeaders = 8 << 10

// reserved are the response headers that the platform sets itself, by the FC
// documentation's newer and older lists, and every x-fc- one.
var reserved = []string{
	"Connection", "Content-Encoding", "Content-Length", "Date", "Keep-Alive", "Server", "Transfer-Encoding", "Upgrade",
}

// recorder is the http.ResponseWriter behind which an answer is collected.
type recorder struct {
	header http.Header
	sent   http.Header // header as it was when the status was written
	status int
	body   []byte
}

func newRecorder() *recorder { return &recorder{header: http.Header{}} }

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic("fc: invalid status code") // As net/http does.
	}
	if w.status != 0 || status < 200 {
		return // The first final status counts; there is no early answer.
	}
	w.status, w.sent = status, w.header.Clone()
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		if w.header.Get("Content-Type") == "" {
			w.header.Set("Content-Type", http.DetectContentType(p))
		}
		w.WriteHeader(http.StatusOK)
	}
	if w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	w.body = append(w.body, p...)
	return len(p), nil
}

// response turns what was recorded into the platform's form. ok is false where
// the headers are more than the platform takes.
func (w *recorder) response(method string) (_ Response, ok bool) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	r := Response{StatusCode: w.status, Headers: map[string]string{}}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(w.sent)) {
		if slices.Contains(reserved, name) || strings.HasPrefix(name, "X-Fc-") {
			continue
		}
		r.Headers[name] = strings.Join(w.sent[name], ", ")
		size += len(name) + len(": ") + len(r.Headers[name]) + len("\r\n")
	}
	if size >= maxResponseHeaders {
		return Response{}, false
	}
	if method == http.MethodHead {
		return r, true
	}
	if isText(r.Headers["Content-Type"]) && utf8.Valid(w.body) {
		r.Body = string(w.body)
	} else if len(w.body) > 0 {
		r.Body, r.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body), true
	}
	return r, true
}

// isText says whether bodies of a media type go out as they are.
func isText(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (strings.HasPrefix(media, "text/") || media == "application/json" || strings.HasSuffix(media, "+json"))
}
