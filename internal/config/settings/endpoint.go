package settings

import (
	"fmt"
	"net/url"
	"strings"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/hosts"
)

// wantEndpoint is what every endpoint must be.
const wantEndpoint = "https://<host>, or http:// before a literal loopback address such as 127.0.0.1, with nothing behind the host but a port"

// Endpoints say where the cloud is. An empty one leaves it to the vendor's
// rules.
type Endpoints struct {
	All    string            // for every region that has none of its own
	Region map[string]string // by region
}

// setEndpoint takes one URL.
func setEndpoint(dst *string) func(string) []fault {
	return func(value string) []fault {
		e, f := endpoint(value)
		if f != nil {
			return []fault{*f}
		}
		*dst = e
		return nil
	}
}

// setEndpoints takes one URL for every region, or a comma list of region=URL.
func setEndpoints(dst *Endpoints) func(string) []fault {
	return func(value string) []fault {
		if !strings.ContainsAny(value, ",=") {
			return setEndpoint(&dst.All)(value)
		}
		entries, faults := list(value, false)
		regions := map[string]string{}
		for _, entry := range entries {
			region, address, pair := strings.Cut(entry, "=")
			e, f := endpoint(address)
			switch {
			case entry == "":
			case !pair:
				faults = append(faults, fault{"an entry without a region", ""})
			case !core.ValidRegionShape(region):
				faults = append(faults, fault{"region " + mistake.Quote(region), "a region id such as cn-hangzhou before each ="})
			case f != nil:
				faults = append(faults, *f)
			case regions[region] != "":
				faults = append(faults, fault{"region " + mistake.Quote(region) + " twice", "each region once"})
			default:
				regions[region] = e
			}
		}
		if len(faults) == 0 {
			dst.Region = regions
		}
		return faults
	}
}

// endpoint checks a URL. What looks as if it held a password is not shown.
func endpoint(value string) (string, *fault) {
	value = strings.TrimSpace(value)
	if strings.ContainsAny(value, "@?#") {
		return "", &fault{"a URL with a user, a query or a fragment, which is not shown", wantEndpoint}
	}
	u, err := url.Parse(value)
	bad := func() (string, *fault) { return "", &fault{mistake.Quote(value), wantEndpoint} }
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "" || (u.Path != "" && u.Path != "/"):
		return bad()
	case u.Scheme != "https" && (u.Scheme != "http" || !Loopback(u)), !hosts.GoodPort(u):
		return bad()
	}
	return u.Scheme + "://" + u.Host, nil
}

// Loopback says whether the host is a literal loopback address. A name such as
// localhost is not: what it stands for is decided elsewhere.
func Loopback(u *url.URL) bool {
	return hosts.IsLoopback(u.Hostname())
}

// loopbackWarning returns a line for the log where an endpoint is on this
// machine, or "".
func loopbackWarning(name, address string) string {
	u, err := url.Parse(address)
	if err != nil || !Loopback(u) {
		return ""
	}
	return fmt.Sprintf("%s is on this machine (%s): nothing reaches the cloud through it", name, address)
}
