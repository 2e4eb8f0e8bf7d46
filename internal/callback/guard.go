package callback

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

const (
	// attemptTimeout bounds one attempt: comment APIs take seconds on a bad day.
	attemptTimeout = 10 * time.Second
	// connectTimeout and handshakeTimeout leave room to try again.
	connectTimeout   = 3 * time.Second
	handshakeTimeout = 5 * time.Second
	// maxHeader bounds the header of an answer, of which Retry-After is all that
	// matters.
	maxHeader = 64 << 10
)

// errInside is why a connection is not made.
var errInside = errors.New("the host leads to an address that is not public")

// newClient makes an HTTP client that follows no redirection, uses no proxy,
// keeps no cookie and no connection, and connects to public addresses and the
// one literal loopback address that is configured. An instance may be frozen
// between two calls, so a connection that is kept dies unseen.
func newClient(literal netip.Addr) *http.Client {
	dialer := &net.Dialer{Timeout: connectTimeout, Control: guard(literal)}
	return &http.Client{
		Timeout: attemptTimeout,
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    handshakeTimeout,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: maxHeader,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// guard looks at the address of each connection right before it is made, after
// every name was resolved. What counts as public is IANA's registries of
// special-purpose addresses: private, loopback, link-local, shared (with
// 100.100.100.200, where Alibaba Cloud's metadata is), multicast, reserved, and
// what carries IPv4 inside IPv6.
func guard(literal netip.Addr) func(network, address string, _ syscall.RawConn) error {
	public := ssrf.New(ssrf.WithAnyPort()) // The configured URL names the port.
	return func(network, address string, conn syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err == nil && literal.IsValid() && to.Addr() == literal {
			return nil
		}
		if public.Safe(network, address, conn) != nil {
			return errInside
		}
		return nil
	}
}
