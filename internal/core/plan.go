package core

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// Plan is every desktop that a request reaches, each with a decision. Its
// digest says what would be stopped and how, so that what a person confirmed
// can be compared with what is about to happen.
type Plan struct {
	Run      RunID     `json:"RunId"`
	At       time.Time `json:"At"`
	Contract Contract  `json:"Contract"`
	Digest   string    `json:"Digest"`
	// Count is how many desktops the policy was asked about as one request, and
	// Percent how many of the Running desktops of a region that is, in the region
	// where it is most, or -1 where nobody knows.
	Count   int `json:"Count"`
	Percent int `json:"Percent"`
	// Running is how many desktops were Running in the regions of the request, or
	// -1 where nobody asked. RunningIn has them by region.
	Running   int            `json:"Running"`
	RunningIn map[string]int `json:"RunningIn,omitempty"`
	Entries   []Entry        `json:"Entries"`
}

// Entry is one desktop of a plan. Exactly one of Stop and Code is set.
type Entry struct {
	RegionId    string `json:"RegionId"`
	DesktopId   string `json:"DesktopId"`
	DesktopName string `json:"DesktopName,omitempty"`
	Status      string `json:"Status,omitempty"`     // as seen
	Connection  string `json:"Connection,omitempty"` // as seen
	// EndUserIds are the people whom the desktop is assigned to.
	EndUserIds []string `json:"EndUserIds,omitempty"`
	// Saves is what an hour of this desktop being off is worth, where that is
	// known: for the estimate in the report.
	Saves  *Worth `json:"Saves,omitempty"`
	Stop   bool   `json:"Stop,omitempty"`
	Code   Code   `json:"Code,omitempty"`   // why it is not stopped
	Detail string `json:"Detail,omitempty"` // words beside the code
}

// stops returns the entries that are to be stopped.
func (p Plan) stops() []Entry {
	var s []Entry
	for _, e := range p.Entries {
		if e.Stop {
			s = append(s, e)
		}
	}
	return s
}

// stopsIn counts the desktops that are to be stopped by region.
func (p Plan) stopsIn() map[string]int {
	in := map[string]int{}
	for i := range p.Entries {
		if p.Entries[i].Stop {
			in[p.Entries[i].RegionId]++
		}
	}
	return in
}

// runningIn is RunningIn. A plan that was recorded before there was one has the sum,
// which is that of the one region in which it stops something or of more.
func (p Plan) runningIn() map[string]int {
	in := p.stopsIn()
	if p.RunningIn != nil || p.Running <= 0 || len(in) != 1 {
		return p.RunningIn
	}
	for region := range in {
		in[region] = p.Running
	}
	return in
}

// digest hashes what the plan would do: contract, options and the sorted
// desktops it would stop. What was seen, and what is skipped, stay out of it.
func digest(c Contract, q Request, entries []Entry) string {
	var ids []string
	for _, e := range entries {
		if e.Stop {
			ids = append(ids, e.RegionId+"/"+e.DesktopId)
		}
	}
	slices.Sort(ids)
	h := sha256.New()
	osUpdate := "unset"
	if q.OsUpdate != nil {
		osUpdate = fmt.Sprint(*q.OsUpdate)
	}
	fmt.Fprintf(h, "%s\n%s\n%s\nforce=%t\n", c, q.StoppedMode, osUpdate, q.Force)
	for _, id := range ids {
		fmt.Fprintln(h, id)
	}
	return hex.EncodeToString(h.Sum(nil))
}
