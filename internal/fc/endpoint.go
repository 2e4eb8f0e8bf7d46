package fc

import (
	"fmt"
	"net/url"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/hosts"
	"stopdesktops/internal/pattern"
)

var (
	account      = pattern.New(`^[0-9]{1,20}$`)
	host         = pattern.New(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$`)
	functionName = pattern.Name{Most: 64, First: "A-Za-z_", Rest: "A-Za-z0-9_-"}
)

// endpoint is where FC's API is called.
type endpoint struct {
	scheme string // as the vendor's client takes it
	host   string // with a port where it is not the scheme's own
}

// parseEndpoint reads a configured endpoint: "https://host", or "http://" before a
// literal loopback address, so that no role credential crosses a network in
// clear and no name that resolves elsewhere tomorrow is trusted today.
func parseEndpoint(text string) (endpoint, error) {
	u, err := url.Parse(text)
	if err != nil {
		return endpoint{}, fmt.Errorf("FC endpoint: not a URL; want https://<host>")
	}
	if u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return endpoint{}, fmt.Errorf("FC endpoint: has more than a scheme and a host; want https://<host>")
	}
	switch u.Scheme {
	case "https":
		if !host.MatchString(u.Host) {
			return endpoint{}, fmt.Errorf("FC endpoint: %q is not a host", u.Host)
		}
	case "http":
		if !hosts.IsLoopback(u.Hostname()) {
			return endpoint{}, fmt.Errorf("FC endpoint: http is for a literal loopback address such as 127.0.0.1 only, not %q; use https", u.Hostname())
		}
	default:
		return endpoint{}, fmt.Errorf("FC endpoint: scheme %q; want https://<host>", u.Scheme)
	}
	return endpoint{scheme: strings.ToUpper(u.Scheme), host: u.Host}, nil
}

// publicEndpoint is the account's address in the region, which functions with
// Internet access reach. The vendor's client has a table of endpoints of its
// own; it is not used, because the entry of ap-southeast-5 ends in a tab (v4.8.2).
func publicEndpoint(inv Invocation) (endpoint, error) {
	if !account.MatchString(inv.AccountID) || !core.ValidRegionShape(inv.Region) {
		return endpoint{}, fmt.Errorf("FC endpoint: the invocation names account %q and region %q; configure an endpoint", inv.AccountID, inv.Region)
	}
	return endpoint{scheme: "HTTPS", host: inv.AccountID + "." + inv.Region + ".fc.aliyuncs.com"}, nil
}
