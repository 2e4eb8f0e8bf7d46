package calendar

import (
	"time"
	_ "time/tzdata" // a Function Compute image need not have zone files, and a laptop's may be old
)

// WantZone is what Zone takes, for messages.
const WantZone = "the name of a time zone such as Asia/Shanghai"

// Zone finds a time zone by its name in the IANA database, or returns false. The
// machine's own zone is none: a function must mean the same wherever it runs.
func Zone(name string) (*time.Location, bool) {
	if name == "" || name == "Local" || name == "localtime" {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}
