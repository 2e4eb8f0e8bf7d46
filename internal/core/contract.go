package core

import "time"

// Contract is which of the two StopDesktops operations a request goes to.
type Contract string

const (
	// Admin is API version 2020-09-30: it acts for the account.
	Admin Contract = "admin"
	// Client is API version 2020-10-02: it acts for one end user's client.
	Client Contract = "client"
)

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
	if q.RegionId == "" {
		return r.Regions
	}
	return []string{q.RegionId}
}
