package core

import (
	"context"
	"errors"
	"time"
)

// Desktops is the cloud as the core sees it.
type Desktops interface {
	// Look returns what the cloud knows of the named desktops of a region.
	// Ids that the cloud does not know are absent from the result. It repeats
	// throttled and failed calls by itself until ctx ends. Errors are
	// *CloudError.
	Look(ctx context.Context, region string, ids []string) ([]Desktop, error)

	// Stop asks the cloud to stop the desktops of one call, and returns the
	// cloud's request id. A nil error proves acceptance only. It repeats a call
	// by itself only where the cloud rejected it without doing anything, or
	// where a ClientToken makes repeating safe. Errors are *CloudError.
	Stop(ctx context.Context, call StopCall) (requestID string, err error)
}

// Fleet is the cloud as selections see it.
type Fleet interface {
	// List calls page with every desktop of the region that narrow lets
	// through, pooled ones included, as the pages come. Tags are complete, or
	// TagsUnknown is set. page must not keep the slice. Errors are *CloudError.
	List(ctx context.Context, region string, narrow Narrow, page func([]Desktop)) error
	// Running counts the Running desktops of the region, pooled ones included.
	Running(ctx context.Context, region string) (int, error)
	// Idle says for how long nobody has used each desktop. Desktops of which
	// nothing is known are absent from the result.
	Idle(ctx context.Context, region string, ids []string) (map[string]time.Duration, error)
	// Uptime says for how long each desktop has been running. Desktops of which
	// nothing is known are absent from the result.
	Uptime(ctx context.Context, region string, ids []string) (map[string]time.Duration, error)
}

// Narrow is what the cloud may filter on its side, so that fewer pages have to
// be read. Everything is checked again on what comes back. Empty fields do not
// narrow.
type Narrow struct {
	Tag             []Tag // every one of them, each with a value
	EndUserId       string
	OfficeSiteId    string
	DesktopGroupId  string
	ResourceGroupId string
	ChargeType      string
}

// Tagger changes tags of one desktop. Doing it twice is doing it once.
type Tagger interface {
	SetTag(ctx context.Context, region, id string, tag Tag) error
	RemoveTag(ctx context.Context, region, id, key string) error
}

// StopCall is one StopDesktops call. Fields of the other contract are empty.
type StopCall struct {
	Contract  Contract
	RegionId  string
	DesktopId []string // sorted, at most BatchSize
	OsUpdate  *bool    // both contracts; nil is not sent

	StoppedMode string // admin only

	ClientId      string // client only, from here on
	ClientToken   string
	ClientOS      string
	ClientVersion string
	Uuid          string
	LoginToken    Secret
	SessionId     Secret
	SessionToken  Secret
}

// CloudClass is what an error of the cloud means for what to do next.
type CloudClass string

// The classes. They are told apart by the cloud's code first and the HTTP
// status second, because the vendor's statuses are not consistent.
const (
	CloudThrottled   CloudClass = "throttled"     // too many calls; nothing happened
	CloudDown        CloudClass = "unavailable"   // 5xx, lost connection, time-out
	CloudForbidden   CloudClass = "not_permitted" // the role lacks a right
	CloudCredentials CloudClass = "credentials"   // the key or token is bad or expired
	CloudBadDesktop  CloudClass = "bad_desktop"   // an id is unknown or in the wrong state
	CloudBadRequest  CloudClass = "bad_request"   // a parameter is wrong
	CloudUnclear     CloudClass = "unknown"       // anything else
)

// CloudError is a failed call, stripped of everything secret.
type CloudError struct {
	Class      CloudClass
	Op         string        // operation, such as StopDesktops
	Code       string        // the cloud's code; may be empty
	Status     int           // HTTP status; 0 when there was no answer
	RequestID  string        // the cloud's request id; may be empty
	RetryAfter time.Duration // the cloud's own hint; 0 when it gave none
	MayHave    bool          // the call may have had its effect all the same
	Text       string        // safe to show and to log
}

func (e *CloudError) Error() string {
	s := e.Op + ": " + string(e.Class)
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Text != "" {
		s += ": " + e.Text
	}
	return s
}

// Action is what a policy permits or not.
type Action string

// The actions a policy knows.
const (
	ActionSubmit  Action = "submit"   // hand a request in at a door
	ActionStop    Action = "stop"     // stop one desktop
	ActionForce   Action = "force"    // stop it although it is in use
	ActionPreview Action = "preview"  // see what a request would do
	ActionRead    Action = "read"     // read a run
	ActionUnasked Action = "unasked"  // stop without being asked to confirm
	ActionStopAll Action = "stop-all" // reach every desktop of a region with All
	ActionKeep    Action = "keep"     // keep one desktop awake by tag, or no longer
	ActionWhy     Action = "why"      // see what decides about one desktop
	ActionFreeze  Action = "freeze"   // stop all stopping for a while, or no longer
	ActionHalt    Action = "halt"     // end one run before its next wave
)

// Ask is one question to the policy.
type Ask struct {
	Caller  Caller
	Action  Action
	Desktop *Desktop // nil where the question is about the request as a whole
	Count   int      // desktops in the request
	Reason  string
	DryRun  bool
	// NotLooked says that nobody has looked at the desktop: its region and id are
	// what the caller said, and everything else of it is unknown and not empty.
	NotLooked bool

	// Groups are those that the caller is in: operators, oncall, owners or
	// helpdesk, and Slack user groups as <workspace>/<group id>. Whoever cannot
	// find them out does not ask.
	Groups []string
	// EndUser is the end user of the cloud that the caller is, or "".
	EndUser string
	// Percent is how much of the Running desktops of a region the request would
	// stop there, rounded up, in the region where that is most; -1 where nobody
	// knows it of one of them. Zero is a number like any other, so whoever does not
	// know says -1.
	Percent int
	Ticket  string // "" when there is none
	// At is when it is asked, in the zone that policies speak of. Zero is
	// unknown.
	At time.Time
}

// Verdict is the policy's answer and the policies that led to it.
type Verdict struct {
	Allowed  bool
	Policies []string
}

// Permit answers whether a caller may do something. It denies what it cannot
// decide.
type Permit interface {
	Permitted(ctx context.Context, ask Ask) Verdict
}

// Queue hands a run on to a later invocation. The job carries the run id and a
// step, and nothing else.
type Queue interface {
	Enqueue(ctx context.Context, run RunID, step Step) error
}

// Step is what a job does with its run.
type Step string

// The steps of a run. One that asks a person first has a plan step before the
// stop step.
const (
	StepStop Step = "stop" // plan, stop and report
	StepPlan Step = "plan" // plan, and ask
	StepShow Step = "show" // answer a question: another run's report, or why
	StepDo   Step = "do"   // do something else than stopping: keep, freeze, halt
)

// Journal is the memory: records that are written once.
type Journal interface {
	// Claim writes the request record. If the run has one already it returns
	// that one and false.
	Claim(ctx context.Context, r RequestRecord) (RequestRecord, bool, error)
	// Request, Plan and Report return an Error with code Missing where the run
	// has no such record. Where the record has a part that is sealed for a door
	// whose key is not held here, Request returns it without that part, and an
	// error that is ErrOtherDoor.
	Request(ctx context.Context, run RunID) (RequestRecord, error)
	Plan(ctx context.Context, run RunID) (Plan, error)
	Report(ctx context.Context, run RunID) (Report, error)
	// PutPlan and PutReport write the record, or return the one that was there
	// first.
	PutPlan(ctx context.Context, p Plan) (Plan, error)
	PutReport(ctx context.Context, r Report) (Report, error)
	// PutAttempt writes attempt a.N, or returns the one that was there first
	// and false.
	PutAttempt(ctx context.Context, run RunID, a Attempt) (Attempt, bool, error)
	// Attempt returns attempt n, or an Error with code Missing.
	Attempt(ctx context.Context, run RunID, n int) (Attempt, error)
	// PutConfirm writes what a person answered, or returns what was answered
	// first and false. Confirm returns an Error with code Missing where nobody
	// has answered.
	PutConfirm(ctx context.Context, c Confirm) (Confirm, bool, error)
	Confirm(ctx context.Context, run RunID) (Confirm, error)
	// Mark writes a mark and says whether it is new. Marked says whether it is
	// there.
	Mark(ctx context.Context, run RunID, m Mark) (bool, error)
	Marked(ctx context.Context, run RunID, m Mark) (bool, error)
	// PutPart writes what one attempt leaves to the next, or returns what was
	// there first. Part returns the part of attempt n, or an Error with code
	// Missing.
	PutPart(ctx context.Context, p Part) (Part, error)
	Part(ctx context.Context, run RunID, n int) (Part, error)
	// Brakes says what holds the run back: the freeze of everything and the halt
	// of this run. A freeze that has lapsed is nil.
	Brakes(ctx context.Context, run RunID) (Brakes, error)
	// PutHalt writes the halt of a run, or returns what was there first.
	PutHalt(ctx context.Context, h Halt) (Halt, error)
	// PutFreeze replaces the freeze of everything; RemoveFreeze ends it. Both
	// are the only changes that the journal ever makes to a record.
	PutFreeze(ctx context.Context, f Freeze) error
	RemoveFreeze(ctx context.Context) error
}

// ErrOtherDoor is why nothing is made, opened or recognised of a door whose key
// this program was not given.
var ErrOtherDoor = errors.New("the key of that door is not held here")

// Keys derives what must not be guessed from the deployment's state key.
type Keys interface {
	// RunIDs returns the id of the run that a delivery starts: first under the
	// current key, then under each older one that still lives.
	RunIDs(door Door, sender, delivery string) []RunID
	// Fingerprint tells two requests of one delivery apart.
	Fingerprint(message []byte) string
	// SameFingerprint compares with a fingerprint made under any live key.
	SameFingerprint(message []byte, fingerprint string) bool
}
