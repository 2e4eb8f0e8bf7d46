package core

// Request is what somebody asks. The field names are the API's own
// (StopDesktops 2020-10-02 and 2020-09-30), so that a request reads like the
// vendor's page; DryRun, Force and Reason are ours.
type Request struct {
	RegionId  string   `json:"RegionId,omitempty" validate:"omitempty,region"`
	DesktopId []string `json:"DesktopId,omitempty" validate:"omitempty,dive,desktopid"`

	// Select reaches desktops by what they are instead of by id, and Except
	// leaves some of those out. All reaches every desktop of the regions, and
	// needs action stop-all. One of DesktopId, Select and All is required.
	Select *Selection `json:"Select,omitempty" validate:"omitempty"`
	Except *Selection `json:"Except,omitempty" validate:"omitempty"`
	All    bool       `json:"All,omitempty"`

	// Both contracts. A pointer, because false that is given is sent and
	// nothing is not.
	OsUpdate *bool `json:"OsUpdate,omitempty"`

	// Admin contract only.
	StoppedMode string `json:"StoppedMode,omitempty" validate:"omitempty,oneof=StopCharging KeepCharging" contract:"admin"`

	// Client contract only.
	ClientId      string `json:"ClientId,omitempty" validate:"omitempty,printascii,max=128" contract:"client"`
	ClientToken   string `json:"ClientToken,omitempty" validate:"omitempty,printascii,max=64" contract:"client"`
	ClientOS      string `json:"ClientOS,omitempty" validate:"omitempty,text,max=256" contract:"client"`
	ClientVersion string `json:"ClientVersion,omitempty" validate:"omitempty,printascii,max=128" contract:"client"`
	Uuid          string `json:"Uuid,omitempty" validate:"omitempty,printascii,max=128" contract:"client"`

	// Client contract only, and end users' secrets: never recorded.
	LoginToken   Secret `json:"LoginToken,omitempty" validate:"omitempty,printascii,max=4096" contract:"client"`
	SessionId    Secret `json:"SessionId,omitempty" validate:"omitempty,printascii,max=1024" contract:"client"`
	SessionToken Secret `json:"SessionToken,omitempty" validate:"omitempty,printascii,max=4096" contract:"client"`

	// Options of how it is carried out; each has a default of its own. Spans are
	// written as in 30m or 1h30m.
	Grace       string `json:"Grace,omitempty" validate:"omitempty,span"`          // selections: leave alone what was used less than this ago
	MinUptime   string `json:"MinUptime,omitempty" validate:"omitempty,span"`      // selections: leave alone what was started less than this ago
	Canary      *int   `json:"Canary,omitempty" validate:"omitempty,min=0,max=20"` // desktops that are stopped, and proven, before the rest
	MaxFailures string `json:"MaxFailures,omitempty" validate:"omitempty,budget"`  // how many may fail before the run ends, as in 10 or 5%

	DryRun bool   `json:"DryRun,omitempty"`
	Force  bool   `json:"Force,omitempty"`
	Reason string `json:"Reason,omitempty" validate:"omitempty,text,max=500"`
	Ticket string `json:"Ticket,omitempty" validate:"omitempty,text,max=128"`
}

// CarriesTokens says whether the request holds an end user's credentials.
// Such a request is carried out at once, because it cannot be recorded whole.
func (q Request) CarriesTokens() bool {
	return q.LoginToken != "" || q.SessionId != "" || q.SessionToken != ""
}

// WithoutTokens returns the request as it may be recorded.
func (q Request) WithoutTokens() Request {
	q.LoginToken, q.SessionId, q.SessionToken = "", "", ""
	return q
}
