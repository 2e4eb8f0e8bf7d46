package core

// Code is the outcome of one desktop, and also the reason why a plan skips it.
// The set is closed, and the words are used as they are in Slack, HTTP answers,
// logs and docs.
type Code string

// Outcomes that mean the desktop is, or will be, where the caller wants it.
const (
	Stopped         Code = "stopped"          // a look after the call saw it Stopped
	Accepted        Code = "accepted"         // the cloud accepted the stop, and this deployment does not look
	AlreadyStopped  Code = "already_stopped"  // it was Stopped before anybody asked
	AlreadyStopping Code = "already_stopping" // it was on its way before anybody asked
	WouldStop       Code = "would_stop"       // dry run: a real run would stop it
)

// Reasons to leave a desktop alone.
const (
	Connected         Code = "connected"          // somebody is using it
	ConnectionUnknown Code = "connection_unknown" // nobody can say, so somebody is using it
	NotRunning        Code = "not_running"        // only Running can be stopped
	NotFound          Code = "not_found"          // the region has no such desktop
	NotPermitted      Code = "not_permitted"      // the policy does not let this caller
	Ambiguous         Code = "ambiguous"          // more than one region has it, and the request names none
	HandsOff          Code = "hands_off"          // the cloud is changing it: migrating, updating, in maintenance, hibernating
	Kept              Code = "kept"               // a tag keeps it awake
	TagsUnknown       Code = "tags_unknown"       // its tags cannot be read, so nobody knows whether it is kept awake
)

// Reasons to leave a desktop alone that only a selection reached.
const (
	Excepted        Code = "excepted"         // the request's Except names it
	Pooled          Code = "pooled"           // it belongs to a pool, and the request asks for none
	PrePaid         Code = "prepaid"          // it is paid for whether it runs or not
	RecentlyUsed    Code = "recently_used"    // somebody was connected a short while ago
	IdleUnknown     Code = "idle_unknown"     // nobody can say when it was used last
	RecentlyStarted Code = "recently_started" // it was started a short while ago
	UptimeUnknown   Code = "uptime_unknown"   // nobody can say when it was started
	NoMatch         Code = "no_match"         // it matched when the plan was made, and no longer does
	ScheduleUnknown Code = "schedule_unknown" // its tag names a schedule or a zone that nobody knows
)

// Unkept is how unkeep ended for a desktop: no tag of ours keeps it awake.
const Unkept Code = "unkept"

// Outcomes that need a person's eye.
const (
	StillStopping    Code = "still_stopping"    // accepted, and not yet Stopped when the run had to end
	CameBack         Code = "came_back"         // accepted, and Running all the same when last seen
	CloudRefused     Code = "cloud_refused"     // the cloud said no; nothing happened
	CloudUnavailable Code = "cloud_unavailable" // the cloud would not take the call in time; nothing happened
	Unknown          Code = "unknown"           // a call may or may not have worked, and no look could tell
	NotTried         Code = "not_tried"         // the run ended before its turn
)

// Kind groups codes by what they mean to a person.
type Kind string

// Every code is of exactly one kind.
const (
	KindDone    Kind = "done"    // as wanted
	KindSkipped Kind = "skipped" // left alone on purpose
	KindFailed  Kind = "failed"  // wanted, and not achieved
)

// codes is the closed set: each code's kind and what it tells a person,
// including what to do next.
var codes = map[Code]struct {
	kind    Kind
	meaning string
}{
	Stopped:           {KindDone, "It is stopped."},
	Accepted:          {KindDone, "The cloud accepted the stop; nobody looked whether it is stopped."},
	AlreadyStopped:    {KindDone, "It was stopped already."},
	AlreadyStopping:   {KindDone, "It was stopping already."},
	WouldStop:         {KindDone, "Dry run: it would be stopped. Send the request without DryRun to stop it."},
	Connected:         {KindSkipped, "Somebody is connected. Ask them to disconnect, or use Force if the policy lets you."},
	ConnectionUnknown: {KindSkipped, "The cloud cannot say whether somebody is connected, so it counts as in use. Try again later, or use Force if the policy lets you."},
	NotRunning:        {KindSkipped, "Only a Running desktop can be stopped. Try again when it is Running."},
	NotFound:          {KindSkipped, "The region has no desktop with this id. Check the id and the region."},
	NotPermitted:      {KindSkipped, "The policy does not permit it."},
	Ambiguous:         {KindSkipped, "More than one region has a desktop with this id. Name the region."},
	HandsOff:          {KindSkipped, "The cloud is changing it (migration, update, maintenance or hibernation), and nothing overrides that. Try again when the cloud is done."},
	Kept:              {KindSkipped, "A tag keeps it awake. unkeep removes what keep has set, and Force overrides it if the policy lets you."},
	Unkept:            {KindDone, "Nothing that keep has set keeps it awake any more."},
	TagsUnknown:       {KindSkipped, "Its tags could not be read, so it counts as kept awake. Give the role ecd:ListTagResources."},
	Excepted:          {KindSkipped, "The request excepts it. Take it out of Except to stop it."},
	Pooled:            {KindSkipped, "It belongs to a pool. Name the pool in DesktopGroupId, or ask for Pooled, to stop it."},
	PrePaid:           {KindSkipped, "It is paid for by the month whether it runs or not, so a stop saves nothing. Name it by id to stop it all the same."},
	RecentlyUsed:      {KindSkipped, "Somebody used it a short while ago and may come back. Try again later, give a smaller Grace, or name it by id."},
	IdleUnknown:       {KindSkipped, "Nobody can say when it was used last, so it counts as in use. Give the role ecd:DescribeDesktopSessions, or name it by id."},
	RecentlyStarted:   {KindSkipped, "It was started a short while ago. Try again later, give a smaller MinUptime, or name it by id."},
	UptimeUnknown:     {KindSkipped, "Nobody can say when it was started, so it counts as just started. Give the role ecd:DescribeGlobalDesktopRecords, or name it by id."},
	NoMatch:           {KindSkipped, "It does not match the selection, or no longer does. Nothing to do, unless you want it stopped: then name it by id."},
	ScheduleUnknown:   {KindSkipped, "Its tag stopdesktops:schedule or stopdesktops:zone names nothing that this deployment knows. Mend the tag, or add the schedule to timers.yaml."},
	StillStopping:     {KindFailed, "The cloud accepted the stop, and it was still Stopping when the run had to end. Look at it again in a few minutes."},
	CameBack:          {KindFailed, "The cloud accepted the stop, and it is Running all the same: somebody started it again, or the stop did not take. Look at it in the console."},
	CloudRefused:      {KindFailed, "The cloud refused the call, so nothing happened to this desktop. Read the cloud's code beside it."},
	CloudUnavailable:  {KindFailed, "The cloud did not take the call in time, so nothing happened to this desktop. Send a new request later."},
	Unknown:           {KindFailed, "It was called, or may have been, and nobody saw how it ended. Check this desktop in the console before you try again."},
	NotTried:          {KindFailed, "The run ended before this desktop's turn, so nothing happened to it. Send a new request."},
}

// Kind says whether the code is done, skipped or failed.
func (c Code) Kind() Kind { return codes[c].kind }

// Meaning is the sentence for people: what it means and what to do next.
func (c Code) Meaning() string { return codes[c].meaning }

// Valid says whether the code is one of the closed set.
func (c Code) Valid() bool { _, ok := codes[c]; return ok }

// Codes lists the closed set, in no particular order.
func Codes() []Code {
	all := make([]Code, 0, len(codes))
	for c := range codes {
		all = append(all, c)
	}
	return all
}
