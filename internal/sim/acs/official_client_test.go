package acs

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
)

// gateway is an HTTP server that verifies what it receives and keeps it.
type gateway struct {
	*httptest.Server
	secret string
	token  string

	mu      sync.Mutex
	signed  Signed
	err     error
	request *http.Request
	body    []byte
}

func newGateway(t *testing.T, secret, token string) *gateway {
	g := &gateway{secret: secret, token: token}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) verify(r *http.Request, body []byte) (Signed, error) {
	lookup := func(key, token string) (string, error) { return g.secret, nil }
	if r.Header.Get("Authorization") != "" {
		return VerifyACS3(r, body, lookup, time.Now())
	}
	params := r.URL.Query()
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return Signed{}, err
	}
	maps.Copy(params, form)
	return VerifyRPC(r.Method, params, lookup, time.Now())
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.request, g.body = r, body
	if err == nil {
		g.signed, err = g.verify(r, body)
	}
	g.err = err
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"RequestId":"r"}`)
}

func (g *gateway) client(t *testing.T, algorithm string) *openapi.Client {
	t.Helper()
	config := &openapiutil.Config{
		AccessKeyId:     dara.String("STS.key"),
		AccessKeySecret: dara.String(g.secret),
		Endpoint:        dara.String(strings.TrimPrefix(g.URL, "http://")),
		Protocol:        dara.String("http"),
	}
	if g.token != "" {
		config.SecurityToken = dara.String(g.token)
	}
	if algorithm != "" {
		config.SignatureAlgorithm = dara.String(algorithm)
	}
	c, err := openapi.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// awkward holds values whose encoding differs between form encoding and
// RFC 3986, or between clients.
var awkward = []string{
	"", "plain", "a b", " lead and trail ", "*", "~", "/", "a+b", "a%20b", "%", "a&b=c", "a;b", "a,b",
	"héllo", "桌面", "🖥", "line\nbreak", `"quoted"`, "!'()", "-_.", "a:b@c?d#e[f]",
}

func TestOfficialClient(t *testing.T) {
	methods := []string{"POST", "GET"}
	shapes := []struct {
		name      string
		algorithm string
		path      string
		style     string
		body      any
	}{
		{"ACS3 query", "", "/", "RPC", nil},
		{"ACS3 form body", "", "/", "RPC", map[string]any{"Description": "a b*~/桌"}},
		{"ACS3 path", "", "/2023-03-30/functions/stop%20desktops%2Fa*~b%7Ec+d/invocations", "ROA", nil},
		{"V1 query", "v2", "/", "RPC", nil},
		{"V1 form body", "v2", "/", "RPC", map[string]any{"Description": "a b*~/桌"}},
	}
	for _, shape := range shapes {
		for _, method := range methods {
			for _, token := range []string{"", "token/with+odd=chars"} {
				if shape.body != nil && method == "GET" {
					continue
				}
				name := shape.name + " " + method
				if token != "" {
					name += " STS"
				}
				t.Run(name, func(t *testing.T) {
					g := newGateway(t, "secret/+=", token)
					client := g.client(t, shape.algorithm)
					for _, value := range awkward {
						params := &openapiutil.Params{
							Action: dara.String("StopDesktops"), Version: dara.String("2020-09-30"),
							Protocol: dara.String("HTTP"), Pathname: dara.String(shape.path), Method: dara.String(method),
							AuthType: dara.String("AK"), Style: dara.String(shape.style),
							ReqBodyType: dara.String("formData"), BodyType: dara.String("json"),
						}
						request := &openapiutil.OpenApiRequest{
							Query: map[string]*string{"DesktopId.1": dara.String(value), "Tag.1.Key": dara.String("k")},
							Body:  shape.body,
						}
						if _, err := client.CallApi(params, request, &dara.RuntimeOptions{}); err != nil {
							t.Fatalf("value %q: call: %v", value, err)
						}
						if g.err != nil {
							t.Errorf("value %q: refused: %v", value, g.err)
							continue
						}
						if g.signed.AccessKeyID != "STS.key" || g.signed.SecurityToken != token || len(g.signed.Nonce) != 32 || g.signed.Action != "StopDesktops" || g.signed.Version != "2020-09-30" {
							t.Errorf("value %q: signed %+v", value, g.signed)
						}
						// What the gateway received is what was given.
						if got := g.request.URL.Query().Get("DesktopId.1"); got != value {
							t.Errorf("value %q arrived as %q", value, got)
						}
						g.tamper(t)
					}
				})
			}
		}
	}
}

// tamper replays the last request with each part changed in turn and demands
// that none of the changes goes unnoticed.
func (g *gateway) tamper(t *testing.T) {
	t.Helper()
	check := func(what string, change func(r *http.Request)) {
		r := g.request.Clone(t.Context())
		change(r)
		if _, err := g.verify(r, g.body); err == nil {
			t.Errorf("changing %s goes unnoticed", what)
		}
	}
	acs3 := g.request.Header.Get("Authorization") != ""
	for name := range g.request.URL.Query() {
		check("parameter "+name, func(r *http.Request) {
			q := r.URL.Query()
			q.Set(name, q.Get(name)+"x")
			r.URL.RawQuery = q.Encode()
		})
	}
	check("method", func(r *http.Request) { r.Method = "PUT" })
	if len(g.body) > 0 {
		if _, err := g.verify(g.request, append([]byte("x"), g.body...)); err == nil {
			t.Error("changing the body goes unnoticed")
		}
	}
	if !acs3 {
		return
	}
	check("host", func(r *http.Request) { r.Host += "x" })
	check("path", func(r *http.Request) { r.URL = &url.URL{Path: "/x", RawQuery: r.URL.RawQuery} })
	for name := range g.request.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") || lower == "content-type" || lower == "authorization" {
			check("header "+name, func(r *http.Request) { r.Header.Set(name, r.Header.Get(name)+"x") })
			check("removing header "+name, func(r *http.Request) { r.Header.Del(name) })
		}
	}
}
