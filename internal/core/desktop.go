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
	ConnUnknown      = "Unknown"

	ChargePrePaid = "PrePaid" // by the month
	FlagNone      = "NoFlag"  // the cloud's word for no management flag
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
	TagsUnknown     bool // the tags could not be read; Tags says nothing then
	SeenAt          time.Time

	DesktopType      string   // configuration, such as eds.general.2c4g
	ResourceGroupIds []string // resource groups that it is in
	HourPackage      bool     // paid for by the hour within a package, so a stop saves hours

	// What only some decisions need, and is asked for only then. Nothing known
	// is a reason of its own to leave a desktop alone.
	Idle      time.Duration // since somebody last used it
	IdleKnown bool
	Up        time.Duration // since it was started last
	UpKnown   bool
}
