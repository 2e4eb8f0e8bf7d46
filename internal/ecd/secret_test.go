package ecd

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

// mirror answers with everything that it received, as a broken proxy or a
// debugging gateway would.
func mirror(status int, format string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var all strings.Builder
		fmt.Fprintf(&all, "%s %s ", r.URL.String(), r.Host)
		for name, values := range r.URL.Query() {
			fmt.Fprintf(&all, "%s is %s ", name, values[0])
		}
		for name, values := range r.Header {
			fmt.Fprintf(&all, "%s: %s ", name, values[0])
		}
		escape := strings.NewReplacer(`"`, "", `\`, "", "\n", " ")
		w.WriteHeader(status)
		fmt.Fprintf(w, format, escape.Replace(all.String()))
	}
}

// TestNoSecretUnderAnyFault sends calls full of secrets into every fault there
// is and reads everything that a person could read afterwards.
func TestNoSecretUnderAnyFault(t *testing.T) {
	garbage := mirror(200, `{"RequestId": %s`)
	over := func(w http.ResponseWriter, _ *http.Request) {
		filler := strings.Repeat(loginToken, 1000)
		_, _ = io.WriteString(w, `{"RequestId":"`)
		for range (answerCap / len(filler)) + 2 {
			_, _ = io.WriteString(w, filler)
		}
	}
	faults := []struct {
		name    string
		handler http.HandlerFunc
		class   core.CloudClass
		mayHave bool
	}{
		{"HTML 502", mirror(502, "<html>%s</html>"), core.CloudDown, true},
		{"HTML 403", mirror(403, "<html>%s</html>"), core.CloudUnclear, true},
		{"HTML 429", mirror(429, "<html>%s</html>"), core.CloudThrottled, false},
		{"garbage", garbage, core.CloudUnclear, true},
		{"empty", says(200, "text/plain", ""), core.CloudUnclear, true},
		{"request id that is a token", mirror(200, `{"RequestId":"%s"}`), core.CloudUnclear, true},
		{"huge", over, core.CloudUnclear, true},
		{"huge error", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500); over(w, r) }, core.CloudDown, true},
		{"redirect", says(307, "text/html", "", "Location", "http://127.0.0.1:1/"), core.CloudUnclear, true},
		{"bad signature", mirror(400, `{"Code":"SignatureDoesNotMatch","RequestId":"R","Message":"The signature we calculated does not match. server string to sign is: %s"}`), core.CloudCredentials, false},
		{"message with everything", mirror(400, `{"Code":"InvalidParameter","RequestId":"R","Message":"what you sent: %s"}`), core.CloudBadRequest, false},
		{"code with everything", mirror(500, `{"Code":"%s","RequestId":"R","Message":"m"}`), core.CloudDown, true},
		{"code that is a secret", says(400, "application/json", `{"Code":"`+sessionToken+`","RequestId":"`+sessionID+`","Message":"`+loginToken+`"}`), core.CloudBadRequest, false},
		{"message in pieces", says(400, "application/json", `{"Code":"InvalidParameter","RequestId":"R","Message":"token `+sessionToken[:20]+`... and `+loginToken[3:30]+` of `+url.QueryEscape(loginToken)+`"}`), core.CloudBadRequest, false},
		{"secrets in plain words", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(400)
			fmt.Fprintf(w, `{"Code":"InvalidParameter","RequestId":"R","Message":"seen %s and %s and %s and %s"}`,
				r.Header.Get("X-Acs-Accesskey-Id"), r.Header.Get("X-Acs-Security-Token"), signatureOf(r), r.URL.Query().Get("SessionId"))
		}, core.CloudBadRequest, false},
		{"permission", mirror(403, `{"Code":"NoPermission","RequestId":"R","Message":"%s","AccessDeniedDetail":{"AuthAction":"ecd:StopDesktops"}}`), core.CloudForbidden, false},
		{"reset", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, core.CloudDown, true},
		{"cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"RequestId":"R"`)
		}, core.CloudDown, true},
	}
	for _, f := range faults {
		for _, auth := range []ClientAuth{Signed, Anonymous} {
			t.Run(f.name+" "+string(auth), func(t *testing.T) {
				arrived := make(chan [2]string, 1)
				server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					arrived <- [2]string{r.URL.Query().Get("LoginToken"), signatureOf(r)}
					f.handler(w, r)
				}))
				server.Config.ErrorLog = log.New(io.Discard, "", 0)
				server.Start()
				defer server.Close()
				c := newCloud(t, sim.Options{})
				failed := c.one(t, Options{ClientAuth: auth, Endpoint: server.URL}, nil)
				got := <-arrived
				signature := got[1]
				if got[0] != loginToken {
					t.Fatal("the secrets never went out, so this test shows nothing")
				}
				if (signature != "") != (auth == Signed) {
					t.Fatalf("signature %q with client authentication %s", signature, auth)
				}
				if failed.Class != f.class || failed.MayHave != f.mayHave || failed.Text == "" {
					t.Errorf("got %+v, want class %s, MayHave %t and a text", failed, f.class, f.mayHave)
				}
				c.wantClean(t, failed, signature)
			})
		}
	}
}

// one tries the fullest client call once.
func (c *cloud) one(t *testing.T, o Options, transport http.RoundTripper) *core.CloudError {
	t.Helper()
	client := c.client(t, o, transport)
	k, failed := client.stopCall(clientStop("ecd-1", "ecd-2"))
	if failed != nil {
		t.Fatal(failed)
	}
	if _, failed = client.attempt(background(t), k); failed == nil {
		t.Fatal("the call worked")
	}
	return failed
}

// wantClean greps the error and the log, and wants one short printable line.
func (c *cloud) wantClean(t *testing.T, failed *core.CloudError, signature string) {
	t.Helper()
	secrets := []string{loginToken, sessionID, sessionToken, c.key.AccessKeyID, c.key.AccessKeySecret, c.key.SecurityToken}
	if signature != "" {
		secrets = append(secrets, signature)
	}
	var err error = failed
	wantNoSecret(t, "error", secrets, err, *failed, fmt.Errorf("stop: %w", err))
	wantNoSecret(t, "log", secrets, c.log)
	if n := len([]rune(failed.Text)); n > textRunes {
		t.Errorf("the text has %d runes", n)
	}
	if strings.ContainsFunc(failed.Text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("the text is not one printable line: %q", failed.Text)
	}
	if !strings.Contains(c.log.String(), `"op":"StopDesktops"`) {
		t.Errorf("the call is not in the log: %s", c.log)
	}
}

func TestNetworkFaults(t *testing.T) {
	secure := httptest.NewUnstartedServer(says(200, "application/json", `{}`))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(says(200, "application/json", `{}`))
	defer plain.Close()
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := nobody.Addr().String()
	nobody.Close()
	unresolved := newPool()
	unresolved.transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "ecd.cn-hangzhou.aliyuncs.com", IsNotFound: true}}
	}
	tests := []struct {
		name      string
		endpoint  string
		transport http.RoundTripper
		says      string
	}{
		{"refused", "http://" + closed, nil, "refused the connection"},
		{"not resolved", "https://ecd.cn-hangzhou.aliyuncs.com", unresolved, "could not be resolved"},
		{"unknown certificate", secure.URL, nil, "certificate or protocol"},
		{"no TLS there", strings.Replace(plain.URL, "http://", "https://", 1), nil, "no call was made"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			failed := c.one(t, Options{Endpoint: tt.endpoint}, tt.transport)
			if failed.Class != core.CloudDown || failed.MayHave || failed.Status != 0 || !strings.Contains(failed.Text, tt.says) {
				t.Errorf("got %+v, want an unavailable cloud that was not called, and %q", failed, tt.says)
			}
			c.wantClean(t, failed, "")
		})
	}
	t.Run("no answer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			failed := c.one(t, Options{}, hanging)
			if failed.Class != core.CloudDown || !failed.MayHave || !strings.Contains(failed.Text, "in time") {
				t.Errorf("got %+v", failed)
			}
			c.wantClean(t, failed, "")
		})
	})
	t.Run("cancelled", func(t *testing.T) {
		c := newCloud(t, sim.Options{})
		client := c.client(t, Options{}, hanging)
		k, _ := client.stopCall(clientStop("ecd-1"))
		ctx, cancel := context.WithCancel(t.Context())
		client.transport = answering(func(req *http.Request) (*http.Response, error) {
			cancel()
			return hanging.RoundTrip(req)
		})
		_, failed := client.attempt(ctx, k)
		if failed == nil || !failed.MayHave || !strings.Contains(failed.Text, "in time") {
			t.Errorf("got %+v", failed)
		}
	})
	t.Run("a body that does not end", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			failed := c.one(t, Options{}, answering(func(req *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(endless{req.Context()})}, nil
			}))
			if failed.Class != core.CloudDown || !failed.MayHave || !strings.Contains(failed.Text, "in time") {
				t.Errorf("got %+v", failed)
			}
			c.wantClean(t, failed, "")
		})
	})
}

func TestBodiesAreReadUpToACap(t *testing.T) {
	for status, most := range map[int]int64{200: answerCap, 500: errorCap} {
		body := &counted{}
		c := newCloud(t, sim.Options{})
		failed := c.one(t, Options{}, answering(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(body)}, nil
		}))
		if body.n != most+1 || !failed.MayHave {
			t.Errorf("status %d: read %d bytes, want %d; %+v", status, body.n, most+1, failed)
		}
		if status == 200 && !strings.Contains(failed.Text, "larger") {
			t.Errorf("the text does not say that the answer was too large: %s", failed.Text)
		}
	}
}

// counted is a body without an end, up to a size at which a test has failed.
type counted struct{ n int64 }

func (c *counted) Read(p []byte) (int, error) {
	if c.n > 4*answerCap {
		return 0, io.EOF
	}
	c.n += int64(len(p))
	return len(p), nil
}

// endless is a body of which no byte comes until the request's context ends.
type endless struct{ ctx context.Context }

func (e endless) Read([]byte) (int, error) { <-e.ctx.Done(); return 0, e.ctx.Err() }

// TestProxyPasswordStaysHere: the official core copies it into the request.
func TestProxyPasswordStaysHere(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://alice:proxy-password@proxy.example.com:3128")
	c := newCloud(t, sim.Options{})
	client := c.client(t, Options{Endpoint: "https://ecd.example.com"}, answering(func(req *http.Request) (*http.Response, error) {
		for name := range req.Header {
			if strings.EqualFold(name, "Proxy-Authorization") {
				t.Error("the request for the cloud carries the proxy's password")
			}
		}
		return good.RoundTrip(req)
	}))
	if _, err := client.Stop(background(t), adminStop("ecd-1")); err != nil {
		t.Error(err)
	}
	t.Setenv("HTTPS_PROXY", "http://alice:proxy-password@proxy.example.com:port")
	_, err := client.Stop(background(t), adminStop("ecd-1"))
	if e := cloudError(t, err); e.Class != core.CloudUnclear || e.MayHave {
		t.Errorf("got %+v", e)
	}
	wantNoSecret(t, "proxy", []string{"proxy-password"}, err, c.log)
}

func TestLogLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t, sim.Options{})
		s := &script{steps: []http.RoundTripper{throttled, good}}
		if _, err := c.client(t, Options{}, s).Stop(t.Context(), adminStop("ecd-1", "ecd-2")); err != nil {
			t.Fatal(err)
		}
		got := c.log.of("cloud call")
		if len(got) != 2 {
			t.Fatalf("%d lines for two attempts", len(got))
		}
		for i, words := range [][]string{
			{`"region":"cn-hangzhou"`, `"desktops":2`, `"status":429`, `"class":"throttled"`, `"code":"Throttling.User"`, `"cloud_request_id":"R"`, `"took":`},
			{`"status":200`, `"cloud_request_id":"R-1"`, `"version":"2020-09-30"`, `"level":"INFO"`},
		} {
			for _, w := range words {
				if !strings.Contains(got[i], w) {
					t.Errorf("line %d lacks %s: %s", i, w, got[i])
				}
			}
			if strings.Contains(got[i], "KeepCharging") || strings.Contains(got[i], "ecd-1") {
				t.Errorf("line %d shows a parameter: %s", i, got[i])
			}
		}
	})
}
