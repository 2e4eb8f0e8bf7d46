package callback

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"stopdesktops/internal/core"
)

// TestGuard asks for connections to hostile addresses, as a resolver may give
// them, and to public ones.
func TestGuard(t *testing.T) {
	for address, public := range map[string]bool{
		"8.8.8.8:443":                    true,
		"100.63.255.255:443":             true,
		"100.128.0.1:443":                true,
		"172.15.0.1:443":                 true,
		"172.32.0.1:443":                 true,
		"[2606:4700:4700::1111]:443":     true,
		"8.8.8.8:8443":                   true,
		"127.0.0.1:443":                  false,
		"127.255.255.254:80":             false,
		"0.0.0.0:80":                     false,
		"0.1.2.3:80":                     false,
		"10.0.0.1:443":                   false,
		"172.16.0.1:443":                 false,
		"172.31.255.255:443":             false,
		"192.168.1.1:443":                false,
		"169.254.169.254:80":             false, // metadata
		"100.100.100.200:80":             false, // Alibaba Cloud's metadata
		"100.64.0.1:443":                 false,
		"100.127.255.255:443":            false,
		"192.0.0.192:80":                 false,
		"198.18.0.1:443":                 false,
		"224.0.0.1:80":                   false,
		"239.255.255.255:80":             false,
		"240.0.0.1:80":                   false,
		"255.255.255.255:80":             false,
		"[::1]:443":                      false,
		"[::]:443":                       false,
		"[fe80::1]:443":                  false,
		"[fe80::1%eth0]:443":             false,
		"[2606:4700:4700::1111%x]:443":   false,
		"[fc00::1]:443":                  false,
		"[fd00:ec2::254]:80":             false, // metadata
		"[fec0::1]:443":                  false,
		"[ff02::1]:443":                  false,
		"[::ffff:127.0.0.1]:443":         false,
		"[::ffff:169.254.169.254]:80":    false,
		"[::ffff:8.8.8.8]:443":           false, // IPv4 comes as IPv4
		"[::127.0.0.1]:443":              false,
		"[64:ff9b::a9fe:a9fe]:443":       false, // NAT64
		"[64:ff9b:1::1]:443":             false,
		"[2002:a9fe:a9fe::1]:443":        false, // 6to4
		"[2001:0:a9fe:a9fe::1]:443":      false, // Teredo
		"[2001:db8::1]:443":              false,
		"[100::1]:443":                   false,
		"localhost:443":                  false,
		"127.1:443":                      false,
		"2130706433:443":                 false,
		"":                               false,
		"/var/run/docker.sock":           false,
		"[::ffff:100.100.100.200]:65535": false,
	} {
		for _, literal := range []string{"", "127.0.0.2"} {
			ip, _ := netip.ParseAddr(literal)
			err := guard(ip)(networkOf(address), address, nil)
			if (err == nil) != public {
				t.Errorf("%s with literal %q: %v", address, literal, err)
			}
			if err != nil && !errors.Is(err, errInside) {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
	if guard(netip.Addr{})("unix", "8.8.8.8:443", nil) == nil || guard(netip.Addr{})("udp4", "8.8.8.8:443", nil) == nil {
		t.Error("another network than TCP passes")
	}
	for _, literal := range []string{"127.0.0.1", "::1"} {
		ip := netip.MustParseAddr(literal)
		if err := guard(ip)("tcp", net.JoinHostPort(literal, "80"), nil); err != nil {
			t.Errorf("the literal %s: %v", literal, err)
		}
	}
}

func networkOf(address string) string {
	if strings.HasPrefix(address, "[") {
		return "tcp6"
	}
	return "tcp4"
}

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

// TestNameThatLeadsInside configures an allowed name that a resolver turns into
// a loopback address: the certificate does not matter, because nothing connects.
func TestNameThatLeadsInside(t *testing.T) {
	var connected atomic.Int32
	r := newReceiver(t, httptest.NewUnstartedServer, http.StatusOK)
	r.Config.ConnState = func(net.Conn, http.ConnState) { connected.Add(1) }
	r.StartTLS()
	_, port, err := net.SplitHostPort(r.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	o := options("https://localhost:" + port + "/" + pathSecret)
	o.Hosts = []string{"localhost:" + port}
	c := made(t, o)
	c.client.Transport.(*http.Transport).TLSClientConfig = r.Client().Transport.(*http.Transport).TLSClientConfig
	got := c.Deliver(t.Context(), report(), "OPS-42")
	if got.State != Refused || got.Tries != 1 || !strings.Contains(got.Reason, "not public") {
		t.Errorf("Deliver = %+v", got)
	}
	hidden(t, got.Reason)
	r.got(t, 0)
	if n := connected.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// TestLiteralLoopback is the one way inside: http or https to exactly the
// address that is configured.
func TestLiteralLoopback(t *testing.T) {
	r := newReceiver(t, httptest.NewServer, http.StatusNoContent)
	o := options(r.URL + "/hook")
	o.Hosts = []string{strings.TrimPrefix(r.URL, "http://")}
	c := made(t, o)
	if got := c.Deliver(t.Context(), report(), ""); got.State != Delivered {
		t.Fatalf("Deliver = %+v", got)
	}
	r.got(t, 1)
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

// TestTicketsInURLs fills the holes with what people may have written.
func TestTicketsInURLs(t *testing.T) {
	for _, c := range []struct{ url, ticket, want string }{
		{"/i/{{.Ticket}}/comment", "OPS-42", "/i/OPS-42/comment"},
		{"/i/{{.Ticket}}", "INC0010001", "/i/INC0010001"},
		{"/i/{{.Ticket}}", "team#7", "/i/team%237"},
		{"/i/{{.Ticket}}", "a..b", "/i/a..b"},
		{"/i/{{.Ticket}}", "..", ""},
		{"/i/{{.Ticket}}", ".", ""},
		{"/i/{{.Ticket}}", "", ""},
		{"/i?x={{.Ticket}}", "", ""},
		{"/i/{{.Ticket}}", "a/b", ""},
		{"/i/{{.Ticket}}", "../admin", ""},
		{"/i/{{.Ticket}}", `..\admin`, ""},
		{"/i/{{.Ticket}}", "%2e%2e", ""},
		{"/i/{{.Ticket}}", "a?b", ""},
		{"/i/{{.Ticket}}", "a b", ""},
		{"/i/{{.Ticket}}", "a\r\nX: 1", ""},
		{"/i/{{.Ticket}}", "@evil.example.com", ""},
		{"/i/{{.Ticket}}", "é", ""},
		{"/i/{{.Ticket}}", strings.Repeat("x", maxTicket+1), ""},
		{"/i?x={{.Ticket}}&y=1", "a&y=2#x ?/../é\r\n", "/i?x=a%26y%3D2%23x+%3F%2F..%2F%C3%A9%0D%0A&y=1"},
		{"/i?x=1", "../whatever it is", "/i?x=1"},
		{"/i", "", "/i"},
		{"", "OPS-42", ""},
	} {
		p, err := parsePlace("https://tickets.example.com"+c.url, []string{"tickets.example.com"})
		if err != nil {
			t.Fatal(c.url, err)
		}
		u, err := p.of(c.ticket)
		switch {
		case err != nil && (c.want != "" || c.url == ""):
			t.Errorf("%s for %q: %v", c.url, c.ticket, err)
		case err != nil && len(c.ticket) > 3 && strings.Contains(err.Error(), c.ticket):
			t.Errorf("the error quotes the ticket: %v", err)
		case err == nil && u.String() != "https://tickets.example.com"+c.want:
			t.Errorf("%s for %q is %s, want %s", c.url, c.ticket, u, c.want)
		}
	}
	o := options("https://tickets.example.com/{{.Ticket}}")
	if got := made(t, o).Deliver(t.Context(), report(), "../"+querySecret); got.State != Refused || got.Tries != 0 {
		t.Errorf("Deliver = %+v", got)
	}
}

func FuzzPlace(f *testing.F) {
	for _, s := range []string{"OPS-42", "..", "a/../b", "%2e", "a b", "@x", "é", "?x#y", "\r\n", ""} {
		f.Add("/i/{{.Ticket}}/comment?x={{.Ticket}}", s)
		f.Add("/i?x={{.Ticket}}", s)
		f.Add(s, "OPS-42")
	}
	f.Fuzz(func(t *testing.T, rest, ticket string) {
		p, err := parsePlace("https://tickets.example.com"+rest, []string{"tickets.example.com"})
		if err != nil {
			return
		}
		plain, err := p.of("T")
		if err != nil {
			t.Fatalf("an ordinary ticket does not fit into %q: %v", rest, err)
		}
		u, err := p.of(ticket)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.Host != "tickets.example.com" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
			t.Fatalf("%q for ticket %q leads to %s", rest, ticket, u)
		}
		if a, b := strings.Count(u.Path, "/"), strings.Count(plain.Path, "/"); a != b {
			t.Fatalf("%q for ticket %q has %d steps, want %d: %s", rest, ticket, a, b, u)
		}
		if a, b := len(u.Query()), len(plain.Query()); a != b {
			t.Fatalf("%q for ticket %q has %d parameters, want %d: %s", rest, ticket, a, b, u)
		}
		for _, step := range strings.Split(u.EscapedPath(), "/") {
			if (step == "." || step == "..") && !strings.Contains(plain.Path, step) {
				t.Fatalf("%q for ticket %q climbs: %s", rest, ticket, u)
			}
		}
	})
}

// TestSecretsAreHiddenInCallbacks prints a callback in every way.
func TestSecretsAreHiddenInCallbacks(t *testing.T) {
	o := options("https://tickets.example.com/hook")
	o.Auth, o.Secrets = AuthBasic, []core.Secret{basicSecret}
	hidden(t, strings.Join([]string{sprint(made(t, o)), sprint(o)}, "\n"))
}
