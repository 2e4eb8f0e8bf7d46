package callback

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
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
