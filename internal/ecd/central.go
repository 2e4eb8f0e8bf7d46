package ecd

import (
	"strings"

	"stopdesktops/internal/core"
)

// The central regions, which answer DescribeGlobalDesktopRecords 2020-09-30 for
// all the others.
const (
	centralChina  = "cn-shanghai"
	centralAbroad = "ap-southeast-1"
)

// centralOf returns the central region of a region's desktops, and where it
// answers. The desktops' own region must be one that the deployment serves; the
// central one need not be, because it only tells about them.
func (c *Client) centralOf(op, region string) (string, place, *core.CloudError) {
	if _, failed := c.place(op, region); failed != nil {
		return "", place{}, failed
	}
	central, ok := c.central[region]
	switch {
	case ok:
	case strings.HasPrefix(region, "cn-"):
		central = centralChina
	default:
		central = centralAbroad
	}
	if !core.ValidRegionShape(central) {
		return "", place{}, &core.CloudError{Class: core.CloudBadRequest, Op: op, Text: "no call was made: the central region is not a region id; want one such as " + centralChina}
	}
	return central, c.endpoint(central), nil
}
