package ecd

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/hosts"
	"stopdesktops/internal/pattern"
)

// place is where a region's API answers.
type place struct {
	scheme string // https, or http on a literal loopback address
	host   string // with the port, where it is not the scheme's own
}

// places are the endpoints that the deployment spells out.
type places struct {
	all      place // zero where there is none
	byRegion map[string]place
}

// readPlaces checks and reads the configured endpoints.
func readPlaces(all string, byRegion map[string]string) (places, error) {
	p := places{byRegion: map[string]place{}}
	if all != "" {
		var err error
		if p.all, err = readPlace(all); err != nil {
			return places{}, err
		}
	}
	for region, endpoint := range byRegion {
		if !core.ValidRegionShape(region) {
			return places{}, fmt.Errorf("an endpoint is configured for %q, which is not a region id; want one such as cn-hangzhou", region)
		}
		var err error
		if p.byRegion[region], err = readPlace(endpoint); err != nil {
			return places{}, fmt.Errorf("region %s: %w", region, err)
		}
	}
	return p, nil
}

// hostShape is what may stand in an endpoint as a host with its port.
var hostShape = pattern.New(`^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

// readPlace reads https://host[:port], or http:// with a loopback address.
func readPlace(endpoint string) (place, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		// The parser's own text would repeat whatever was typed, and that may
		// hold a password.
		return place{}, fmt.Errorf("an ECD endpoint is not a URL; want one such as https://ecd.cn-hangzhou.aliyuncs.com")
	}
	bare := u.User == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && !u.ForceQuery && u.Fragment == ""
	if !bare || !hostShape.MatchString(u.Host) {
		return place{}, fmt.Errorf("an ECD endpoint must be scheme, host and perhaps a port, and nothing else; want one such as https://ecd.cn-hangzhou.aliyuncs.com")
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && hosts.IsLoopback(u.Hostname()):
	default:
		return place{}, fmt.Errorf("the ECD endpoint on host %s must use https; plain http is for a literal loopback address such as 127.0.0.1", u.Host)
	}
	return place{scheme: u.Scheme, host: u.Host}, nil
}

// place returns where the region's API answers. The region is checked here
// although every door has checked it before: the official core splices its
// endpoint into the URL as it is, so a region such as u@host/# would send the
// request with all its tokens to that host.
func (c *Client) place(op, region string) (place, *core.CloudError) {
	if !core.ValidRegionShape(region) || !slices.Contains(c.regions, region) {
		return place{}, &core.CloudError{Class: core.CloudBadRequest, Op: op,
			Text: "no call was made: the region is not one of those this deployment serves, " + strings.Join(c.regions, ", ")}
	}
	return c.endpoint(region), nil
}

// endpoint returns where a region answers whose shape has been checked.
func (c *Client) endpoint(region string) place {
	if p, ok := c.places.byRegion[region]; ok {
		return p
	}
	if c.places.all != (place{}) {
		return c.places.all
	}
	return place{scheme: "https", host: "ecd." + region + ".aliyuncs.com"}
}
