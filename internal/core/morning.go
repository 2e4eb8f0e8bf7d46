package core

import "time"

// Morning is what is posted of a run that nobody waited for: a timer's, or a
// sender's that has a channel. Exactly one of Report and Quiet is set.
type Morning struct {
	Caller Caller
	Due    time.Time // of a timer: the scheduled instant
	Report *Report
	Quiet  string // why nothing ran: a holiday, the freeze, a late tick
	// Longest are the longest-running desktops that the run did not stop, at
	// most LongestShown of them, the longest first.
	Longest []StillRunning
}

// LongestShown is how many long-running desktops a morning report names: enough
// to act on before coffee.
const LongestShown = 5

// StillRunning is a desktop that a run left running.
type StillRunning struct {
	RegionId    string
	DesktopId   string
	DesktopName string
	Code        Code // why it was left
	Up          time.Duration
}
