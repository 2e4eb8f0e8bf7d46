package fc_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/fc"
)

// base64Event is a POST to /stop with a body in base64.
func base64Event(t *testing.T, body []byte) []byte {
	t.Helper()
	return event(t, map[string]any{"body": base64.StdEncoding.EncodeToString(body), "isBase64Encoded": true})
}

// event is httpEvent with some members replaced.
func event(t *testing.T, replace map[string]any) []byte {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal([]byte(httpEvent), &e); err != nil {
		t.Fatal(err)
	}
	for name, value := range replace {
		e[name] = value
	}
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRequest(t *testing.T) {
	data := []byte(`{"version":"v1","rawPath":"/runs/a%2Fb%20c","headers":{"Content-Type":"application/json","x-b":"1","X-B":"2",
		"authorization":"Bearer t","Host":"desktops.example.com"},"queryParameters":{"b":"1,2","a":"x y&z"},"body":"eyJ4IjoxfQ==","isBase64Encoded":true,
		"requestContext":{"domainName":"ignored.example.com","http":{"method":"POST","path":"/runs/a/b c","protocol":"HTTP/1.1","sourceIp":"2001:db8::1"}}}`)
	r, err := fc.Open(data).Request(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]any{
		"method":       {r.Method, "POST"},
		"path":         {r.URL.Path, "/runs/a/b c"},
		"escaped path": {r.URL.EscapedPath(), "/runs/a%2Fb%20c"},
		"query":        {r.URL.Query().Encode(), "a=x+y%26z&b=1%2C2"},
		"uri":          {r.RequestURI, "/runs/a%2Fb%20c?a=x+y%26z&b=1%2C2"},
		"host":         {r.Host, "desktops.example.com"},
		"remote":       {r.RemoteAddr, "[2001:db8::1]:0"},
		"protocol":     {r.Proto, "HTTP/1.1"},
		"length":       {r.ContentLength, int64(7)},
		"body":         {string(body), `{"x":1}`},
		"header":       {r.Header.Get("Authorization"), "Bearer t"},
		"host header":  {r.Header.Get("Host"), ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %v, want %v", what, pair[0], pair[1])
		}
	}
	if got := r.Header.Values("X-B"); !slices.Equal(got, []string{"2", "1"}) {
		t.Errorf("a header in two cases is %v, want both values", got)
	}
}

func TestRequestOfTheSmallestEvent(t *testing.T) {
	r, err := fc.Open([]byte(`{"version":"v1","rawPath":"","body":null,"headers":null,"isBase64Encoded":true,"requestContext":{"domainName":"d.example.com","http":{"method":"GET"}}}`)).Request(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(r.Body); r.URL.Path != "/" || r.Host != "d.example.com" || len(body) > 0 || err != nil || r.ContentLength != 0 {
		t.Errorf("path %q, host %q, body %q, %v, length %d", r.URL.Path, r.Host, body, err, r.ContentLength)
	}
}

func TestRequestRefusesWhatIsNone(t *testing.T) {
	rc := func(method string) map[string]any {
		return map[string]any{"requestContext": map[string]any{"http": map[string]any{"method": method}}}
	}
	for name, replace := range map[string]map[string]any{
		"no method":             rc(""),
		"method of two lines":   rc("GET\r\nX"),
		"method in lower case":  rc("get"),
		"relative path":         {"rawPath": "stop"},
		"path with a query":     {"rawPath": "/stop?x=1"},
		"path with a fragment":  {"rawPath": "/stop#x"},
		"path with a space":     {"rawPath": "/st op"},
		"path with a newline":   {"rawPath": "/st\nop"},
		"path with half escape": {"rawPath": "/st%4"},
		"path as a number":      {"rawPath": 5},
		"headers as a list":     {"headers": []string{"a"}},
		"header as a number":    {"headers": map[string]any{"A": 1}},
		"endless headers":       {"headers": map[string]any{"A": strings.Repeat("a", 64<<10)}},
		"body as an object":     {"body": map[string]any{}},
		"body not base64":       {"body": "?", "isBase64Encoded": true},
		"base64 cut off":        {"body": "QUF", "isBase64Encoded": true},
		"isBase64Encoded":       {"isBase64Encoded": "yes"},
	} {
		t.Run(name, func(t *testing.T) {
			e := fc.Open(event(t, replace))
			if e.Shape != fc.ShapeHTTP {
				t.Fatalf("shape %s", e.Shape)
			}
			if r, err := e.Request(t.Context()); err == nil {
				t.Errorf("accepted as %s %s", r.Method, r.RequestURI)
			}
		})
	}
	for name, body := range map[string]string{"not UTF-8": "\"\xff\"", "half a pair": `"\ud800"`} {
		if _, err := fc.Open([]byte(strings.Replace(httpEvent, `"body":""`, `"body":`+body, 1))).Request(t.Context()); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// FuzzOpen feeds any bytes: nothing panics, and what is called a shape can be
// read as that shape or is refused with an error.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{httpEvent, timerEvent, jobEvent, failureOf(jobEvent), failureOf(`"{\"Run\":\"x\",\"Step\":\"y\"}"`), `{"`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e := fc.Open(data)
		if e.Shape != fc.ShapeUnknown && !json.Valid(data) {
			t.Errorf("%q is no JSON and called %s", data, e.Shape)
		}
		if r, err := e.Request(t.Context()); e.Shape == fc.ShapeHTTP && err == nil {
			if body, err := io.ReadAll(r.Body); err == nil && len(body) > fc.MaxBody {
				t.Errorf("a body of %d bytes", len(body))
			}
			if !strings.HasPrefix(r.URL.Path, "/") || r.URL.Host != "" {
				t.Errorf("URL %s", r.URL)
			}
			for name := range r.Header {
				if name != http.CanonicalHeaderKey(name) {
					t.Errorf("header name %q", name)
				}
			}
		}
		if tick, err := e.Tick(); err == nil && tick.Timer == "" {
			t.Error("a tick without a timer")
		}
		if job, err := e.Job(); err == nil && !job.Run.Valid() {
			t.Errorf("job %v", job)
		}
		_ = e.Failure()
	})
}
