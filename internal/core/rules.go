package core

import "time"

// Most desktops one StopDesktops call may name. The vendor's pages name 20 for
// both contracts and, since 2025, 100 for admin; 20 is safe everywhere.
const (
	BatchDefault   = 20
	BatchMaxAdmin  = 100
	BatchMaxClient = 20
)

// WaitDefault is how long a run waits for the desktops it stopped. The vendor
// publishes no duration; others who poll give up after one to twenty minutes.
const WaitDefault = 4 * time.Minute

// Rules are what the deployment fixes for every request.
type Rules struct {
	Regions  []string // the only regions that a request may name
	Pin      Contract // empty: each request's fields decide
	ClientId string   // of the deployment, for requests that bring none
	Batch    int      // desktops in one call, admin contract; 0 is BatchDefault
	Ceilings map[Door]int
	Wait     time.Duration // how long a run looks for the desktops to be Stopped; 0 is WaitDefault
	NoLookup bool          // client requests go out without a look before (ECD_CLIENT_LOOKUP=off)

	Percents    map[Door]int  // the most of the Running desktops, in percent, that a run may stop; none is 100
	Grace       time.Duration // of selections: leave alone what was used less than this ago
	MinUptime   time.Duration // of selections: leave alone what was started less than this ago
	MaxKeep     time.Duration // how long a desktop may be kept awake at most; 0 is MaxKeepCompiled
	Canary      int           // desktops of a big plan that are stopped, and proven, before the rest
	MaxFailures string        // of big plans: how many may fail before the run ends; empty is no bound
	Concurrency int           // calls to the cloud side by side; 0 is 1
	Zone        *time.Location
	// Schedules says whether the schedule of a desktop's tag fell due after since
	// and not after until, in the zone of its other tag ("" is the schedule's
	// own), and in words what is wrong with either.
	Schedules   func(schedule, zone string, since, until time.Time) (due bool, problem string)
	Prices      *Prices // nil where the deployment has no price list
	HelpContact string  // whom a refused person may ask
}

// MaxKeepCompiled is how far ahead a desktop may be kept awake: over a long
// weekend, and not for good.
const MaxKeepCompiled = 72 * time.Hour

func (r Rules) maxKeep() time.Duration {
	if r.MaxKeep <= 0 || r.MaxKeep > MaxKeepCompiled {
		return MaxKeepCompiled
	}
	return r.MaxKeep
}

// zone is the deployment's time zone.
func (r Rules) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// Percent is the most of the Running desktops, in percent, that a run through
// the door may stop.
func (r Rules) Percent(d Door) int {
	if p, ok := r.Percents[d]; ok && p > 0 && p < 100 {
		return p
	}
	return 100
}

// ContractOf says which contract the request goes to: the pinned one, else
// client where the request or the deployment has a ClientId, else admin.
func (r Rules) ContractOf(q Request) Contract {
	switch {
	case r.Pin != "":
		return r.Pin
	case q.ClientId != "" || r.ClientId != "":
		return Client
	}
	return Admin
}

// Ceiling is how many desktops a run through the door may reach.
func (r Rules) Ceiling(d Door) int {
	if c, ok := r.Ceilings[d]; ok && c < d.Ceiling() {
		return c
	}
	return d.Ceiling()
}

// batch is how many desktops go in one call of the contract.
func (r Rules) batch(c Contract) int {
	n := r.Batch
	if n <= 0 {
		n = BatchDefault
	}
	if c == Client {
		return min(n, BatchMaxClient)
	}
	return min(n, BatchMaxAdmin)
}

// wait is how long a run looks for its desktops to be Stopped.
func (r Rules) wait() time.Duration {
	if r.Wait == 0 {
		return WaitDefault
	}
	return r.Wait
}

// regionsOf are the regions in which a request's desktops are looked for.
func (r Rules) regionsOf(q Request) []string {
	switch {
	case q.Select != nil && len(q.Select.RegionId) > 0 && q.Select.RegionId[0] != allRegions:
		return unique(q.Select.RegionId)
	case q.RegionId != "":
		return []string{q.RegionId}
	}
	return r.Regions
}
