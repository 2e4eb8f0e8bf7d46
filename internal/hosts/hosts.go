// Package hosts says of an address what all that read one hold alike: which
// hosts are this machine itself, so that plain HTTP is let through, and which
// ports there are.
package hosts

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Loopback returns the address that a host is, where it is a literal one of this
// machine. A name such as localhost is none: a resolver may say that it is anything.
// Neither is an address with a zone or an IPv4 one inside of IPv6, which programs read
// in different ways.
func Loopback(host string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.IsLoopback() || ip.Zone() != "" || ip.Is4In6() {
		return netip.Addr{}, false
	}
	return ip, true
}

// IsLoopback says whether Loopback returns an address.
func IsLoopback(host string) bool {
	_, is := Loopback(host)
	return is
}

// GoodPort says whether a URL has a port from 1 to 65535, or none and no colon that
// asks for one.
func GoodPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.Atoi(u.Port())
	return err == nil && n >= 1 && n <= 65535
}
