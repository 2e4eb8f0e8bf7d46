package callback

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// TestHostilePlaces configures URLs that lead, or may lead, where nobody should
// go. They are refused before anything is called.
func TestHostilePlaces(t *testing.T) {
	for s, says := range map[string]string{
		"http://tickets.example.com/x": "in the clear",
		"http://localhost/x":           "in the clear",
		"ftp://tickets.example.com/x":  "scheme",
		"file:///etc/passwd":           "not plain",
		"https:tickets.example.com":    "not plain",
		"//tickets.example.com/x":      "scheme",
		"https:///x":                   "not plain",
		"https://alice:" + staticSecret + "@tickets.example.com": "not plain",
		"https://tickets.example.com#" + pathSecret:              "not plain",
		"https://tickets.example.com\\@evil.example.com/":        "not plain",
		"https://tickets.example.com:/x":                         "port",
		"https://tickets.example.com:0/x":                        "port",
		"https://tickets.example.com:65536/x":                    "port",
		"https://tickets.example.com:8443/x":                     "allowed are",
		"https://evil.example.com/tickets.example.com":           "allowed are",
		"https://tickets.example.com.evil.example.com/":          "allowed are",
		"https://xtickets.example.com/":                          "allowed are",
		"https://tickets.example.com./":                          "want a name",
		"https://10.0.0.1/x":                                     "want a name, or a literal loopback",
		"https://8.8.8.8/x":                                      "want a name, or a literal loopback",
		"http://169.254.169.254/latest/meta-data":                "want a name, or a literal loopback",
		"http://100.100.100.200/latest/meta-data":                "want a name, or a literal loopback",
		"https://[fd00:ec2::254]/":                               "want a name, or a literal loopback",
		"https://[::ffff:127.0.0.1]/":                            "want a name, or a literal loopback",
		"https://[::ffff:a9fe:a9fe]/":                            "want a name, or a literal loopback",
		"https://[::1%25eth0]/":                                  "URL has",
		"http://0.0.0.0/":                                        "want a name, or a literal loopback",
		"https://2130706433/":                                    "want a name such as",
		"https://0x7f000001/":                                    "want a name such as",
		"https://0x7f.1/":                                        "want a name such as",
		"https://017700000001/":                                  "want a name such as",
		"https://127.1/":                                         "want a name such as",
		"https://tickets.example.1/":                             "want a name such as",
		"https://{{.Ticket}}/x":                                  "only path and query",
		"https://{{.Ticket}}.example.com/x":                      "only path and query",
		"https://tickets.example.com:{{.Ticket}}/x":              "not plain",
		"https://tickets.example.com{{.Ticket}}/x":               "only path and query",
		"{{.Ticket}}://tickets.example.com/x":                    "scheme",
		"https://tickets.example.com/{{.Host}}":                  "braces that are not",
		"https://tickets.example.com/{{ .Ticket }}":              "not",
		"https://tickets.example.com/x?{Ticket}":                 "braces that are not",
		"HTTPS://tickets.example.com/x":                          "capital letters",
		"https://tickets.example.com/\r\nX: 1":                   "not plain",
		"https://tіckets.example.com/":                           "want a name such as", // a Cyrillic letter
	} {
		o := options(s)
		_, err := New(o)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; want %q", s, err, says)
			continue
		}
		hidden(t, err.Error())
	}
}

// TestRedirections are not followed, wherever they lead.
func TestRedirections(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{"/elsewhere", "http://169.254.169.254/latest/meta-data", "http://100.100.100.200/", "https://tickets.example.com/" + replySecret} {
			r := newReceiver(t, httptest.NewServer, status)
			r.header.Set("Location", to)
			o := options(r.URL + "/hook?key=" + querySecret)
			o.Hosts = []string{strings.TrimPrefix(r.URL, "http://")}
			c := made(t, o)
			var dialed atomic.Int32
			transport := c.client.Transport.(*http.Transport)
			own := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				dialed.Add(1)
				return own(ctx, network, address)
			}
			got := c.Deliver(t.Context(), report(), "OPS-42")
			if got.State != Refused || got.Status != status || !strings.Contains(got.Reason, "redirection") || dialed.Load() != 1 {
				t.Errorf("%d to %s: %+v after %d connections", status, to, got, dialed.Load())
			}
			hidden(t, got.Reason)
			r.got(t, 1)
		}
	}
}

// TestNoProxy wants the receiver itself to be called, whatever the environment
// says.
func TestNoProxy(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
	t.Setenv("https_proxy", "http://proxy.example.com:3128")
	r := newReceiver(t, httptest.NewTLSServer, http.StatusOK)
	o := options("https://example.com/hook")
	o.Hosts = []string{"example.com"}
	c := made(t, o)
	if c.client.Transport.(*http.Transport).Proxy != nil {
		t.Error("the client asks for a proxy")
	}
	r.named(c, "example.com:443", t)
	if got := c.Deliver(t.Context(), report(), "OPS-42"); got.State != Delivered {
		t.Errorf("Deliver = %+v", got)
	}
}

// TestHostileAnswers come from a receiver that floods, garbles or hangs up.
func TestHostileAnswers(t *testing.T) {
	raw := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}
	var cut atomic.Int32
	for name, a := range map[string]struct {
		answer http.HandlerFunc
		state  State
		says   string
	}{
		"nothing":         {raw(""), RetryLater, "the connection broke"},
		"garbage":         {raw(replySecret + "\r\n\r\n"), RetryLater, "no answer that can be read"},
		"garbled status":  {raw("HTTP/1.1 " + replySecret + "\r\n\r\n"), RetryLater, "no answer that can be read"},
		"endless header":  {raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat(replySecret, maxHeader) + "\r\n\r\n"), RetryLater, "no answer that can be read"},
		"half a header":   {raw("HTTP/1.1 200 OK\r\nX-Half: " + replySecret), RetryLater, "the connection broke"},
		"half a body":     {raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + replySecret), Delivered, ""},
		"words on a 400":  {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, replySecret, 400) }, Refused, "answers 400"},
		"status and body": {raw("HTTP/1.1 403 " + replySecret + "\r\n\r\n" + replySecret), Refused, "answers 403; check"},
		"endless body": {func(w http.ResponseWriter, _ *http.Request) {
			page := []byte(strings.Repeat(replySecret, 1000))
			for range 10_000 {
				if _, err := w.Write(page); err != nil {
					cut.Add(1)
					return
				}
			}
		}, Delivered, ""},
	} {
		t.Run(name, func(t *testing.T) {
			web := httptest.NewServer(a.answer)
			o := options(web.URL + "/" + pathSecret + "?key=" + querySecret)
			o.Hosts = []string{strings.TrimPrefix(web.URL, "http://")}
			got := made(t, o).Deliver(t.Context(), report(), "OPS-42")
			if got.State != a.state || !strings.Contains(got.Reason, a.says) {
				t.Errorf("Deliver = %+v, want %s and %q", got, a.state, a.says)
			}
			hidden(t, got.Reason)
			web.Close() // waits for the handlers
		})
	}
	if cut.Load() != 1 {
		t.Error("an endless body was read to its end")
	}
}

func TestUntrustedCertificate(t *testing.T) {
	r := newReceiver(t, httptest.NewUnstartedServer, http.StatusOK)
	r.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of the handshake
	r.StartTLS()
	o := options("https://example.com/hook")
	o.Hosts = []string{"example.com"}
	c := made(t, o)
	r.named(c, "example.com:443", t)
	c.client.Transport.(*http.Transport).TLSClientConfig = nil
	if got := c.Deliver(t.Context(), report(), "OPS-42"); got.State != Refused || !strings.Contains(got.Reason, "certificate is not trusted") {
		t.Errorf("Deliver = %+v", got)
	}
	r.got(t, 0)
}
