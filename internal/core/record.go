package core

import (
	"time"

	"stopdesktops/internal/pattern"
)

// RunID names one run: its door, a dash and a keyed hash of who sent what
// delivery, so the same delivery is the same run and nobody can guess it first.
type RunID string

var runID = pattern.New(`^(slack|webhook|timer|terminal)-[a-z2-7]{26}$`)

// Valid says whether the id has the shape that Keys.RunIDs gives.
func (r RunID) Valid() bool { return runID.MatchString(string(r)) }

// Door is the door in front of the id's dash.
func (r RunID) Door() Door {
	for i := range len(r) {
		if r[i] == '-' {
			return Door(r[:i])
		}
	}
	return ""
}

// RequestRecord is what was asked, by whom. Writing it claims the delivery.
type RequestRecord struct {
	Run         RunID     `json:"Run"`
	At          time.Time `json:"At"`
	Caller      Caller    `json:"Caller"`
	Request     Request   `json:"Request"` // without end users' tokens
	Fingerprint string    `json:"Fingerprint"`
	// AtOnce marks a request that came with end users' tokens. They are never
	// recorded, so only the invocation that holds them can carry it out.
	AtOnce bool `json:"AtOnce,omitempty"`
	// Kind is what is asked for; empty is a stop.
	Kind Wish `json:"Kind,omitempty"`
	// Of is the run that the record asks about where Kind needs one, and for a
	// stop the run whose plan no longer held, so that this one asks again.
	Of RunID `json:"Of,omitempty"`
	// Until is the end of what Kind asks for, where it has one.
	Until time.Time `json:"Until,omitzero"`
	// For is the timer that Kind is about, where it is about one.
	For string `json:"For,omitempty"`
	// Mine and People narrow the request's Select to the desktops of the caller,
	// and of these callers. Which end users they are is found out by whoever
	// carries the run out.
	Mine   bool     `json:"Mine,omitempty"`
	People []string `json:"People,omitempty"` // names of Slack callers
	// Due is the scheduled instant of a timer's run, and Since the one before
	// it: a selection by schedule tag takes what fell due in between.
	Due   time.Time `json:"Due,omitzero"`
	Since time.Time `json:"Since,omitzero"`
	// Unasked marks a stop that is to begin without a person's confirmation.
	Unasked bool `json:"Unasked,omitempty"`
	// CostCentre is whom the sender's deployment charges.
	CostCentre string `json:"CostCentre,omitempty"`
	// Confidential is sealed before it is written.
	Confidential map[string]string `json:"-"`
}

// asksToStop refuses a record that asks for something else: an announcement, a
// question or a brake holds a request too, which is not to be carried out by
// whoever sends a job for it.
func (rec RequestRecord) asksToStop() error {
	if rec.Kind == "" {
		return nil
	}
	return Errorf(Invalid, "Run %s asks for %s and not for a stop, so nothing was stopped.", rec.Run, rec.Kind)
}

// Wish is what a record asks for.
type Wish string

// Has says whether a record that asks for this has such a step. Whoever may send a
// job may name any, and only these do what the record asks for: an announcement is
// made by its tick and has none.
func (w Wish) Has(step Step) bool {
	switch w {
	case "":
		return step == StepPlan || step == StepStop
	case AskResult, AskWhy:
		return step == StepShow
	case AskKeep, AskKeepMine, AskUnkeep, AskFreeze, AskUnfreeze, AskHalt:
		return step == StepDo
	}
	return false
}

// What can be asked for beside a stop.
const (
	AskResult   Wish = "result"    // to be shown the report of run Of
	AskWhy      Wish = "why"       // what decides about the one desktop of the request
	AskKeep     Wish = "keep"      // keep the desktops of the request awake until Until
	AskKeepMine Wish = "keep_mine" // keep what the caller owns of timer For's next run awake until Until
	AskUnkeep   Wish = "unkeep"    // no longer keep the desktops of the request awake
	AskFreeze   Wish = "freeze"    // stop nothing until Until
	AskUnfreeze Wish = "unfreeze"  // end the freeze
	AskHalt     Wish = "halt"      // end run Of before its next wave
	AskForecast Wish = "forecast"  // announce what timer For's next run would stop
)

// Confirm is what a person answered to a plan.
type Confirm struct {
	Run    RunID     `json:"Run"`
	At     time.Time `json:"At"`
	By     Caller    `json:"By"`
	Stop   bool      `json:"Stop"`   // false is a cancellation
	Digest string    `json:"Digest"` // of the plan that was shown
	// Confidential is sealed before it is written.
	Confidential map[string]string `json:"-"`
}

// Mark is a small record that something was done, such as "asked".
type Mark string

// The marks of a run that asks a person first.
const (
	MarkAsked    Mark = "asked"    // the plan was dealt with: shown, or given up on
	MarkTold     Mark = "told"     // the end was told
	MarkAnswered Mark = "answered" // the ticket was answered
	// MarkCancelled says that whoever asked pressed Cancel, also after Stop.
	MarkCancelled Mark = "cancelled"
)

// Attempt is a lease: who works on the run, and until when.
type Attempt struct {
	N      int       `json:"N"`
	Step   Step      `json:"Step,omitempty"`
	Holder string    `json:"Holder"` // the invocation's request id
	Retry  int       `json:"Retry"`  // which retry of that invocation it is
	At     time.Time `json:"At"`
	Until  time.Time `json:"Until"`
	// Again says that an earlier attempt may have called StopDesktops. It is
	// found out anew by each attempt and not recorded.
	Again bool `json:"-"`
	// part is what an earlier attempt left to go on from, found out likewise.
	part *Part
}

// Outcome is how it ended for one desktop.
type Outcome struct {
	RegionId    string   `json:"RegionId"`
	DesktopId   string   `json:"DesktopId"`
	DesktopName string   `json:"DesktopName,omitempty"`
	Code        Code     `json:"Code"`
	Detail      string   `json:"Detail,omitempty"`
	RequestIds  []string `json:"RequestIds,omitempty"` // the cloud's, in order
}

// Report is the end of a run: one outcome for every desktop of the plan.
type Report struct {
	Run      RunID        `json:"RunId"`
	Caller   Caller       `json:"Caller"`
	DryRun   bool         `json:"DryRun,omitempty"`
	Contract Contract     `json:"Contract"`
	Reason   string       `json:"Reason,omitempty"`
	Digest   string       `json:"PlanDigest,omitempty"`
	Started  time.Time    `json:"Started"`
	Finished time.Time    `json:"Finished"`
	Attempt  int          `json:"Attempt,omitempty"`
	Ending   Ending       `json:"Ending,omitempty"`  // why the run ended before its stops, where it did
	Next     RunID        `json:"NextRun,omitempty"` // the run that asks again, where this one had to
	Note     string       `json:"Note,omitempty"`    // what people should know of the run as a whole
	Parts    int          `json:"Parts,omitempty"`   // invocations that handed on before the last
	Counts   map[Code]int `json:"Counts"`
	// Estimate is what the stops save, where the deployment has prices.
	Estimate *Estimate `json:"Estimate,omitempty"`
	Outcomes []Outcome `json:"Outcomes"`

	costCentres map[string]share // of the stopped desktops, for the audit line
}

// Ending is why a run ended before all of its stops.
type Ending string

// The endings.
const (
	EndedCancelled Ending = "cancelled" // whoever asked pressed Cancel
	EndedExpired   Ending = "expired"   // the answer came too late
	EndedChanged   Ending = "changed"   // more would have stopped than was shown
	EndedRefused   Ending = "refused"   // the answer was not to this plan, or not by who asked
	EndedCeiling   Ending = "ceiling"   // more would have stopped than the door may
	EndedEmpty     Ending = "empty"     // the selection reached no desktop
	EndedCanary    Ending = "canary"    // the first few desktops did not stop
	EndedFailures  Ending = "failures"  // too many desktops failed
	EndedHalted    Ending = "halted"    // somebody halted the run
	EndedFrozen    Ending = "frozen"    // somebody froze everything
	EndedBlind     Ending = "blind"     // the brake could not be read
)

// count fills Counts from Outcomes.
func (r *Report) count() {
	r.Counts = map[Code]int{}
	for _, o := range r.Outcomes {
		r.Counts[o.Code]++
	}
}
