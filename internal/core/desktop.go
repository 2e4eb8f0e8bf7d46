package core

import "time"

// Status and connection of a desktop, in the cloud's own words
// (DescribeDesktops, API version 2020-09-30). Both are open sets: an unheard-of
// status is not Running, an unheard-of connection is Unknown.
const (
	StatusRunning  = "Running"
	StatusStopping = "Stopping"
	StatusStopped  = "Stopped"

	ConnConnected    = "Connected"
	ConnDisconnected = "Disconnected"
)

// Desktop is what a look saw of one cloud computer.
type Desktop struct {
	RegionId        string
	DesktopId       string
	DesktopName     string
	Status          string
	Connection      string
	EndUserIds      []string
	ManagementFlags []string
	ChargeType      string
	OfficeSiteId    string
	DesktopGroupId  string
	Tags            map[string]string
	SeenAt          time.Time
}
